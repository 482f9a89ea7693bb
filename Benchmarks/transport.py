"""The transport beside its peers: each measured in the same run, interleaved, servers on core 0 and
the load on core 1, medians of three rounds. Run by `make bench`; names choose parts."""
import asyncio
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
TITAN = ROOT / ".build" / "release" / "titan"
SCRATCH = pathlib.Path(sys.argv[1])
ROUNDS, SECONDS = 3, 3
BODY = '{"message":"a fixed body of three hundred bytes","filler":"' + "x" * 239 + '"}'


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A contender: a process on core 0, and the process whose time counts."""

    def __init__(self, name, command, port, path="/json"):
        self.name, self.port, self.path = name, port, path
        self.process = subprocess.Popen(
            ["taskset", "-c", "0", *map(str, command)], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 15
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise SystemExit(f"{name} does not listen")
                time.sleep(0.05)

    def pids(self):
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            todo += map(int, pathlib.Path(
                f"/proc/{pid}/task/{pid}/children").read_text().split())
        return found

    def cpu(self):
        ticks = 0
        for pid in self.pids():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def mebibytes(self):
        return sum(int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(
            f"/proc/{pid}/status").read_text()).group(1)) for pid in self.pids()) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def titan(*arguments):
    port = free_port()
    return Server("titan", [TITAN, "conformance", "--port", port, "--loops", 1, *arguments], port)


def nginx():
    port, config = free_port(), SCRATCH / "nginx.conf"
    config.write_text(
        "daemon off; worker_processes 1; pid %s/nginx.pid; error_log /dev/null;\n"
        "events { worker_connections 8192; }\nhttp { access_log off; keepalive_requests 1000000000;"
        "server { listen 127.0.0.1:%d reuseport; location / { default_type application/json; "
        "return 200 '%s'; } } }\n" % (SCRATCH, port, BODY))
    return Server("nginx", ["nginx", "-c", config], port)


def body_directory():
    directory = SCRATCH / "htdocs"
    directory.mkdir(exist_ok=True)
    (directory / "json").write_text(BODY)
    return directory


def nghttpd(pair=None):
    port = free_port()
    tls = [pair[1], pair[0]] if pair else ["--no-tls"]
    options = ["-n", "1", "-d", body_directory()]
    command = ["nghttpd", *options, *([] if pair else tls), port, *(tls if pair else [])]
    return Server("nghttpd", command, port)


def h2o(pair=None):
    port, config = free_port(), SCRATCH / f"h2o{'-tls' if pair else ''}.conf"
    ssl = f"\n    ssl:\n      key-file: {pair[1]}\n      certificate-file: {pair[0]}" if pair else ""
    config.write_text(
        f"num-threads: 1\nlisten:\n    port: {port}\n    host: 127.0.0.1{ssl}\nhosts:\n  default:\n"
        f"    paths:\n      /:\n        file.dir: {body_directory()}\n")
    return Server("h2o", ["h2o", "-c", config], port)


def run(command):
    return subprocess.run(
        ["taskset", "-c", "1", *map(str, command)], capture_output=True, text=True).stdout


def microseconds(text):
    value, unit = re.match(r"([\d.]+)(us|ms|s)", text).groups()
    return float(value) * {"us": 1, "ms": 1000, "s": 1_000_000}[unit]


def wrk(connections):
    def load(server):
        out = run(["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency",
                   f"http://127.0.0.1:{server.port}{server.path}"])
        tail = {p: microseconds(t) for p, t in re.findall(r"(50|99)%\s+(\S+)", out)}
        return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), tail["50"], tail["99"]
    return load


def h2load(connections, streams, scheme="http"):
    def load(server):
        out = run(["h2load", f"-c{connections}", f"-m{streams}", f"-D{SECONDS}",
                   f"{scheme}://127.0.0.1:{server.port}{server.path}"])
        found = re.search(r"finished in .*?, ([\d.]+) req/s", out)
        times = re.search(r"time for request:\s+\S+\s+\S+\s+(\S+)", out)
        return float(found.group(1)), microseconds(times.group(1)), 0.0
    return load


def beside(name, load, servers):
    """A line for each contender: rate, CPU, latency, memory, and ours as a ratio of theirs."""
    rounds = {server.name: [] for server in servers}
    for _ in range(ROUNDS):
        for server in servers:
            before = server.cpu()
            rate, p50, p99 = load(server)
            rounds[server.name].append(
                (rate, (server.cpu() - before) / (rate * SECONDS) * 1e6, p50, p99))
    medians = {n: [statistics.median(r[i] for r in taken) for i in range(4)]
               for n, taken in rounds.items()}
    ours = medians["titan"]
    for server in servers:
        rate, cpu, p50, p99 = medians[server.name]
        print(f"| {name} | {server.name} | {rate:,.0f} | {cpu:.2f} | {p50:,.0f} | "
              f"{p99:,.0f} | {server.mebibytes():.0f} | {ours[0] / rate:.2f} | {ours[1] / cpu:.2f} |",
              flush=True)
    for server in servers:
        server.stop()


def have(program):
    if shutil.which(program):
        return True
    print(f"note: {program} is missing: not measured beside it")
    return False


def http():
    peers = [nginx()] if have("nginx") else []
    beside("HTTP/1.1, wrk -c64", wrk(64), [titan(), *peers])
    peers = [nginx()] if have("nginx") else []
    beside("HTTP/1.1, wrk -c1", wrk(1), [titan(), *peers])


def http2():
    for connections, streams in ((16, 32), (64, 1)):
        peers = [make() for program, make in (("nghttpd", nghttpd), ("h2o", h2o))
                 if have(program)]
        beside(f"h2c, h2load -c{connections} -m{streams}", h2load(connections, streams),
               [titan(), *peers])


def tls():
    directory = SCRATCH / "pair"
    subprocess.run([TITAN, "cert", "dev", "--out", directory], check=True, capture_output=True)
    pair = (directory / "certificate.pem", directory / "key.pem")
    for connections, streams in ((16, 32), (64, 1)):
        peers = [make(pair) for program, make in (("nghttpd", nghttpd), ("h2o", h2o))
                 if have(program)]
        beside(f"TLS, h2load -c{connections} -m{streams}", h2load(connections, streams, "https"),
               [titan("--tls", *pair), *peers])


def python_hub():
    port, script = free_port(), SCRATCH / "hub.py"
    script.write_text(
        "import asyncio, sys, websockets\nfrom websockets.asyncio.server import serve, broadcast\n"
        "clients = set()\nasync def handle(socket):\n    clients.add(socket)\n    try:\n"
        "        async for message in socket:\n            broadcast(clients, message)\n"
        "    finally:\n        clients.discard(socket)\nasync def main():\n"
        "    async with serve(handle, '127.0.0.1', int(sys.argv[1]), compression=None):\n"
        "        await asyncio.Future()\nasyncio.run(main())\n")
    return Server("python websockets", [sys.executable, script, port], port, "/")


def node_hub():
    port, script = free_port(), SCRATCH / "hub.js"
    script.write_text(
        "const { WebSocketServer } = require('/usr/share/nodejs/ws');\n"
        "const wss = new WebSocketServer({ port: +process.argv[2], host: '127.0.0.1', "
        "perMessageDeflate: false });\nwss.on('connection', s => s.on('message', (m, b) => { "
        "for (const c of wss.clients) c.send(m, { binary: b }); }));\n")
    return Server("node ws", ["node", script, port], port, "/")


def fan_out():
    """N readers, one writer at a fixed rate; the reader's delay, in a C-like client of Python."""
    for readers, rate in ((200, 200), (1000, 20)):
        servers = [titan()]
        servers[0].path = "/ws/hub"
        try:
            import websockets  # noqa: F401
            servers.append(python_hub())
        except ImportError:
            print("note: Python websockets is missing: not measured beside it")
        if have("node") and pathlib.Path("/usr/share/nodejs/ws").exists():
            servers.append(node_hub())
        client = pathlib.Path(__file__).with_name("fanout.py")
        lines = {}
        for _ in range(ROUNDS):
            for server in servers:
                before = server.cpu()
                out = json.loads(run([sys.executable, client, server.port, server.path, readers,
                                      rate, SECONDS]))
                out["cpu"] = (server.cpu() - before) / max(1, out["delivered"]) * 1e6
                lines.setdefault(server.name, []).append(out)
        for server in servers:
            taken = lines[server.name]
            middle = {k: statistics.median(t[k] for t in taken) for k in taken[0]}
            print(f"| fan-out to {readers}, {rate}/s | {server.name} | "
                  f"{middle['delivered'] / SECONDS:,.0f} | {middle['cpu']:.2f} | "
                  f"{middle['p50'] * 1000:,.0f} | {middle['p99'] * 1000:,.0f} | "
                  f"{server.mebibytes():.0f} | | |", flush=True)
            server.stop()


def idle():
    """Ten thousand WebSockets that say nothing."""
    server = titan()
    before, held = server.mebibytes(), []
    request = (b"GET /ws/hub HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
               b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n")
    for number in range(10_000):
        client = socket.socket()
        client.bind((f"127.0.1.{number % 200 + 1}", 0))
        client.connect(("127.0.0.1", server.port))
        client.sendall(request)
        assert client.recv(4096).startswith(b"HTTP/1.1 101")
        held.append(client)
    after = server.mebibytes()
    print(f"| idle WebSockets | titan | {len(held):,} held | | | | {after:.0f} | "
          f"{(after - before) * 1024 / len(held):.2f} KiB each | |")
    for client in held:
        client.close()
    server.stop()


if __name__ == "__main__":
    print("| load | server | per second | CPU us each | p50 us | p99 us | MiB | our rate / theirs "
          "| our CPU / theirs |")
    print("|---|---|---|---|---|---|---|---|---|")
    for part in [globals()[n] for n in sys.argv[2:]] or (http, http2, tls, fan_out, idle):
        part()
