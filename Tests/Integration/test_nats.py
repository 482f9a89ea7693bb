"""The slice over a real broker: signals in, signed intents and halts out."""
import asyncio
import hashlib
import hmac
import json
import time
from datetime import datetime

import nats
import pytest

from broker import Broker
from desk import Desk, journal, state, until

SECRET = "a-secret-of-the-test-0123456789"


@pytest.fixture
def broker(tmp_path):
    with Broker(tmp_path / "nats") as broker:
        yield broker


def serve(directory, broker, *arguments):
    return Desk(
        directory, "--nats", broker.url, "--phases", "external", *arguments,
        TITAN_HMAC_SECRET=SECRET, TITAN_HMAC_KEY_ID="test")


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def payload_text(raw):
    """The payload's own bytes: numbers must be hashed as they were written."""
    start = raw.index('"payload":') + len('"payload":')
    _, end = json.JSONDecoder().raw_decode(raw, start)
    return raw[start:end]


def signal(name, **changes):
    return {
        "signal_id": name, "source": "hunter", "symbol": "BTC/USDT", "direction": "LONG",
        "entry_zone": {"min": 1, "max": 1}, "stop_loss": 1, "take_profits": [],
        "confidence": 0.9, "position_size": 0.001, "timestamp": int(time.time() * 1000),
        **changes}


def test_a_signal_over_nats_becomes_a_signed_intent(directory, broker):
    async def run(client):
        connection = await nats.connect(broker.url)
        stream = connection.jetstream()
        intents, halts = [], []

        async def keep_intent(message):
            intents.append(message.data.decode())

        async def keep_halt(message):
            halts.append(json.loads(message.data))

        await connection.subscribe("titan.cmd.execution.place.v1.>", cb=keep_intent)
        await connection.subscribe("titan.cmd.sys.halt.v1", cb=keep_halt)
        tickers = asyncio.Queue()

        async def keep_ticker(message):
            await tickers.put(json.loads(message.data))

        await connection.subscribe("titan.data.market.ticker.v1.*.BTC_USDT", cb=keep_ticker)
        ticker = await asyncio.wait_for(tickers.get(), 20)
        ask = float(ticker["ask"])
        await stream.publish("titan.signal.submit.v1", canonical(
            signal("sig-nats-1", entry_zone={"min": ask, "max": ask})).encode())
        await wait(lambda: intents, "an intent")
        raw = intents[0]
        envelope = json.loads(raw)
        signed = f"{envelope['ts']}.{envelope['nonce']}.{payload_text(raw)}"
        expected = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest()
        assert envelope["sig"] == expected and envelope["key_id"] == "test"
        intent = envelope["payload"]
        assert intent["signal_id"] == "sig-nats-1" and intent["status"] == "VALIDATED"
        assert intent["policy_hash"] == state(client)["hashes"]["policy"]
        # The same signal again is the same signal.
        await stream.publish("titan.signal.submit.v1", canonical(
            signal("sig-nats-1", entry_zone={"min": ask, "max": ask})).encode())
        # Rubbish is counted and taken off the stream; nothing else is disturbed.
        await stream.publish("titan.signal.submit.v1", b"{not json")
        await stream.publish("titan.signal.submit.v1", canonical(
            signal("sig-nats-2", position_size="NaN")).encode())
        await wait(lambda: denied(directory, "sig-nats-2"), "the denied decision")
        assert "size_invalid" in codes(client, "sig-nats-2")
        assert "duplicate_signal" in codes(client, "sig-nats-1")
        assert len(intents) == 1
        answer = await asyncio.to_thread(
            client.post, "/api/v1/operator/halt", json={"reason": "over nats"})
        assert answer.status_code == 200, answer.text
        await wait(lambda: any(h["state"] == "HARD_HALT" for h in halts), "the halt on the bus")
        await connection.close()

    with serve(directory, broker) as desk:
        client = desk.client()
        until(lambda: float(state(client)["truth"]["score"]) >= 80, 30, "truth of 80")
        asyncio.run(run(client))
        assert desk.stop() == 0


def test_nothing_stale_arrives_after_the_broker_was_killed(directory, broker):
    with serve(directory, broker, "--phases", "simulated", "--speed", 20) as desk:
        client = desk.client()
        until(lambda: approved(directory) > 2, 60, "approved decisions")
        broker.kill()
        until(lambda: client.get("/health/trade").status_code == 503, 60, "the desk to notice")
        # The desk's own time: it lives twenty times as fast as the world.
        restarted = datetime.fromisoformat(state(client)["time"]).timestamp()
        broker.start()
        until(lambda: client.get("/health/trade").status_code == 200, 90, "recovery")

        async def intents_since():
            connection = await nats.connect(broker.url)
            late = []

            async def keep(message):
                late.append(json.loads(message.data))

            await connection.subscribe("titan.cmd.execution.place.v1.>", cb=keep)
            await asyncio.sleep(5)
            await connection.close()
            return late

        late = asyncio.run(intents_since())
        assert late, "the desk never traded again"
        for envelope in late:
            assert envelope["ts"] / 1000 > restarted, "an intent from before the restart arrived"
        outcomes = [r["data"]["outcome"] for r in journal(directory) if r["kind"] == "dispatched"]
        assert set(outcomes) <= {"sent", "unknown", "withheld", "refused"}
        desk.stop()


async def wait(condition, what, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"no {what} within {seconds} s"
        await asyncio.sleep(0.05)


def decisions(directory):
    return [r["data"] for r in journal(directory) if r["kind"] == "decision"]


def approved(directory):
    return sum(1 for d in decisions(directory) if d["intent_id"])


def denied(directory, signal_id):
    return [d for d in decisions(directory) if d["signal_id"] == signal_id and not d["intent_id"]]


def codes(client, signal_id):
    page = client.get("/api/v1/decisions", params={"limit": 200}).json()["decisions"]
    return {code for d in page if d["signal_id"] == signal_id for code in d["codes"]}
