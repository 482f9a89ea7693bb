import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from desk import DEBUG, RELEASE, Desk  # noqa: E402


def pytest_configure(config):
    for binary in (RELEASE, DEBUG):
        if not binary.exists():
            pytest.exit(f"{binary} is missing: run `make test`, which builds it", returncode=2)


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "desk"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One desk that the tests of a module look at, but do not stop."""
    with Desk(tmp_path_factory.mktemp("running") / "desk", "--seed", 7) as desk:
        yield desk
