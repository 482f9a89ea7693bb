"""RFC 9110 and 9112, byte by byte: what a client may say, and what is refused because another
server on the way might read it differently."""
import socket
import time

import pytest

OK = b"GET /json HTTP/1.1\r\nhost: a\r\n"


class Raw:
    def __init__(self, transport):
        self.socket = transport.connect()
        self.buffer = b""

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass

    def more(self):
        try:
            got = self.socket.recv(65536)
        except (ConnectionError, TimeoutError):
            return False
        self.buffer += got
        return bool(got)

    def answer(self, head=False):
        """(status, fields, body) of the next answer; None at the end."""
        while b"\r\n\r\n" not in self.buffer:
            if not self.more():
                return None
        start, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        line, *rest = start.decode().split("\r\n")
        fields = {n.lower(): v for n, v in (r.split(": ", 1) for r in rest)}
        status = int(line.split()[1])
        if status < 200 or status in (204, 304) or head:
            return status, fields, b""
        if fields.get("transfer-encoding") == "chunked":
            return status, fields, None
        count = int(fields["content-length"])
        while len(self.buffer) < count:
            if not self.more():
                return None
        body, self.buffer = self.buffer[:count], self.buffer[count:]
        return status, fields, body

    def ends(self):
        while self.more():
            pass
        return self.buffer == b""


@pytest.fixture
def raw(transport):
    raw = Raw(transport)
    yield raw
    raw.socket.close()


def refused(raw, data, *statuses):
    """One refusal, then the end: nothing behind it is taken for a request."""
    raw.send(data + b"GET /json HTTP/1.1\r\nhost: smuggled\r\n\r\n")
    status, fields, _ = raw.answer()
    assert status in statuses, status
    assert fields["connection"] == "close"
    assert raw.ends(), "something was answered behind a refusal"


def served(raw, data, status=200):
    raw.send(data)
    answer = raw.answer()
    assert answer and answer[0] == status, answer
    return answer


# 9112, 2: messages

def test_2_2_one_empty_line_before_a_request_is_passed_over(raw):
    served(raw, b"\r\n" + OK + b"\r\n")


@pytest.mark.parametrize("data", [
    b"GET /json HTTP/1.1\nhost: a\n\n", b"GET /json HTTP/1.1\r\nhost: a\n\r\n",
    b"GET /json HTTP/1.1\nhost: a\r\n\r\n", OK + b"x: y\n\r\n", OK + b"\n"])
def test_2_2_a_line_ends_with_both_characters(raw, data):
    refused(raw, data, 400)


def test_2_2_a_lone_return_is_no_end(raw):
    refused(raw, OK + b"x: a\rb\r\n\r\n", 400)


def test_2_2_nothing_stands_between_the_line_and_the_fields(raw):
    refused(raw, b"GET /json HTTP/1.1\r\n host: a\r\n\r\n", 400)


@pytest.mark.parametrize("version, status", [
    (b"HTTP/1.0", 200), (b"HTTP/1.2", 505), (b"HTTP/2.0", 505), (b"HTTP/0.9", 505),
    (b"http/1.1", 400), (b"HTTP/1", 400), (b"HTTP/1.10", 400), (b"HTTP/11", 400), (b"", 400)])
def test_2_3_versions(transport, version, status):
    raw = Raw(transport)
    raw.send(b"GET /json " + version + b"\r\nhost: a\r\n\r\n")
    answer = raw.answer()
    assert answer and (answer[0] == status or status == 505 and answer[0] == 400), answer


# 3: the request line

@pytest.mark.parametrize("line", [
    b"GET  /json HTTP/1.1", b"GET /json  HTTP/1.1", b"GET\t/json HTTP/1.1", b"GET /json",
    b" GET /json HTTP/1.1", b"GET /js on HTTP/1.1", b"GET /json HTTP/1.1 ", b"GET json HTTP/1.1",
    b"G\x00T /json HTTP/1.1", b"GET /js\x00n HTTP/1.1", b"GET /js\xffn HTTP/1.1"])
def test_3_a_malformed_request_line(raw, line):
    refused(raw, line + b"\r\nhost: a\r\n\r\n", 400)


@pytest.mark.parametrize("method", [b"get", b"BREW", b"G{T", b"X" * 40])
def test_3_1_a_method_that_is_none_of_ours(raw, method):
    refused(raw, method + b" /json HTTP/1.1\r\nhost: a\r\n\r\n", 400, 501)


def test_3_a_line_that_is_too_long(raw):
    refused(raw, b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n", 414)


def test_3_2_2_the_absolute_form(raw):
    served(raw, b"GET http://a/json HTTP/1.1\r\nhost: b\r\n\r\n")


def test_3_2_4_the_asterisk_of_options(raw):
    status, fields, _ = served(raw, b"OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n", 204)
    assert "GET" in fields["allow"]
    refused(raw, b"GET * HTTP/1.1\r\nhost: a\r\n\r\n", 400)


def test_3_2_3_connect_is_not_for_us(raw):
    raw.send(b"CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n")
    assert raw.answer()[0] in (400, 404, 405, 501)


@pytest.mark.parametrize("fields", [
    b"", b"host: a\r\nhost: a\r\n", b"host: a b\r\n", b"host: a/b\r\n",
    b"host: a@b\r\n", b"host: a:b\r\n", b"host: a:1:2\r\n", b"host: [::1\r\n", b"host: %6x\r\n"])
def test_3_2_exactly_one_host(raw, fields):
    refused(raw, b"GET /json HTTP/1.1\r\n" + fields + b"\r\n", 400)


# 5: fields

@pytest.mark.parametrize("line", [
    b"x : y", b"x\t: y", b": y", b"x y: z", b"x", b" folded: y", b"x: y\r\n z", b"x: y\r\n\tz",
    b"x: a\x00b", b"x: a\x7fb", b"x: a\x01b", b"(x): y", b"x\xff: y", b'"x": y'])
def test_5_malformed_fields(raw, line):
    refused(raw, OK + line + b"\r\n\r\n", 400)


def test_5_blanks_around_a_value_are_nothing(raw):
    served(raw, OK + b"connection:\t keep-alive \t\r\nx:\r\n\r\n")


def test_5_too_many_or_too_long_fields(transport):
    refused(Raw(transport), OK + b"x: y\r\n" * 200 + b"\r\n", 431)
    refused(Raw(transport), OK + b"x: " + b"y" * 40_000 + b"\r\n\r\n", 431)


# 6: bodies

def test_6_a_counted_body(raw):
    assert served(raw, b"POST /upload HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello")[2] \
        == b"5"


@pytest.mark.parametrize("value", [b"+5", b"-5", b"0x5", b"5 5", b"5,5", b"5, 5", b"", b"5a",
                                   b"99999999999999999999999", b"5\x00"])
def test_6_2_a_length_is_a_number(raw, value):
    refused(raw, b"POST /upload HTTP/1.1\r\nhost: a\r\ncontent-length: " + value
            + b"\r\n\r\nhello", 400, 413)


@pytest.mark.parametrize("fields", [
    b"content-length: 5\r\ncontent-length: 5", b"content-length: 5\r\ncontent-length: 6",
    b"content-length: 5\r\ntransfer-encoding: chunked",
    b"transfer-encoding: chunked\r\ncontent-length: 0",
    b"transfer-encoding: chunked\r\ntransfer-encoding: chunked",
    b"transfer-encoding: chunked, chunked", b"transfer-encoding: identity",
    b"transfer-encoding: chunked, identity", b"transfer-encoding: xchunked",
    b"transfer-encoding: chunked;q=1", b"transfer-encoding: \x0bchunked",
    b"transfer-encoding: \"chunked\"", b"transfer-encoding: gzip, chunked"])
def test_6_3_an_end_that_two_readers_might_find_at_two_places(raw, fields):
    refused(raw, b"POST /upload HTTP/1.1\r\nhost: a\r\n" + fields + b"\r\n\r\n0\r\n\r\n", 400, 501)


def test_6_1_no_codings_in_http_1_0(raw):
    refused(raw, b"POST /upload HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
            b"0\r\n\r\n", 400)


CHUNKED = b"POST /upload HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n"


@pytest.mark.parametrize("cut", [1, 3, 1000])
def test_7_1_chunks_in_any_pieces(raw, cut):
    data = CHUNKED + b"\r\n5\r\nhello\r\nA;x=y;z\r\n0123456789\r\n00\r\nx-trailer: 1\r\n\r\n"
    for at in range(0, len(data), cut):
        raw.send(data[at:at + cut])
    assert raw.answer()[2] == b"15"


@pytest.mark.parametrize("body", [
    b"5\nhello\r\n0\r\n\r\n", b"5\r\nhello0\r\n\r\n", b"5\r\nhello\n0\r\n\r\n", b"g\r\n", b"\r\n",
    b"-1\r\n", b"0x5\r\nhello\r\n", b"5 \r\nhello\r\n0\r\n\r\n", b" 5\r\nhello\r\n",
    b"5\r\nhello!\r\n0\r\n\r\n", b"FFFFFFFFFFFFFFFFF\r\n", b"5;\x00\r\nhello\r\n0\r\n\r\n",
    b"0\r\nx : y\r\n\r\n", b"0\r\n folded\r\n\r\n", b"0\nx\r\n\r\n"])
def test_7_1_malformed_chunks(raw, body):
    refused(raw, CHUNKED + b"\r\n" + body, 400, 413)


def test_7_1_extensions_are_bounded(raw):
    refused(raw, CHUNKED + b"\r\n" + b"1;" + b"x" * 60_000 + b"\r\na\r\n", 400)


def test_9110_10_1_1_an_expectation_is_met_once(raw):
    raw.send(b"POST /upload HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n"
             b"expect: 100-continue\r\n\r\n")
    assert raw.answer()[0] == 100
    raw.send(b"abc")
    assert raw.answer()[2] == b"3"
    raw.send(OK + b"\r\n")
    assert raw.answer()[0] == 200


def test_9110_10_1_1_a_body_that_is_there_needs_no_leave(raw):
    raw.send(b"POST /upload HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n"
             b"expect: 100-continue\r\n\r\nabc")
    assert raw.answer()[2] == b"3"


def test_9110_7_8_nothing_is_upgraded_in_http_1_0(raw):
    raw.send(b"GET /ws/echo HTTP/1.0\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
             b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    assert raw.answer()[0] == 426
    assert raw.ends()


def test_9110_10_1_1_what_is_too_long_is_refused_before_it_is_sent(raw):
    raw.send(b"POST /publish HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999\r\n"
             b"expect: 100-continue\r\n\r\n")
    assert raw.answer()[0] == 413


# 9: connections

def test_9_3_connections_go_on(raw):
    for _ in range(5):
        served(raw, OK + b"\r\n")


def test_9_3_2_requests_behind_each_other_are_answered_in_order(raw):
    sizes = [3, 100_000, 0, 7, 50_000, 1]
    raw.send(b"".join(b"GET /bytes/%d HTTP/1.1\r\nhost: a\r\n\r\n" % size for size in sizes))
    for size in sizes:
        assert len(raw.answer()[2]) == size


@pytest.mark.parametrize("data", [
    OK + b"connection: close\r\n\r\n", b"GET /json HTTP/1.0\r\n\r\n",
    OK + b"connection: keep-alive, CLOSE\r\n\r\n"])
def test_9_6_and_end_where_the_client_says_so(raw, data):
    raw.send(data + OK + b"\r\n")
    assert raw.answer()[1]["connection"] == "close"
    assert raw.ends()


def test_9_5_a_half_closed_connection_is_still_answered(transport):
    if transport.trust:
        pytest.skip("TLS has its own way to say so")
    raw = Raw(transport)
    raw.send(OK + b"\r\n")
    raw.socket.shutdown(socket.SHUT_WR)
    assert raw.answer()[0] == 200
    assert raw.ends()


def test_9110_9_3_2_head_tells_the_length_and_sends_nothing(raw):
    raw.send(b"HEAD /json HTTP/1.1\r\nhost: a\r\n\r\n" + OK + b"\r\n")
    status, fields, _ = raw.answer(head=True)
    assert status == 200 and fields["content-length"] == "300"
    assert len(raw.answer()[2]) == 300


def test_9110_9_3_7_options_and_another_method(raw):
    status, fields, _ = served(raw, b"OPTIONS /json HTTP/1.1\r\nhost: a\r\n\r\n", 204)
    assert fields["allow"] == "GET, HEAD, OPTIONS"
    assert served(raw, b"DELETE /json HTTP/1.1\r\nhost: a\r\n\r\n", 405)[1]["allow"] \
        == "GET, HEAD, OPTIONS"


def test_9110_6_6_1_every_answer_has_a_date(raw):
    assert time.strptime(served(raw, OK + b"\r\n")[1]["date"], "%a, %d %b %Y %H:%M:%S GMT")


def test_7_1_a_long_answer_comes_in_chunks(raw):
    raw.send(b"GET /sse HTTP/1.1\r\nhost: a\r\n\r\n")
    status, fields, _ = raw.answer()
    assert status == 200 and fields["transfer-encoding"] == "chunked"
    assert fields["content-type"] == "text/event-stream" and "content-length" not in fields
    while raw.buffer.count(b"event: ") < 2:
        assert raw.more()
    size, _, rest = raw.buffer.partition(b"\r\n")
    assert rest[int(size, 16):int(size, 16) + 2] == b"\r\n"


def test_9112_6_3_to_an_old_client_it_simply_ends(raw):
    raw.send(b"GET /sse HTTP/1.0\r\n\r\n")
    while b"event: " not in raw.buffer:
        assert raw.more()
    head = raw.buffer.split(b"\r\n\r\n")[0].lower()
    assert b"transfer-encoding" not in head and b"connection: close" in head


def test_rfc9113_3_1_the_old_upgrade_is_answered_as_http_1(raw):
    status, fields, _ = served(raw, OK + b"connection: upgrade, http2-settings\r\nupgrade: h2c\r\n"
                               b"http2-settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n")
    assert "upgrade" not in fields
