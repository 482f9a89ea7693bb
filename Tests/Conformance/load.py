"""Keeps a transport busy until it is killed: load.py PORT [CERTIFICATE]. Bursts of requests over
HTTP/1.1 and HTTP/2 at once; each burst's answers are read before the next."""
import socket
import ssl
import sys
import threading

from h2client import ACK, DATA, END_STREAM, PREFACE, SETTINGS, WINDOW_UPDATE, frame

BURST = 50


def connect(port, certificate, protocol):
    plain = socket.create_connection(("127.0.0.1", port), timeout=30)
    if certificate is None:
        return plain
    trust = ssl.create_default_context(cafile=certificate)
    trust.set_alpn_protocols([protocol])
    return trust.wrap_socket(plain, server_hostname="127.0.0.1")


def http1(connection):
    request = b"GET /json HTTP/1.1\r\nHost: a\r\n\r\n"
    while True:
        connection.sendall(request * BURST)
        rest, heads = b"", 0
        while heads < BURST:
            rest += connection.recv(1 << 16)
            heads += rest.count(b"HTTP/1.1 200")
            rest = rest[-11:] if b"HTTP/1.1 200" not in rest[-11:] else b""


def http2(connection):
    # :method GET, :scheme http, :path /json, :authority a; nothing of it enters a table.
    block = b"\x82\x86\x04\x05/json\x01\x01a"
    connection.sendall(PREFACE + frame(SETTINGS) + frame(SETTINGS, ACK))
    stream, rest = 1, b""
    while stream < 1 << 30:
        requests = [frame(1, 5, number, block) for number in range(stream, stream + 2 * BURST, 2)]
        window = frame(WINDOW_UPDATE, 0, 0, (300 * BURST).to_bytes(4, "big"))
        connection.sendall(b"".join(requests) + window)
        stream += 2 * BURST
        ended = 0
        while ended < BURST:
            rest += connection.recv(1 << 16)
            while len(rest) >= 9 and len(rest) >= 9 + int.from_bytes(rest[:3], "big"):
                assert rest[3] != 7, "the load was told to go"
                ended += rest[3] == DATA and bool(rest[4] & END_STREAM)
                rest = rest[9 + int.from_bytes(rest[:3], "big"):]


if __name__ == "__main__":
    port, certificate = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None
    speakers = [(http1, "http/1.1"), (http2, "h2")] * 2
    threads = [threading.Thread(target=speak, args=(connect(port, certificate, protocol),),
                                daemon=True) for speak, protocol in speakers]
    for thread in threads:
        thread.start()
    print("under load", flush=True)
    # As soon as one ends there is no load any more, and whoever started this is to know.
    while all(thread.is_alive() for thread in threads):
        threads[0].join(0.2)
    sys.exit(1)
