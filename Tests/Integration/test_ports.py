"""Where connections come from: proxies, the Unix socket, a predecessor, systemd."""
import os
import socket
import struct
import subprocess
import threading
import time

import httpx

from desk import RELEASE, Desk, environment, state, until

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def header(address):
    addresses = socket.inet_aton(address) + socket.inet_aton("127.0.0.1") + struct.pack(">HH", 1, 2)
    return SIGNATURE + b"\x21\x11" + struct.pack(">H", len(addresses)) + addresses


def sign_in(desk, first=b"", fields=()):
    """The status of one wrong sign-in."""
    host, port = desk.address.split("//")[1].split(":")
    body = b'{"operator_id":"nobody","password":"wrong"}'
    with socket.create_connection((host, int(port)), timeout=20) as client:
        head = [b"POST /api/v1/auth/login HTTP/1.1", b"host: a", b"connection: close",
                b"content-type: application/json", b"content-length: %d" % len(body), *fields]
        client.sendall(first + b"\r\n".join(head) + b"\r\n\r\n" + body)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
    return int(answer.split()[1]) if answer else None


def test_a_trusted_proxy_speaks_for_its_clients(directory):
    with Desk(directory, "--trusted-proxies", "127.0.0.0/8") as desk:
        seen = {sign_in(desk, header(f"192.0.2.{n}")) for n in range(15)}
        assert seen == {401}, "each client has attempts of its own"
        seen = {sign_in(desk, fields=[b"x-forwarded-for: 9.9.9.9, 198.51.100.%d" % n])
                for n in range(15)}
        assert seen == {401}
        seen = {sign_in(desk, fields=[b'forwarded: for="[2001:db8::%x]:1"' % n])
                for n in range(15)}
        assert seen == {401}
        # What the client itself says before its proxy counts for nothing.
        seen = {sign_in(desk, fields=[b"x-forwarded-for: 8.8.8.%d, 198.51.100.99" % n])
                for n in range(15)}
        assert 429 in seen
        assert sign_in(desk, SIGNATURE + b"\x21\x11\0\1\0") is None
        assert sign_in(desk) == 401, "a connection without a header is served as well"


def test_nobody_else_does(directory):
    with Desk(directory) as desk:
        assert sign_in(desk, header("192.0.2.1")) == 400
        seen = {sign_in(desk, fields=[b"x-forwarded-for: 198.51.100.%d" % n]) for n in range(15)}
        assert 429 in seen


def test_a_unix_socket_is_another_way_in(directory, tmp_path):
    path = tmp_path / "titan.sock"
    with Desk(directory, "--unix-socket", path, "--loops", 2) as desk:
        assert path.stat().st_mode & 0o777 == 0o660
        for _ in range(8):
            with httpx.Client(transport=httpx.HTTPTransport(uds=str(path))) as client:
                assert client.get("http://titan/health/live").json() == {"live": True}
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(path), http1=False, http2=True)) \
                as client:
            assert client.get("http://titan/health/live").http_version == "HTTP/2"
        assert desk.stop() == 0
        assert not path.exists()
    # A name that a dead process has left is no obstacle.
    with Desk(directory, "--unix-socket", path) as desk:
        desk.kill()
        assert path.exists()
    with Desk(directory, "--unix-socket", path) as desk:
        assert desk.stop() == 0


def test_a_deploy_drops_no_request(directory):
    with Desk(directory) as old:
        client = old.client()
        client.post("/api/v1/operator/halt", json={"reason": "before the deploy"})
        token = client.headers["Authorization"]
        failures, served, done = [], [0], threading.Event()

        def load():
            while not done.is_set():
                try:
                    answer = httpx.get(
                        f"{old.address}/api/v1/state", headers={"Authorization": token}, timeout=20)
                    assert answer.status_code in (200, 503), answer.text
                    served[0] += 1
                except Exception as error:
                    failures.append(repr(error))

        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        until(lambda: served[0] > 50, 20, "load")
        with Desk(directory, "--take-over") as new:
            assert new.address == old.address
            assert old.process.wait(10) == 0
            before = served[0]
            until(lambda: served[0] > before + 50, 20, "load on the successor")
            done.set()
            for thread in threads:
                thread.join()
            assert not failures, failures[:5]
            client = new.client()
            assert state(client)["breaker"]["state"] == "HALTED"
            # And once more, so that a successor can be succeeded.
            with Desk(directory, "--take-over") as third:
                assert third.address == old.address
                assert new.process.wait(10) == 0
                assert third.stop() == 0


def test_a_stranger_who_only_connects_ends_nothing(directory):
    with Desk(directory) as desk:
        for first in (b"", b"x", b"GET / HTTP/1.1\r\n\r\n"):
            with socket.socket(socket.AF_UNIX) as stranger:
                stranger.connect(str(directory / "handover.sock"))
                stranger.sendall(first)
        time.sleep(1.5)
        assert desk.process.poll() is None
        assert httpx.get(f"{desk.address}/health/live").status_code == 200


def test_there_has_to_be_somebody_to_take_over_from(directory):
    done = subprocess.run(
        [str(RELEASE), "serve", "--port", "0", "--data-dir", str(directory), "--take-over"],
        env=environment(), capture_output=True, text=True, timeout=20)
    assert done.returncode != 0 and "no titan runs on" in done.stdout + done.stderr


def test_systemd_may_open_the_port(directory):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        port = listener.getsockname()[1]

        def prepare():
            os.dup2(listener.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ["LISTEN_PID"] = str(os.getpid())

        script = ('exec env LISTEN_FDS=1 LISTEN_PID=$$ "$0" serve --port 0 --data-dir "$1" '
                  "--loops 2")
        process = subprocess.Popen(
            ["sh", "-c", script, str(RELEASE), str(directory)], env=environment(),
            preexec_fn=prepare, close_fds=False, stdout=subprocess.PIPE, text=True)
        try:
            # It waits in the socket until there is somebody.
            answer = httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=20)
            assert answer.status_code == 200
            deadline = time.monotonic() + 10
            for line in process.stdout:
                if "Titan is ready" in line:
                    assert line.strip().endswith(str(port))
                    break
                assert time.monotonic() < deadline
            for _ in range(20):
                assert httpx.get(f"http://127.0.0.1:{port}/health/live").status_code == 200
        finally:
            process.terminate()
            assert process.wait(10) == 0
