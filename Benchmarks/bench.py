#!/usr/bin/env python3
"""Times the built program from outside, beside nginx, and prints one line a figure.

Server on core 0, load tool on core 1, contenders interleaved, medians of three rounds.
"""
import http.client as http_client
import json
import os
import pathlib
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
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


def post(connection, path, token, reason):
    """Posts one command; returns its answer, its receipt, and this clock right before `send`.

    One `send` of bytes that are ready, so that nothing but the way to the desk is in the figure.
    CLOCK_BOOTTIME is what the desk's header is in, and nobody sets it back.
    """
    body = json.dumps({"reason": reason})
    message = (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
               f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
               ).encode()
    began = boot_microseconds()
    connection.sendall(message)
    answer = http_client.HTTPResponse(connection, method="POST")
    answer.begin()
    return answer, json.loads(answer.read()), began


def boot_microseconds():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) / 1000


def wait_for_readers(desk, count):
    ends = time.monotonic() + 4
    while time.monotonic() < ends:
        with urllib.request.urlopen(desk.address + "/metrics", timeout=20) as page:
            found = re.search(r"^titan_live_readers (\d+)", page.read().decode(), re.M)
        if found and int(found.group(1)) >= count:
            return
        time.sleep(0.02)
    raise SystemExit(f"halt: {count} readers are not there after 4 s")


def halt():
    """Halts a busy desk again and again, led back each time: raise, gate closed, recorded."""
    desk = Desk(SCRATCH / "halt", "--speed", "20", core=None)
    token = desk.token()
    time.sleep(2)
    closed, read, answered, unseen, led_back = [], [], [], 0, 0
    pause = random.Random(1)
    with socket.create_connection(("127.0.0.1", desk.port), timeout=20) as connection:
        for _ in range(4):
            readers = subprocess.Popen(
                [str(BENCH), "stream", str(desk.port), token, "100"], stdout=subprocess.DEVNULL)
            wait_for_readers(desk, 100)
            for turn in range(75):
                resumed, _, _ = post(connection, "/api/v1/operator/resume", token, "bench")
                led_back += resumed.status == 200
                time.sleep(pause.uniform(0, 0.02))
                answer, receipt, began = post(
                    connection, "/api/v1/operator/halt", token, f"bench {turn}")
                answered.append(boot_microseconds() - began)
                if answer.status != 200:
                    raise SystemExit(f"halt: {answer.status} {receipt}")
                moment = answer.headers["gate-closed-boot-us"]
                # A gate that was not seen closed counts as slower than any.
                unseen += moment is None
                closed.append(int(moment) - began if moment else float("inf"))
                read.append(receipt["gate_closed_us"])
            if readers.poll() is not None:
                raise SystemExit("halt: the readers left before the last halt")
            readers.wait()
    desk.stop()
    print(f"{'halt: count, led back before, not seen closed':46}"
          f"{len(closed)}, {led_back}, {unseen}")
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
