"""One writer and N readers of a hub over plain sockets: how late each message comes, as JSON.

usage: fanout.py PORT PATH READERS RATE SECONDS
"""
import json
import selectors
import socket
import struct
import sys
import time

port, path, readers, rate, seconds = (
    int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
REQUEST = (f"GET {path} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
SIZE = 300


def opened():
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.sendall(REQUEST.encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += client.recv(4096)
    assert b" 101 " in head.split(b"\r\n")[0], head
    client.setblocking(False)
    return client


def message():
    """300 bytes of text that begin with the moment they leave, masked with zeros."""
    text = f"{time.monotonic_ns():020d}".encode().ljust(SIZE, b"x")
    return b"\x81\xfe" + struct.pack(">H", SIZE) + b"\0\0\0\0" + text


writer = opened()
selector = selectors.DefaultSelector()
for _ in range(readers):
    client = opened()
    selector.register(client, selectors.EVENT_READ, bytearray())
delays, delivered, sent = [], 0, 0
began = time.monotonic()
while (now := time.monotonic()) < began + seconds + 0.5:
    due = min(int((now - began) * rate), int(seconds * rate))
    if sent < due:
        try:
            writer.send(message())
            sent += 1
        except BlockingIOError:
            pass
        try:
            writer.recv(1 << 20)
        except BlockingIOError:
            pass
    for key, _ in selector.select(0.0005):
        try:
            key.data.extend(key.fileobj.recv(1 << 18))
        except BlockingIOError:
            continue
        arrived = time.monotonic_ns()
        while len(key.data) >= SIZE + 4:
            delays.append(arrived - int(key.data[4:24]))
            delivered += 1
            del key.data[:SIZE + 4]
delays.sort()
print(json.dumps({
    "sent": sent, "delivered": delivered,
    "p50": delays[len(delays) // 2] / 1e6 if delays else 0,
    "p99": delays[len(delays) * 99 // 100] / 1e6 if delays else 0}))
