#!/usr/bin/env python3
"""Uses the console of a running desk as an operator does, in headless Chromium.

    console_test.py --url ADDRESS --operator NAME --password SECRET [--shots DIR] [--pid N]

Each may come from the environment instead: TITAN_URL, TITAN_OPERATOR, TITAN_PASSWORD, TITAN_SHOTS,
TITAN_PID. The last line has the totals; the status is not 0 when a step failed. With the server's
process id it is also stopped for a moment, to see that silence shows. The desk is halted, then
resumed.
"""
import argparse
import os
import sys
import traceback

from steps import STEPS
from visit import Visit


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, help in [
        ("url", "address of the desk"), ("operator", "who signs in"), ("password", "with what"),
        ("shots", "directory for screenshots"), ("pid", "process id of the server"),
    ]:
        known = os.environ.get(f"TITAN_{name.upper()}")
        is_needed = known is None and name in ("url", "operator", "password")
        parser.add_argument(
            f"--{name}", default=known, required=is_needed, help=help,
            type=int if name == "pid" else str)
    return parser.parse_args()


def main():
    asked = arguments()
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    with Visit(asked.url, asked.operator, asked.password, asked.shots, asked.pid) as visit:
        for step in STEPS:
            name = step.__name__.replace("_", " ")
            try:
                why = step(visit)
                kind = "skipped" if why else "passed"
                print(f"{kind}: {name}" + (f" ({why})" if why else ""), flush=True)
            except Exception as error:
                kind = "failed"
                print(f"failed: {name}: {error}", flush=True)
                if not isinstance(error, AssertionError):
                    traceback.print_exc(limit=-1, chain=False)
            totals[kind] += 1
    print(", ".join(f"{count} {kind}" for kind, count in totals.items()))
    return 1 if totals["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
