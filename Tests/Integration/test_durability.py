"""What `kill -9` cannot show: a disk that is slow, and a sync that fails."""
import re
import shutil
import threading
import time

import httpx
import pytest

from desk import Desk, journal, state, until

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


def traced(trace, inject):
    return ["strace", "-f", "-qq", "-o", str(trace), "-e", "trace=fdatasync", "-e", inject]


def test_nothing_leaves_before_its_record_is_durable(directory, tmp_path):
    with Desk(directory) as desk:  # Makes the vault and the segments without delay.
        desk.stop()
    slow = traced(tmp_path / "trace", "inject=fdatasync:delay_enter=2000000")
    with Desk(directory, wrapper=slow) as desk:
        client = desk.client()
        began = time.monotonic()
        answer = client.post("/api/v1/operator/flatten", json={"reason": "slow disk"})
        took = time.monotonic() - began
        assert answer.status_code == 200, answer.text
        assert took >= 2.0, f"the receipt came after {took:.2f} s, before its record was durable"
        receipts = [r for r in journal(directory) if r["kind"] == "receipt"]
        assert any(r["data"]["id"] == answer.json()["id"] for r in receipts)


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
