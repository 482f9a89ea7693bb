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
#: The venue errs for two minutes of the desk's time, which is six seconds here.
SPEED, WINDOW = 20, "for=2m"


@pytest.mark.parametrize("fault, kinds", FAULTS)
def test_a_fault_lowers_the_score_is_named_and_is_got_over(directory, fault, kinds):
    with Desk(directory, "--speed", SPEED, "--venue-faults", f"{fault},{WINDOW}") as desk:
        client = desk.client()
        until(lambda: state(client)["truth"]["reconciled"], 30, "first reconciliation")

        def truths():
            return [r["data"] for r in journal(directory) if r["kind"] == "truth"]

        def named():
            return next((t for t in truths()
                         if any(d["kind"] in kinds for d in t["discrepancies"])), None)

        lowered = until(named, 40, f"a truth record naming one of {kinds}")
        worst = [d for d in lowered["discrepancies"] if d["kind"] in kinds][0]
        assert worst["id"] or worst["symbol"] or worst["component"] == "balances", worst
        assert lowered["score_basis_points"] < lowered["previous_basis_points"]

        # The same process, the same books: without the fault the score comes back by itself.
        pid = desk.pid
        lowest = min(t["score_basis_points"] for t in truths()) / 100

        def recovered():
            truth = state(client)["truth"]
            return float(truth["score"]) >= max(90, lowest + 5) and not truth["holding_down"]

        until(recovered, 60, f"recovery from {lowest}")
        assert desk.pid == pid and desk.process.poll() is None
        client.close()
