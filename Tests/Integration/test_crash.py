"""kill -9 at random points: what was recorded is what is, and nothing else ever left."""
import collections
import os
import random
import time

from desk import Desk, journal, state, until, verify

KILLS = int(os.environ.get("TITAN_TEST_KILLS", "20"))
SEED = int(os.environ.get("TITAN_TEST_SEED", "20261125"))


def test_every_restart_goes_on_from_the_record(directory):
    chance = random.Random(SEED)
    print(f"seed {SEED}, {KILLS} kills")
    halted_from = KILLS * 2 // 3
    halted = False
    compared = 0
    for kill in range(KILLS):
        # Fills that the venue made and never told: its books are ahead of ours at the kill.
        ahead = ("--venue-faults", "lose-fill=100%") if kill % 4 == 1 else ()
        desk = Desk(directory, "--seed", kill, "--speed", 10, *ahead)
        if kill % 5 == 4:
            # In the middle of starting.
            time.sleep(chance.uniform(0, 0.15))
            desk.kill()
            continue
        desk.wait_ready()
        client = desk.client()
        shown = state(client)
        if kill:
            assert shown["sequence"] > 0
        if kill >= halted_from:
            if not halted:
                receipt = client.post(
                    "/api/v1/operator/halt", json={"reason": "crash test"})
                assert receipt.status_code == 200, receipt.text
                halted = True
            assert state(client)["breaker"]["state"] == "HALTED"
        elif kill:
            until(lambda: float(state(client)["truth"]["score"]) > 0, 20, "first reconciliation")
        time.sleep(chance.uniform(0.1, 1.5))
        shown = state(client)["hashes"]["state"]
        desk.kill()
        status, facts = verify(directory)
        assert status == 0, facts
        # The state that the process had at that record is what replaying the journal gives.
        if shown["sequence"]:
            _, facts = verify(directory, at=shown["sequence"])
            assert facts["state digest"] == shown["digest"], facts
            compared += 1
    assert compared > KILLS // 3
    check_journal(directory)


def check_journal(directory):
    """No id twice, every effect has its record, truth is 0 until a reconciliation, halts stay."""
    decisions = collections.Counter()
    orders = set()
    starts = 0
    venue_ahead = 0
    halted = False
    reconciled = True
    for record in journal(directory):
        data = record["data"]
        if record["kind"] == "started":
            starts += 1
            reconciled = False
        elif record["kind"] == "snapshot":
            reconciled = True
        elif record["kind"] == "truth":
            assert reconciled or float(data["score_basis_points"]) == 0
            venue_ahead += any(d["kind"] == "missing_fill" for d in data["discrepancies"])
        elif record["kind"] == "decision":
            decisions[data["sequence"]] += 1
            assert data["sequence"] == record["sequence"]
            if data["intent_id"]:
                assert data["intent_id"] not in orders
                assert not halted, "an order was approved after the halt"
                orders.add(data["intent_id"])
        elif record["kind"] == "command":
            halted = halted or data["action"] == "HALT"
        elif record["kind"] == "dispatched":
            assert data["order_id"] in orders, "an order left without a record"
        elif record["kind"] == "fill" and data["order_id"].startswith("ord-"):
            assert data["order_id"] in orders, "the venue filled an order that has no record"
    assert KILLS * 3 // 5 <= starts <= KILLS
    assert venue_ahead, "the venue was never ahead of our books, so that was not tested"
    assert max(decisions.values(), default=0) == 1
    assert orders, "the desk never traded, so nothing was tested"


def test_a_digest_shown_before_the_kill_is_what_replay_gives(directory):
    with Desk(directory, "--seed", 5) as desk:
        client = desk.client()
        until(lambda: state(client)["sequence"] > 100, 30, "records")
        client.post("/api/v1/operator/halt", json={"reason": "digest"})
        time.sleep(0.3)
        before = state(client)
        desk.kill()
    with Desk(directory, "--seed", 5) as desk:
        after = state(desk.client())
        assert after["breaker"]["state"] == "HALTED"
        assert after["breaker"]["reason"] == "digest"
        assert after["breaker"]["halt_epoch"] > before["breaker"]["halt_epoch"]
        assert after["sequence"] >= before["sequence"]
        desk.stop()
    status, facts = verify(directory)
    assert status == 0 and facts["breaker"] == "HALTED", facts
