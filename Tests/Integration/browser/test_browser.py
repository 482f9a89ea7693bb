"""The console in a browser, on a desk of its own: each step of an operator's visit is one test."""
import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))

from desk import Desk  # noqa: E402
from steps import STEPS  # noqa: E402
from visit import Visit  # noqa: E402


@pytest.fixture(scope="module")
def visit(tmp_path_factory):
    with Desk(tmp_path_factory.mktemp("console")) as desk:
        operator, password = desk.password()
        shots = os.environ.get("TITAN_SHOTS")
        with Visit(desk.address, operator, password, shots, desk.pid) as visit:
            yield visit


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_console(visit, step):
    why = step(visit)
    if why:
        pytest.skip(why)
