"""The score follows evidence: each venue fault lowers it, is named, and is got over."""
import pytest

from desk import Desk, journal, state, until

FAULTS = [
    ("lose-fill=100%", {"missing_fill", "quantity_differs", "balance_differs"}),
    ("double-fill=100%", {"duplicate_fill"}),
    ("delay-fill=100%:6s", {"missing_fill", "quantity_differs", "balance_differs"}),
    ("drop-ack=100%", {"unacknowledged"}),
    ("foreign-order=1/5s", {"foreign_order", "foreign_fill", "quantity_differs"}),
]


@pytest.mark.parametrize("fault, kinds", FAULTS)
def test_a_fault_lowers_the_score_and_is_named(directory, fault, kinds):
    with Desk(directory, "--speed", 10, "--venue-faults", fault) as desk:
        client = desk.client()
        until(lambda: state(client)["truth"]["reconciled"], 30, "first reconciliation")

        def named():
            found = [r for r in journal(directory) if r["kind"] == "truth"
                     and any(d["kind"] in kinds for d in r["data"]["discrepancies"])]
            return found[0] if found else None

        lowered = until(named, 40, f"a truth record naming one of {kinds}")
        worst = [d for d in lowered["data"]["discrepancies"] if d["kind"] in kinds][0]
        assert worst["id"] or worst["symbol"] or worst["component"] == "balances", worst
        assert lowered["data"]["score_basis_points"] < lowered["data"]["previous_basis_points"]
        desk.stop()
    # Without the fault the same books are clean again, and the score is back.
    with Desk(directory, "--speed", 20) as desk:
        client = desk.client()
        first = state(client)["truth"]
        until(lambda: float(state(client)["truth"]["score"]) >= 80, 60, "recovery to 80")
        assert float(first["score"]) <= 100
