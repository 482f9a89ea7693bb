"""The same inputs give the same records: two processes, debug and release, any market."""
import os
import pathlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from desk import DEBUG, RELEASE, ROOT, Desk, state, titan, until, verify

BARS = pathlib.Path(
    os.environ.get("TITAN_TEST_BARS", ROOT / "../shared/data/btc-perp-1m-2022-01.csv.gz"))


def simulate(binary, *arguments):
    done = titan("simulate", *arguments, binary=binary)
    assert done.returncode == 0, done.stderr
    return done.stdout


def without_program(report):
    """The root and the digest of the state name the program that made them."""
    return [line for line in report.splitlines() if not line.startswith(("root", "state digest"))]


def test_one_seed_gives_the_same_records_everywhere():
    arguments = ("--seed", 11, "--steps", 4000, "--venue-faults", "lose-fill=3%,double-fill=3%")
    first = simulate(RELEASE, *arguments)
    assert simulate(RELEASE, *arguments) == first
    assert without_program(simulate(DEBUG, *arguments)) == without_program(first)
    other = simulate(RELEASE, "--seed", 12, "--steps", 4000)
    assert without_program(other) != without_program(first)


@pytest.mark.parametrize("writer, reader", [(RELEASE, DEBUG), (DEBUG, RELEASE)])
def test_each_build_replays_the_others_journal(directory, writer, reader):
    with Desk(directory, "--speed", 20, binary=writer) as desk:
        client = desk.client()
        until(lambda: state(client)["sequence"] > 1500, 60, "1,500 records")
        assert desk.stop() == 0
    status, facts = verify(directory, binary=reader)
    assert status == 0, facts
    assert facts == verify(directory, binary=writer)[1]


@pytest.mark.skipif(not BARS.exists(), reason=f"no real market data at {BARS}")
def test_january_2022_ends_with_the_same_report():
    arguments = ("--market", f"replay:{BARS}", "--seed", 3)
    with ThreadPoolExecutor() as pool:
        report, again = pool.map(lambda _: simulate(RELEASE, *arguments), range(2))
    assert again == report
    facts = report.splitlines()
    assert any(line.startswith("to ") and "2022-0" in line for line in facts), report
    assert any(line.startswith("final equity") for line in facts)
    print(report)
