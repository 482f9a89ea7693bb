"""What `kill -9` cannot show: a disk that is slow, and a sync that fails."""
import asyncio
import json
import shutil
import threading
import time

import nats
import pytest
import websockets

from broker import Broker
from desk import Desk, journal, state, until

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


def traced(trace, inject):
    return ["strace", "-f", "-qq", "-o", str(trace), "-e", "trace=fdatasync", "-e", inject]


class Watch:
    """When each signal went by, and when what came of it was seen: on the bus, on the stream."""

    def __init__(self, desk, broker):
        self.signals, self.intents, self.frames, self.operator = {}, {}, {}, []
        self.desk, self.broker = desk, broker
        self.ready, self.done = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(20), "the watcher does not hear anything"
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join(20)

    async def _run(self):
        bus = await nats.connect(self.broker.url)

        async def signal(message):
            body = json.loads(message.data)
            name = body.get("payload", body)["signal_id"]
            self.signals.setdefault(name, time.monotonic())

        async def intent(message):
            payload = json.loads(message.data)["payload"]
            self.intents.setdefault(payload["signal_id"], time.monotonic())

        await bus.subscribe("titan.signal.submit.v1", cb=signal)
        await bus.subscribe("titan.cmd.execution.place.v1.>", cb=intent)
        stream = self.desk.address.replace("http", "ws") + "/ws/v1/stream"
        headers = {"Authorization": f"Bearer {self.desk.token()}"}
        async with websockets.connect(stream, additional_headers=headers) as socket:
            for topic in ("decisions", "trace", "operator"):
                await socket.send(json.dumps({"op": "subscribe", "topic": topic}))
            self.ready.set()
            while not self.done.is_set():
                try:
                    frame = json.loads(await asyncio.wait_for(socket.recv(), 0.2))
                except TimeoutError:
                    continue
                except websockets.ConnectionClosed:
                    break
                if frame["kind"] != "delta":
                    continue
                if frame["topic"] == "operator":
                    self.operator.append(time.monotonic())
                else:
                    self.frames.setdefault(frame["data"]["signal_id"], time.monotonic())
        await bus.close()

    def delays(self, seen):
        return [seen[name] - at for name, at in self.signals.items() if name in seen]


def test_no_reply_intent_or_frame_leaves_before_its_record_is_durable(directory, tmp_path):
    with Broker(tmp_path / "nats") as broker:
        arguments = ("--nats", broker.url)
        # That the watcher sees what leaves at once, and the vault and segments made without delay.
        with Desk(directory, *arguments) as desk, Watch(desk, broker) as watch:
            until(lambda: len(watch.delays(watch.intents)) >= 3, 60, "three intents")
            assert min(watch.delays(watch.intents)) < 0.5
            assert min(watch.delays(watch.frames)) < 0.5
            desk.stop()
        slow = traced(tmp_path / "trace", "inject=fdatasync:delay_enter=2000000")
        with Desk(directory, *arguments, wrapper=slow) as desk, Watch(desk, broker) as watch:
            until(lambda: len(watch.delays(watch.frames)) >= 5, 90, "five decisions on the stream")
            client = desk.client()
            began = time.monotonic()
            answer = client.post("/api/v1/operator/flatten", json={"reason": "slow disk"})
            took = time.monotonic() - began
            assert answer.status_code == 200, answer.text
            until(lambda: watch.operator, 20, "the operator's frame")
            assert took >= 2.0, f"the receipt came after {took:.2f} s"
            assert min(watch.operator) - began >= 2.0, "the operator's frame came too early"
            assert min(watch.delays(watch.frames)) >= 2.0, "a decision's frame came too early"
            assert min(watch.delays(watch.intents), default=2.0) >= 2.0, "an intent left too early"
            client.close()
    records = journal(directory)
    assert any(r["kind"] == "receipt" and r["data"]["id"] == answer.json()["id"] for r in records)


def test_a_halt_closes_the_gate_at_once_on_a_slow_disk(directory, tmp_path):
    with Desk(directory) as desk:
        desk.stop()
    slow = traced(tmp_path / "trace", "inject=fdatasync:delay_enter=1000000")
    with Desk(directory, "--speed", 5, wrapper=slow) as desk:
        client = desk.client()
        answer = client.post("/api/v1/operator/halt", json={"reason": "slow disk"})
        assert answer.status_code == 200, answer.text
        receipt = answer.json()
        assert receipt["gate_closed"] is True
        assert receipt["gate_closed_us"] < 1000
        client.close()


def test_a_failed_sync_halts_the_desk_and_is_never_repeated(directory, tmp_path):
    with Desk(directory) as desk:
        desk.stop()
    trace = tmp_path / "trace"
    # The first syncs start the desk; a later one fails, and each after it would succeed.
    broken = traced(trace, "inject=fdatasync:error=EIO:when=40")
    with Desk(directory, "--speed", 5, wrapper=broken) as desk:
        client = desk.client()
        until(lambda: state(client)["breaker"]["state"] == "HALTED", 30, "HALTED")
        shown = state(client)
        assert shown["breaker"]["code"] == "journal_failed"
        trade = client.get("/health/trade")
        assert trade.status_code == 503
        assert any(o["code"] == "journal_failed" for o in trade.json()["obstacles"])
        halt = client.post("/api/v1/operator/halt", json={"reason": "still works"})
        assert halt.status_code in (200, 503) and "gate_closed" in halt.text, halt.text
        time.sleep(1)
        desk.kill()
    lines = trace.read_text().splitlines()
    failed = next(i for i, line in enumerate(lines) if "EIO" in line)
    thread = lines[failed].split()[0]
    after = [line for line in lines[failed + 1:] if line.split()[0] == thread]
    assert not after, "the journal's thread synced again:\n" + "\n".join(after)
