"""Holds the transport under mixed load, and looks whether it grows. See soak.sh."""
import pathlib
import re
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
seconds = int(sys.argv[1])
server = subprocess.Popen(
    [str(ROOT / ".build/release/titan"), "conformance", "--port", "0"], stdout=subprocess.PIPE,
    text=True)
port = int(re.search(r":(\d+)$", server.stdout.readline().strip()).group(1))
base = f"http://127.0.0.1:{port}"


def sizes():
    status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
    memory = int(re.search(r"VmRSS:\s+(\d+)", status).group(1))
    return memory, len(list(pathlib.Path(f"/proc/{server.pid}/fd").iterdir()))


loads = [
    ["wrk", "-t1", "-c32", f"-d{seconds}s", f"{base}/json"],
    ["h2load", "-c8", "-m16", f"-D{seconds}", f"{base}/json"],
    ["h2load", "-c2", "-m4", f"-D{seconds}", f"{base}/bytes/100000"],
    [sys.executable, str(ROOT / "Benchmarks/fanout.py"), str(port), "/ws/hub", "50", "50",
     str(seconds)],
]
running = [subprocess.Popen(load, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
           for load in loads]
samples, began = [], time.monotonic()
while time.monotonic() < began + seconds:
    time.sleep(min(10, seconds / 20))
    assert server.poll() is None, "the server has ended"
    samples.append(sizes())
for load in running:
    load.wait(60)
time.sleep(3)
last = sizes()
server.send_signal(signal.SIGTERM)
status = server.wait(15)
settled = samples[len(samples) // 10:]
grown = max(m for m, _ in settled[len(settled) // 2:]) - max(
    m for m, _ in settled[:len(settled) // 2])
print(f"{seconds} s; memory {samples[0][0]} to {samples[-1][0]} KiB, {last[0]} at the end; "
      f"second half above the first by {grown} KiB; descriptors {samples[0][1]} to "
      f"{samples[-1][1]}, {last[1]} at the end")
failed = grown > 4096 or last[1] > 16 or status != 0
print(f"{0 if failed else 1} passed, {1 if failed else 0} failed, 0 skipped")
sys.exit(1 if failed else 0)
