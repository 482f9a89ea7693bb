#!/usr/bin/env python3
"""Times the built program from outside, beside nginx, and prints one line a figure.

Server on core 0, load tool on core 1, contenders interleaved, medians of three rounds.
"""
import json
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
TITAN = ROOT / ".build" / "release" / "titan"
BENCH = ROOT / ".build" / "release" / "titan-bench"
SCRATCH = pathlib.Path(sys.argv[1])
BODY = '{"live":true}'
NGINX = """
daemon off; worker_processes 1; pid {0}/nginx.pid; error_log /dev/null;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000;
  server {{ listen 127.0.0.1:{1}; location / {{ default_type application/json; return 200 '{3}'; }} }}
  server {{ listen 127.0.0.1:{2} http2; location / {{ default_type application/json; return 200 '{3}'; }} }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mebibytes(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


class Desk:
    def __init__(self, directory, *arguments, core="0"):
        began = time.monotonic()
        pin = ["taskset", "-c", core] if core else []
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TITAN_")}
        self.process = subprocess.Popen(
            [*pin, str(TITAN), "serve", "--port", "0", "--data-dir", str(directory),
             "--log-level", "error", *arguments],
            stdout=subprocess.PIPE, text=True, env=environment)
        for line in self.process.stdout:
            found = re.search(r"ready on (http://\S+)", line)
            if found:
                self.address = found.group(1)
                break
        self.ready_seconds = time.monotonic() - began
        self.pid = self.process.pid
        self.port = int(self.address.rsplit(":", 1)[1])
        self.directory = pathlib.Path(directory)

    def call(self, path, body=None, token=None):
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(
            self.address + path, headers=headers,
            data=json.dumps(body).encode() if body is not None else None)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def token(self):
        lines = (self.directory / "first-operator.txt").read_text().split("\n")
        name, password = (line.split(": ", 1)[1] for line in lines[:2])
        return self.call(
            "/api/v1/auth/login", {"operator_id": name, "password": password})["token"]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)


def wrk(url, connections, token=None):
    header = ["-H", f"Authorization: Bearer {token}"] if token else []
    out = subprocess.run(
        ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", "-d3s", "--latency", *header, url],
        capture_output=True, text=True).stdout
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))


def h2load(url, token=None):
    header = ["-H", f"authorization: Bearer {token}"] if token else []
    out = subprocess.run(
        ["taskset", "-c", "1", "h2load", "-c16", "-m32", "-D3", *header, url],
        capture_output=True, text=True).stdout
    return float(re.search(r"finished in .*?, ([\d.]+) req/s", out).group(1))


def measured(load, pid):
    """Requests a second and server CPU microseconds a request."""
    before, rate = cpu_seconds(pid), load()
    return rate, (cpu_seconds(pid) - before) / (rate * 3) * 1e6


def beside(name, ours, theirs):
    """Interleaves two contenders; prints medians and their ratio."""
    rounds = [(ours(), theirs()) for _ in range(3)]
    a, b = ([statistics.median(r[who][what] for r in rounds) for what in (0, 1)] for who in (0, 1))
    print(f"{name:44}{a[0]:9.0f}/s {a[1]:6.2f} us CPU; nginx {b[0]:9.0f}/s {b[1]:6.2f} us CPU; "
          f"ratio {a[0] / b[0]:.2f}")


def http():
    one, two = free_port(), free_port()
    config = SCRATCH / "nginx.conf"
    config.write_text(NGINX.format(SCRATCH, one, two, BODY))
    nginx = subprocess.Popen(
        ["taskset", "-c", "0", "nginx", "-c", str(config)], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    children = pathlib.Path(f"/proc/{nginx.pid}/task/{nginx.pid}/children").read_text().split()
    worker = int(children[0])
    desk = Desk(SCRATCH / "http", "--phases", "external", "--market", "external", "--loops", "1")
    token = desk.token()
    bare, state = desk.address + "/health/live", desk.address + "/api/v1/state"
    h1, h2 = f"http://127.0.0.1:{one}/", f"http://127.0.0.1:{two}/"
    beside("HTTP/1.1 -c64, bare", lambda: measured(lambda: wrk(bare, 64), desk.pid),
           lambda: measured(lambda: wrk(h1, 64), worker))
    beside("HTTP/1.1 -c64, authenticated state", lambda: measured(
        lambda: wrk(state, 64, token), desk.pid), lambda: measured(lambda: wrk(h1, 64), worker))
    beside("h2c -c16 -m32, bare", lambda: measured(lambda: h2load(bare), desk.pid),
           lambda: measured(lambda: h2load(h2), worker))
    beside("h2c -c16 -m32, authenticated state", lambda: measured(
        lambda: h2load(state, token), desk.pid), lambda: measured(lambda: h2load(h2), worker))
    print(f"{'memory after that load':44}{resident_mebibytes(desk.pid):.1f} MiB")
    desk.stop()
    nginx.send_signal(signal.SIGTERM)
    nginx.wait(10)


def stream():
    desk = Desk(SCRATCH / "stream", "--speed", "20", "--loops", "1")
    token = desk.token()
    time.sleep(2)
    for readers in (20, 200):
        before = cpu_seconds(desk.pid)
        out = subprocess.run(
            ["taskset", "-c", "1", str(BENCH), "stream", str(desk.port), token, str(readers)],
            capture_output=True, text=True).stdout.strip()
        print(f"{'live stream of a desk at 20 x speed':44}{out}, "
              f"{(cpu_seconds(desk.pid) - before) / 5:.2f} cores")
    desk.stop()


def halt():
    """Halts a busy desk again and again: each raises the word, closes the gate, is recorded."""
    desk = Desk(SCRATCH / "halt", "--speed", "20", core=None)
    token = desk.token()
    time.sleep(2)
    readers = subprocess.Popen(
        [str(BENCH), "stream", str(desk.port), token, "100"], stdout=subprocess.DEVNULL)
    closed, read, answered = [], [], []
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=20)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    for turn in range(300):
        # The client's clock before `send`: earlier than the kernel's receive stamp, so it is t0.
        body = json.dumps({"reason": f"bench {turn}"})
        began = time.time_ns()
        connection.request("POST", "/api/v1/operator/halt", body, headers)
        response = connection.getresponse()
        receipt = json.loads(response.read())
        answered.append((time.time_ns() - began) / 1000)
        closed.append(int(response.headers["gate-closed-at"]) - began / 1000)
        read.append(receipt["gate_closed_us"])
    readers.wait()
    desk.stop()
    for name, values in (("halt: client's send to gate closed", closed),
                         ("halt: request read to gate closed", read),
                         ("halt: client's send to durable answer", answered)):
        values.sort()
        print(f"{name:44}p50 {values[150]:.0f} us, p99 {values[297]:.0f} us, "
              f"maximum {values[-1]:.0f} us")


def start():
    directory = SCRATCH / "start"
    subprocess.run(
        [str(TITAN), "simulate", "--seed", "1", "--steps", "88000", "--journal", str(directory)],
        capture_output=True, check=True)
    seconds = []
    for _ in range(3):
        for name in ("snapshot", "snapshot.old"):
            (directory / name).unlink(missing_ok=True)
        desk = Desk(directory, "--phases", "external", "--market", "external", core=None)
        seconds.append(desk.ready_seconds)
        records = desk.call("/api/v1/state", token=desk.token())["sequence"]
        desk.process.kill()
        desk.process.wait()
    empty = [started(SCRATCH / f"empty-{turn}") for turn in range(3)]
    print(f"{f'start to ready, {records} records':44}{statistics.median(seconds):.2f} s; "
          f"empty {statistics.median(empty):.2f} s")


def started(directory):
    desk = Desk(directory, core=None)
    desk.stop()
    return desk.ready_seconds


for part in [globals()[name] for name in sys.argv[2:]] or (http, stream, halt, start):
    part()
