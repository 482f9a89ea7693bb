"""The transport alone, as `titan conformance` serves it to anybody's suite."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "Integration"))

from transport import Load, Transport  # noqa: E402


@pytest.fixture(scope="session", params=["cleartext", "tls"])
def idle_transport(request, tmp_path_factory):
    with Transport(request.param, tmp_path_factory.mktemp("transport")) as transport:
        yield transport


@pytest.fixture(scope="session")
def transport(idle_transport):
    return idle_transport


@pytest.fixture(scope="module", params=["idle", "under load"])
def any_transport(request, idle_transport):
    """For suites whose every test is to hold under load too."""
    if request.param == "idle":
        yield idle_transport
    else:
        with Load(idle_transport):
            yield idle_transport
