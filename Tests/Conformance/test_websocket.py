"""RFC 6455, sections 4 to 7, and RFC 7692, frame by frame and with independent clients."""
import asyncio
import base64
import os
import socket
import struct
import time
import zlib

import httpx
import pytest
import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def frame(opcode, payload=b"", final=True, rsv=0, mask=b"\x11\x22\x33\x44", length=None):
    head = bytes([(0x80 if final else 0) | rsv << 4 | opcode])
    bit = 0x80 if mask is not None else 0
    size = len(payload) if length is None else length[1]
    kind = length[0] if length else 7 if size < 126 else 16 if size < 65536 else 64
    head += {7: lambda: bytes([bit | size]), 16: lambda: struct.pack(">BH", bit | 126, size),
             64: lambda: struct.pack(">BQ", bit | 127, size)}[kind]()
    if mask is None:
        return head + payload
    masked = bytes(b ^ mask[i % 4] for i, b in enumerate(payload)) if len(payload) < 4096 else \
        (int.from_bytes(payload, "big") ^ int.from_bytes(
            (mask * (len(payload) // 4 + 1))[:len(payload)], "big")).to_bytes(len(payload), "big")
    return head + mask + masked


class Raw:
    def __init__(self, transport, extensions=None, path="/ws/echo", **changes):
        self.socket = transport.connect()
        key = base64.b64encode(os.urandom(16)).decode()
        fields = {"Host": "a", "Upgrade": "websocket", "Connection": "Upgrade",
                  "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13"}
        if extensions:
            fields["Sec-WebSocket-Extensions"] = extensions
        fields.update({name.replace("_", "-"): value for name, value in changes.items()})
        head = "".join(f"{n}: {v}\r\n" for n, v in fields.items() if v is not None)
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            got = self.socket.recv(65536)
            if not got:
                break
            self.buffer += got
        self.head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.head = self.head.decode()
        self.status = int(self.head.split()[1])
        self.extensions = next((line.split(": ", 1)[1] for line in self.head.split("\r\n")
                                if line.lower().startswith("sec-websocket-extensions")), None)

    def send(self, *pieces):
        try:
            self.socket.sendall(b"".join(pieces))
        except OSError:
            pass

    def take(self, count):
        while len(self.buffer) < count:
            try:
                got = self.socket.recv(1 << 20)
            except (ConnectionError, TimeoutError):
                return None
            if not got:
                return None
            self.buffer += got
        piece, self.buffer = self.buffer[:count], self.buffer[count:]
        return piece

    def frame(self):
        """(opcode, payload, first byte's reserved bits), None at the end."""
        head = self.take(2)
        if head is None:
            return None
        assert not head[1] & 0x80, "a server masks nothing"
        size = head[1] & 0x7F
        if size > 125:
            size = int.from_bytes(self.take({126: 2, 127: 8}[size]), "big")
        assert head[0] & 0x80, "our frames are whole"
        return head[0] & 15, self.take(size), head[0] >> 4 & 7

    def closes(self, *codes):
        """The server says Close with one of the codes, says nothing more, and ends."""
        while True:
            got = self.frame()
            assert got is not None, "the connection ended without a Close frame"
            if got[0] == CLOSE:
                break
        code = int.from_bytes(got[1][:2], "big") if got[1] else None
        assert code in codes, f"closed with {code}, not {codes}"
        got[1][2:].decode()
        assert self.frame() is None, "something follows the Close frame"

    def echoes(self, opcode, payload):
        got = self.frame()
        assert got and got[0] == opcode and got[1] == payload, got and (got[0], got[1][:50])


@pytest.fixture
def raw(transport):
    raw = Raw(transport)
    assert raw.status == 101
    yield raw
    raw.socket.close()


# 4: the handshake

def test_4_2_2_the_key_is_answered(transport):
    raw = Raw(transport, **{"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="})
    assert "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in raw.head


@pytest.mark.parametrize("changes, status", [
    ({"Sec-WebSocket-Key": None}, 400), ({"Sec-WebSocket-Key": "short"}, 400),
    ({"Sec-WebSocket-Version": "8"}, 426), ({"Sec-WebSocket-Version": None}, 426),
    ({"Connection": "close"}, 426), ({"Upgrade": "h2c"}, 426), ({"Upgrade": None}, 426)])
def test_4_2_1_what_is_no_handshake_is_refused(transport, changes, status):
    raw = Raw(transport, **changes)
    assert raw.status == status, raw.head
    if status == 426 and "Version" in str(changes):
        assert "sec-websocket-version: 13" in raw.head.lower()


# 5: frames

@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 128, 65535, 65536, 1 << 20])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_5_2_messages_of_any_size_come_back(raw, opcode, size):
    payload = (b"*" * size) if opcode == TEXT else os.urandom(size)
    raw.send(frame(opcode, payload))
    raw.echoes(opcode, payload)


def test_5_2_a_message_of_16_mebibytes_comes_back(raw):
    payload = b"0123456789abcdef" * (1 << 20)
    raw.send(frame(BINARY, payload))
    raw.echoes(BINARY, payload)


def test_7_4_1_a_longer_one_is_too_long(raw):
    raw.send(frame(BINARY, b"", length=(64, (1 << 24) + 1)))
    raw.closes(1009)


@pytest.mark.parametrize("cut", [1, 2, 7, 64])
def test_5_2_bytes_may_come_in_any_pieces(raw, cut):
    raw.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    whole = frame(TEXT, "grüße aus köln ".encode() * 10)
    for at in range(0, len(whole), cut):
        raw.send(whole[at:at + cut])
    raw.echoes(TEXT, "grüße aus köln ".encode() * 10)


@pytest.mark.parametrize("wrong, code", [
    (frame(TEXT, b"x", mask=None), 1002), (frame(PING, b"x", mask=None), 1002),
    (frame(TEXT, b"x", rsv=4), 1002), (frame(TEXT, b"x", rsv=2), 1002),
    (frame(BINARY, b"x", rsv=1), 1002), (frame(PING, rsv=4), 1002), (frame(CLOSE, rsv=1), 1002),
    (frame(3, b"x"), 1002), (frame(7, b"x"), 1002), (frame(11), 1002), (frame(15, b"x"), 1002),
    (frame(PING, b"x" * 126), 1002), (frame(PING, final=False), 1002),
    (frame(CLOSE, b"\x03\xe8", final=False), 1002),
    (frame(TEXT, b"x" * 5, length=(16, 5)), 1002), (frame(TEXT, b"", length=(16, 125)), 1002),
    (frame(TEXT, b"", length=(64, 126)), 1002), (frame(TEXT, b"", length=(64, 65535)), 1002),
    (frame(TEXT, b"", length=(64, 1 << 63)), 1002),
    (frame(CONTINUATION, b"x"), 1002), (frame(CONTINUATION, b"x", final=False), 1002),
    (frame(TEXT, b"a", final=False) + frame(TEXT, b"b"), 1002),
    (frame(TEXT, b"a", final=False) + frame(BINARY, b"b"), 1002),
    (frame(TEXT, b"a", final=False) + frame(CONTINUATION, b"b", rsv=4), 1002)])
def test_5_frames_that_break_a_rule(raw, wrong, code):
    raw.send(wrong)
    raw.closes(code)


@pytest.mark.parametrize("payload", [b"", b"hello", bytes(range(125))])
def test_5_5_2_a_ping_is_answered_with_its_payload(raw, payload):
    raw.send(frame(PING, payload))
    raw.echoes(PONG, payload)


def test_5_5_2_ten_pings_in_order(raw):
    raw.send(*[frame(PING, bytes([n])) for n in range(10)])
    for n in range(10):
        raw.echoes(PONG, bytes([n]))


def test_5_5_3_a_pong_that_nobody_asked_for_is_ignored(raw):
    raw.send(frame(PONG, b"unasked"), frame(TEXT, b"x"))
    raw.echoes(TEXT, b"x")


def test_5_4_a_message_in_parts_with_pings_between(raw):
    raw.send(frame(TEXT, b"one ", final=False), frame(PING, b"p"),
             frame(CONTINUATION, b"", final=False), frame(CONTINUATION, b"two ", final=False),
             frame(PING, b"q"), frame(CONTINUATION, b"three"))
    raw.echoes(PONG, b"p")
    raw.echoes(PONG, b"q")
    raw.echoes(TEXT, b"one two three")


def test_5_4_a_message_in_parts_of_one_byte(raw):
    text = "κόσμε".encode()
    raw.send(frame(TEXT, text[:1], final=False),
             *[frame(CONTINUATION, text[i:i + 1], final=False) for i in range(1, len(text))],
             frame(CONTINUATION))
    raw.echoes(TEXT, text)


# 8.1: UTF-8, as soon as it is wrong

BAD = [b"\x80", b"\xbf", b"\xc0\xaf", b"\xc1\x81", b"\xe0\x80\xaf", b"\xe0\x9f\xbf",
       b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf0\x80\x80\xaf", b"\xf0\x8f\xbf\xbf",
       b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xfe", b"\xff",
       b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited", b"\xe2\x28\xa1",
       b"\xf0\x28\x8c\xbc", b"\xc3\x28"]
GOOD = ["", "Hello-µ@ßöäüàá-UTF-8!!", "\x00", "\x7f", "\x80", "\u07ff", "\u0800", "\ud7ff",
        "\ue000", "\ufffd", "\uffff", "\ufeff", "\U00010000", "\U0010ffff", "𝒳𐍈"]


@pytest.mark.parametrize("text", BAD)
def test_8_1_what_is_not_utf8_is_refused_at_once(raw, text):
    # The message has not ended: nobody waits for the rest.
    raw.send(frame(TEXT, b"fine so far", final=False), frame(CONTINUATION, text, final=False))
    raw.closes(1007)


@pytest.mark.parametrize("text", BAD)
def test_8_1_also_inside_a_frame_that_has_not_ended(raw, text):
    raw.send(frame(TEXT, text + b"*" * 1000)[:8 + len(text)])
    raw.closes(1007)


@pytest.mark.parametrize("text", [b"\xce", b"\xe1\xbd", b"\xf0\x9d\x92"])
def test_8_1_a_character_cut_off_by_the_end_is_refused(raw, text):
    raw.send(frame(TEXT, b"x" + text))
    raw.closes(1007)


@pytest.mark.parametrize("text", GOOD)
def test_8_1_what_is_utf8_comes_back_however_it_is_cut(raw, text):
    payload = text.encode("utf-8", "surrogatepass")
    for cut in range(len(payload) + 1):
        raw.send(frame(TEXT, payload[:cut], final=False), frame(CONTINUATION, payload[cut:]))
        raw.echoes(TEXT, payload)


def test_8_1_binary_may_be_anything(raw):
    raw.send(frame(BINARY, b"\xff\xfe\x80"))
    raw.echoes(BINARY, b"\xff\xfe\x80")


# 7: closing

@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012,
                                  1013, 1014, 3000, 3999, 4000, 4999])
def test_7_4_codes_that_may_be_sent_come_back(raw, code):
    raw.send(frame(CLOSE, struct.pack(">H", code) + "grüße".encode()))
    raw.closes(code)


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000,
                                  65535])
def test_7_4_codes_that_may_not_are_an_error(raw, code):
    raw.send(frame(CLOSE, struct.pack(">H", code)))
    raw.closes(1002)


def test_7_4_a_close_without_a_code(raw):
    raw.send(frame(CLOSE))
    raw.closes(1000, None)


def test_5_5_1_a_close_of_one_byte_is_an_error(raw):
    raw.send(frame(CLOSE, b"\x03"))
    raw.closes(1002)


@pytest.mark.parametrize("reason, code", [(b"x" * 123, 1000), (b"\xce\xba\xff", 1007)])
def test_7_1_6_a_reason_is_utf8(raw, reason, code):
    raw.send(frame(CLOSE, struct.pack(">H", 1000) + reason))
    raw.closes(code)


def test_5_5_1_nothing_is_answered_after_a_close(raw):
    raw.send(frame(CLOSE, b"\x03\xe8"), frame(PING, b"late"), frame(TEXT, b"late"))
    raw.closes(1000)


def test_7_1_1_the_server_ends_the_connection(raw):
    raw.send(frame(CLOSE, b"\x03\xe8"))
    began = time.monotonic()
    raw.closes(1000)
    assert time.monotonic() - began < 1


# RFC 7692

def packed(data, bits=15, level=6, final=False):
    machine = zlib.compressobj(level, zlib.DEFLATED, -bits)
    out = machine.compress(data) + machine.flush(
        zlib.Z_FINISH if final else zlib.Z_SYNC_FLUSH)
    return out + b"\0" if final else out[:-4]


def unpacked(data, bits=15):
    return zlib.decompressobj(-bits).decompress(data + b"\0\0\xff\xff")


@pytest.mark.parametrize("offer, has, hasnt", [
    ("permessage-deflate", ["server_no_context_takeover"], ["client_max_window_bits"]),
    ("permessage-deflate; client_no_context_takeover", ["client_no_context_takeover"], []),
    ("permessage-deflate; server_no_context_takeover", ["server_no_context_takeover"], []),
    ("permessage-deflate; server_max_window_bits=10", ["server_max_window_bits=10"], []),
    ("permessage-deflate; server_max_window_bits=\"10\"", ["server_max_window_bits=10"], []),
    ("permessage-deflate; client_max_window_bits", [], ["server_max_window_bits"]),
    ("permessage-deflate; client_max_window_bits=9", [], ["server_max_window_bits"]),
    ("x-unknown, permessage-deflate", ["permessage-deflate"], ["x-unknown"]),
    ("permessage-deflate; server_max_window_bits=8, permessage-deflate",
     ["permessage-deflate"], ["server_max_window_bits"]),
    ("permessage-deflate; unknown, permessage-deflate; server_max_window_bits=11",
     ["server_max_window_bits=11"], [])])
def test_7692_7_1_an_offer_is_taken(transport, offer, has, hasnt):
    raw = Raw(transport, offer)
    assert raw.extensions and all(word in raw.extensions for word in has), raw.extensions
    assert not any(word in raw.extensions for word in hasnt), raw.extensions


@pytest.mark.parametrize("offer", [
    "permessage-deflate; server_max_window_bits=8", "permessage-deflate; unknown",
    "permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=16",
    "permessage-deflate; server_max_window_bits=08", "permessage-deflate; client_max_window_bits=7",
    "permessage-deflate; client_no_context_takeover=1",
    "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
    "permessage-bzip2", "permessage-deflate; server_max_window_bits=abc"])
def test_7692_7_1_an_offer_is_declined(transport, offer):
    raw = Raw(transport, offer)
    assert raw.status == 101 and raw.extensions is None
    raw.send(frame(TEXT, b"x", rsv=4))
    raw.closes(1002)


@pytest.mark.parametrize("field", [";", "a b", "permessage-deflate;", "permessage-deflate; =1",
                                   'permessage-deflate; server_max_window_bits="9'])
def test_9_1_a_malformed_list_fails_the_handshake(transport, field):
    assert Raw(transport, field).status == 400


@pytest.fixture
def deflated(transport):
    raw = Raw(transport, "permessage-deflate")
    assert raw.extensions
    yield raw
    raw.socket.close()


def comes_back(raw, data, opcode=TEXT):
    got = raw.frame()
    assert got and got[0] == opcode
    assert (unpacked(got[1]) if got[2] & 4 else got[1]) == data
    return got


@pytest.mark.parametrize("size", [0, 1, 16, 200, 4096, 100_000, 1 << 20])
def test_7692_packed_messages_come_back(deflated, size):
    data = (b'{"price":%d}' * (size // 8 + 1))[:size]
    deflated.send(frame(TEXT, packed(data), rsv=4))
    got = comes_back(deflated, data)
    if size > 100:
        assert got[2] == 4 and len(got[1]) < size, "what gets shorter is packed"


def test_7692_7_2_3_the_examples_of_the_rfc(deflated):
    for payload in (bytes.fromhex("f248cdc9c90700"), bytes.fromhex("000500faff48656c6c6f00"),
                    bytes.fromhex("f348cdc9c9070000"), bytes.fromhex("f2480500 0000ffff cac9c90700")):
        deflated.send(frame(TEXT, payload, rsv=4))
        comes_back(deflated, b"Hello")


def test_7692_7_2_3_2_the_context_goes_on(deflated):
    machine = zlib.compressobj(6, zlib.DEFLATED, -15)
    for _ in range(3):
        data = b"the same words again and again " * 3
        out = machine.compress(data) + machine.flush(zlib.Z_SYNC_FLUSH)
        deflated.send(frame(TEXT, out[:-4], rsv=4))
        comes_back(deflated, data)


def test_7692_6_1_in_parts_and_only_the_first_says_so(deflated):
    data = b"fragmented and packed " * 50
    whole = packed(data)
    deflated.send(frame(TEXT, whole[:5], final=False, rsv=4), frame(PING, b"p"),
                  frame(CONTINUATION, whole[5:9], final=False), frame(CONTINUATION, whole[9:]))
    deflated.echoes(PONG, b"p")
    comes_back(deflated, data)


def test_7692_6_1_a_plain_message_may_come_between(deflated):
    deflated.send(frame(TEXT, b"plain"), frame(TEXT, packed(b"packed"), rsv=4))
    comes_back(deflated, b"plain")
    comes_back(deflated, b"packed")


def test_7692_7_2_3_5_a_block_may_call_itself_the_last(deflated):
    deflated.send(frame(TEXT, packed(b"Hello" * 20, final=True), rsv=4))
    comes_back(deflated, b"Hello" * 20)


@pytest.mark.parametrize("payload", [b"\xff\xff\xff\xff", packed(b"Hello" * 20)[:-4]])
def test_7692_what_does_not_unpack_is_refused(deflated, payload):
    deflated.send(frame(BINARY, payload, rsv=4))
    deflated.closes(1007)


def test_7692_a_message_of_no_bytes_leaves_the_context_alone(deflated):
    for payload, data in [(b"", b""), (b"\0", b""), (packed(b"Hello"), b"Hello"), (b"", b""),
                          (bytes.fromhex("f200110000"), b"Hello")]:
        deflated.send(frame(TEXT, payload, rsv=4))
        comes_back(deflated, data)


def test_7692_a_text_is_utf8_when_it_is_unpacked(deflated):
    deflated.send(frame(TEXT, packed(b"abc\xffdef" * 10), final=False, rsv=4))
    deflated.closes(1007)


def test_7692_a_bomb_is_refused_before_it_is_unpacked(deflated):
    bomb = packed(bytes(200 << 20), level=9)
    assert len(bomb) < 1 << 20
    deflated.send(frame(BINARY, bomb, rsv=4))
    deflated.closes(1009)


@pytest.mark.parametrize("bits", range(9, 16))
def test_7692_7_1_2_1_our_window_is_as_asked(transport, bits):
    raw = Raw(transport, f"permessage-deflate; server_max_window_bits={bits}")
    data = os.urandom(300) * 20 + b"x" * 2000
    raw.send(frame(BINARY, data))
    got = raw.frame()
    assert (unpacked(got[1], bits) if got[2] & 4 else got[1]) == data


@pytest.mark.parametrize("bits", range(9, 16))
def test_7692_7_1_2_2_so_is_the_clients(transport, bits):
    raw = Raw(transport, f"permessage-deflate; client_max_window_bits={bits}")
    data = os.urandom(300) * 20
    raw.send(frame(BINARY, packed(data, bits), rsv=4))
    comes_back(raw, data, BINARY)


# Independent clients

@pytest.mark.parametrize("factory", [
    None, ClientPerMessageDeflateFactory(),
    ClientPerMessageDeflateFactory(server_max_window_bits=9, client_max_window_bits=9),
    ClientPerMessageDeflateFactory(client_no_context_takeover=True,
                                   server_no_context_takeover=True)])
def test_a_client_of_python_websockets(transport, factory):
    async def run():
        async with websockets.connect(
                f"{transport.websocket}/ws/echo", compression=None,
                extensions=[factory] if factory else None, max_size=None,
                ssl=transport.trust) as client:
            for message in ("", "hello", "grüße " * 1000, b"\0" * 100_000, "x" * 300_000):
                await client.send(message)
                assert await client.recv() == message
            await client.send(iter(["a", "b", "c"]))
            assert await client.recv() == "abc"
            await (await client.ping(b"are you there"))
    asyncio.run(run())


def test_the_hub_tells_everybody_everything_in_order(transport):
    async def run():
        kinds = ["deflate", None] * 10
        clients = [await websockets.connect(f"{transport.websocket}/ws/hub", compression=kind,
                                            ssl=transport.trust)
                   for kind in kinds]
        async with httpx.AsyncClient(
                base_url=transport.http, verify=transport.trust or True) as http:
            assert (await http.post("/publish", content=b"from outside")).status_code == 204
        for number in range(500):
            await clients[number % 20].send(f"message {number} " * 10)
        for client in clients:
            heard = [await asyncio.wait_for(client.recv(), 10) for _ in range(501)]
            assert heard[0] == "from outside"
            assert sorted(heard[1:]) == sorted(f"message {n} " * 10 for n in range(500))
            own = [m for m in heard[1:] if int(m.split()[1]) % 20 == 0]
            assert own == [f"message {n} " * 10 for n in range(0, 500, 20)]
            await client.close()
    asyncio.run(run())
