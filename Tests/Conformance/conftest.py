"""The transport alone, as `titan conformance` serves it to anybody's suite."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "Integration"))

from transport import Transport  # noqa: E402


@pytest.fixture(scope="session", params=["cleartext", "tls"])
def transport(request, tmp_path_factory):
    with Transport(request.param, tmp_path_factory.mktemp("transport")) as transport:
        yield transport
