"""A running `titan conformance`, and sockets to it."""
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading

from desk import RELEASE, environment, titan, until

READY = re.compile(r"Titan is ready on (https?)://(\S+):(\d+)")


class Transport:
    def __init__(self, kind, directory, *arguments):
        self.kind, self.directory = kind, directory
        self.trust = None
        if kind == "tls":
            done = titan("cert", "dev", "--out", directory)
            assert done.returncode == 0, done.stderr
            self.trust = ssl.create_default_context(cafile=str(directory / "certificate.pem"))
            arguments += ("--tls", str(directory / "certificate.pem"), str(directory / "key.pem"))
        self.process = subprocess.Popen(
            [str(RELEASE), "conformance", "--port", "0", *arguments], env=environment(),
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.lines, self.port = [], None
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            found = READY.search(line)
            if found:
                self.port = int(found.group(3))

    @property
    def http(self):
        return f"{'https' if self.trust else 'http'}://127.0.0.1:{self.port}"

    @property
    def websocket(self):
        return f"{'wss' if self.trust else 'ws'}://127.0.0.1:{self.port}"

    def connect(self, protocol="http/1.1", timeout=5):
        """A socket that speaks this transport."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        if self.trust is None:
            return plain
        trust = ssl.create_default_context(cafile=str(self.directory / "certificate.pem"))
        trust.set_alpn_protocols([protocol])
        secure = trust.wrap_socket(plain, server_hostname="127.0.0.1")
        assert secure.selected_alpn_protocol() == protocol
        return secure

    def __enter__(self):
        until(lambda: self.port or self.process.poll() is not None, 20, "a ready line")
        assert self.port, "\n".join(self.lines)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGTERM)
        assert self.process.wait(10) == 0, "\n".join(self.lines)


class Load:
    """Requests without end, from a process of their own, for as long as something else is tested."""

    def __init__(self, transport):
        certificate = [str(transport.directory / "certificate.pem")] if transport.trust else []
        self.process = subprocess.Popen(
            [sys.executable, str(pathlib.Path(__file__).parent / "load.py"),
             str(transport.port), *certificate], text=True, stdout=subprocess.PIPE)

    def __enter__(self):
        assert self.process.stdout.readline() == "under load\n"
        return self

    def __exit__(self, *_):
        ended = self.process.poll()
        if ended is None:
            self.process.terminate()
        self.process.wait(10)
        assert ended is None, "the load ended before the tests did"
