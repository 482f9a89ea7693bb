"""A running titan as its users see it: a process, a printed address, a printed password."""
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

import httpx

ROOT = pathlib.Path(__file__).resolve().parents[2]
RELEASE = ROOT / ".build" / "release" / "titan"
DEBUG = ROOT / ".build" / "debug" / "titan"
READY = re.compile(r"Titan is ready on (https?://\S+)")


def environment(**extra):
    """The caller's environment without settings of ours."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TITAN_")}
    return {**clean, "SWIFT_BACKTRACE": "enable=no", **extra}


def titan(*arguments, binary=RELEASE, **extra):
    """Runs one command to its end."""
    return subprocess.run(
        [str(binary), *map(str, arguments)], env=environment(**extra), cwd=ROOT,
        capture_output=True, text=True, timeout=600)


class Desk:
    """One `titan serve`, on a free port, over a directory that outlives it."""

    def __init__(self, directory, *arguments, binary=RELEASE, wrapper=(), **extra):
        self.directory = pathlib.Path(directory)
        # What its certificate is judged by, where it speaks TLS.
        self.trust = True
        self.lines = []
        command = [
            *wrapper, str(binary), "serve", "--port", "0", "--data-dir", str(directory),
            *map(str, arguments)]
        self.process = subprocess.Popen(
            command, env=environment(**extra), cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.address = None
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            found = READY.search(line)
            if found:
                self.address = found.group(1)

    @property
    def output(self):
        return "\n".join(self.lines)

    def wait_ready(self, seconds=30):
        until(lambda: self.address or self.process.poll() is not None, seconds, "a ready line")
        assert self.address, f"titan ended with {self.process.returncode}:\n{self.output}"
        return self

    @property
    def pid(self):
        """The process that serves, also when a wrapper started it."""
        children = pathlib.Path(
            f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0]) if children else self.process.pid

    def password(self):
        lines = (self.directory / "first-operator.txt").read_text().splitlines()
        assert lines[0].startswith("operator: ") and lines[1].startswith("password: ")
        return lines[0].split(": ", 1)[1], lines[1].split(": ", 1)[1]

    def client(self, http2=False, login=True):
        client = httpx.Client(
            base_url=self.address, http1=not http2, http2=http2, timeout=20, verify=self.trust)
        if login:
            client.headers["Authorization"] = f"Bearer {self.token(client)}"
        return client

    def token(self, client=None):
        name, password = self.password()
        answer = (client or httpx.Client(verify=self.trust)).post(
            f"{self.address}/api/v1/auth/login",
            json={"operator_id": name, "password": password}, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()["token"]

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait(10)
        self.reader.join(5)

    def stop(self, seconds=10):
        """Ends it politely; returns its status."""
        if self.process.poll() is None:
            os.kill(self.pid, signal.SIGTERM)
        status = self.process.wait(seconds)
        self.reader.join(5)
        return status

    def __enter__(self):
        return self.wait_ready()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()


def until(condition, seconds, what):
    """Waits for something to become true; says what did not."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"no {what} within {seconds} s"
        time.sleep(0.02)


def state(client):
    answer = client.get("/api/v1/state")
    assert answer.status_code == 200, answer.text
    return answer.json()


def journal(directory, command="cat", *arguments, binary=RELEASE):
    """The lines of a journal command, as JSON where they are."""
    done = titan("journal", command, "--data-dir", directory, *arguments, binary=binary)
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def verify(directory, binary=RELEASE, at=None):
    """The facts that `titan replay` prints, by name; at a record, or at the end."""
    until_there = () if at is None else ("--at", at)
    done = titan("replay", "--data-dir", directory, *until_there, binary=binary)
    facts = dict(line.split(None, 1) if "state digest" not in line and "tail bytes" not in line
                 else (line[:13].strip(), line[13:].strip())
                 for line in done.stdout.splitlines() if " " in line)
    return done.returncode, facts
