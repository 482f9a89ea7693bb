"""HTTP/2 frame by frame, right or wrong: what no library would send."""
import ssl
import struct
import time

import hpack

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, \
    CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED, PRIORITISED = 1, 1, 4, 8, 32
(NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT, STREAM_CLOSED,
 FRAME_SIZE_ERROR, REFUSED_STREAM, CANCEL, COMPRESSION_ERROR, CONNECT_ERROR,
 ENHANCE_YOUR_CALM) = range(12)


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def setting(name, value):
    return struct.pack(">HI", name, value)


class Client:
    """One connection. `send` frames, then ask what came of it."""

    def __init__(self, transport, settings=b"", greet=True, path="/json"):
        self.socket = transport.connect("h2")
        self.encoder, self.decoder = hpack.Encoder(), hpack.Decoder()
        self.buffer, self.frames, self.closed = b"", [], False
        self.path = path
        if greet:
            self.send(PREFACE + frame(SETTINGS, payload=settings))
            # Nothing is tested before both sides know each other.
            self.wait(lambda f: f[0] == SETTINGS and f[1] & ACK)
            self.send(frame(SETTINGS, ACK))

    def request(self, method="GET", **changes):
        fields = {":method": method, ":scheme": "http", ":path": self.path, ":authority": "a"}
        fields.update({name.replace("_", "-"): value for name, value in changes.items()})
        return list(fields.items())

    def block(self, fields=None):
        return self.encoder.encode(fields or self.request())

    def headers(self, stream, fields=None, flags=END_HEADERS | END_STREAM):
        return frame(HEADERS, flags, stream, self.block(fields))

    def send(self, *pieces):
        try:
            self.socket.sendall(b"".join(pieces))
        except OSError:
            pass

    def pump(self, seconds):
        self.socket.settimeout(max(seconds, 0.001))
        try:
            got = self.socket.recv(65536)
        except (TimeoutError, ssl.SSLWantReadError):
            return
        except OSError:
            got = b""
        if not got:
            self.closed = True
        self.buffer += got
        while len(self.buffer) >= 9:
            length = int.from_bytes(self.buffer[:3], "big")
            if len(self.buffer) < 9 + length:
                return
            kind, flags, stream = struct.unpack(">BBI", self.buffer[3:9])
            self.frames.append((kind, flags, stream & 0x7FFFFFFF, self.buffer[9:9 + length]))
            self.buffer = self.buffer[9 + length:]

    def wait(self, wanted, seconds=3.0):
        """The first frame that is wanted; None when the connection ends or time does."""
        deadline = time.monotonic() + seconds
        seen = 0
        while True:
            for item in self.frames[seen:]:
                seen += 1
                if wanted(item):
                    return item
            if self.closed or time.monotonic() > deadline:
                return None
            self.pump(deadline - time.monotonic())

    def connection_error(self, *codes):
        """The connection ended with a GOAWAY of one of these codes, and was closed."""
        goaway = self.wait(lambda f: f[0] == GOAWAY)
        assert goaway, f"no GOAWAY: {self.frames}"
        code = int.from_bytes(goaway[3][4:8], "big")
        assert code in codes, f"GOAWAY with {code}, not {codes}"
        self.wait(lambda f: False, 3.0)
        assert self.closed, "the connection stays open after an error of it"

    def stream_error(self, stream, *codes):
        """The stream was reset with one of these codes, or the connection ended with it."""
        found = self.wait(lambda f: f[0] == GOAWAY or f[0] == RST_STREAM and f[2] == stream)
        assert found, f"neither RST_STREAM nor GOAWAY: {self.frames}"
        code = int.from_bytes(found[3][4:8] if found[0] == GOAWAY else found[3][:4], "big")
        assert code in codes, f"{code}, not {codes}"

    def status(self, stream, seconds=3.0):
        found = self.wait(lambda f: f[0] == HEADERS and f[2] == stream, seconds)
        assert found, f"no answer on {stream}: {self.frames}"
        return dict(self.decoder.decode(found[3]))[":status"]

    def body(self, stream):
        self.wait(lambda f: f[0] == DATA and f[2] == stream and f[1] & END_STREAM)
        return b"".join(f[3] for f in self.frames if f[0] == DATA and f[2] == stream)

    def lives(self):
        """The connection goes on: it answers a PING."""
        token = b"is alive"
        self.send(frame(PING, payload=token))
        assert self.wait(lambda f: f[0] == PING and f[1] & ACK and f[3] == token), self.frames
