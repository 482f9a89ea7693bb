"""The console's pure parts, tested under Node."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]


def test_pure_parts_of_the_console():
    done = subprocess.run(
        [str(ROOT / "web-static" / "test.sh")], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
