"""A running `titan conformance`, and sockets to it."""
import os
import re
import signal
import socket
import subprocess
import threading

from desk import RELEASE, environment, until

READY = re.compile(r"Titan is ready on (https?)://(\S+):(\d+)")


class Transport:
    def __init__(self, kind, directory, *arguments):
        self.kind, self.directory = kind, directory
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
        return f"http://127.0.0.1:{self.port}"

    @property
    def websocket(self):
        return f"ws://127.0.0.1:{self.port}"

    def connect(self, protocol="http/1.1", timeout=5):
        """A socket that speaks this transport."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def __enter__(self):
        until(lambda: self.port or self.process.poll() is not None, 20, "a ready line")
        assert self.port, "\n".join(self.lines)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGTERM)
        assert self.process.wait(10) == 0, "\n".join(self.lines)
