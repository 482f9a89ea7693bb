"""RFC 9113, section by section, and RFC 7541: what a client may do, and what a server answers to
one that breaks the rules. The error code is part of the rule."""
import struct

import pytest

from h2client import (
    ACK, CANCEL, COMPRESSION_ERROR, CONTINUATION, DATA, END_HEADERS, END_STREAM,
    ENHANCE_YOUR_CALM, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, GOAWAY, HEADERS, NO_ERROR, PADDED,
    PING, PREFACE, PRIORITISED, PRIORITY, PROTOCOL_ERROR, PUSH_PROMISE, REFUSED_STREAM,
    RST_STREAM, SETTINGS, STREAM_CLOSED, WINDOW_UPDATE, Client, frame, setting)
from transport import Transport


@pytest.fixture(scope="module")
def transport(any_transport):
    """Every rule holds under load too."""
    return any_transport


@pytest.fixture
def client(transport):
    client = Client(transport)
    yield client
    client.socket.close()


def post(client, stream=1, flags=END_HEADERS, **fields):
    return client.headers(stream, client.request("POST", **{":path": "/upload"}, **fields), flags)


# 3.4: the preface

def test_3_4_the_server_begins_with_settings(transport):
    client = Client(transport, greet=False)
    client.send(PREFACE + frame(SETTINGS))
    client.wait(lambda f: True)
    assert client.frames[0][0] == SETTINGS and not client.frames[0][1] & ACK


def test_3_4_an_invalid_preface_ends_the_connection(transport):
    client = Client(transport, greet=False)
    client.send(b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n" + frame(SETTINGS))
    client.wait(lambda f: False, 3)
    assert client.closed


def test_3_4_a_preface_without_settings_is_an_error(transport):
    client = Client(transport, greet=False)
    client.send(PREFACE + frame(PING, payload=bytes(8)))
    client.connection_error(PROTOCOL_ERROR)


# 4.1 to 4.3: frames

def test_4_1_an_unknown_frame_type_is_ignored(client):
    client.send(frame(0x16, payload=bytes(8)))
    client.lives()


def test_4_1_undefined_flags_are_ignored(client):
    client.send(frame(PING, 0x16, payload=b"flagged!"))
    assert client.wait(lambda f: f[0] == PING and f[1] & ACK and f[3] == b"flagged!")


def test_4_1_the_reserved_bit_is_ignored(client):
    client.send(frame(PING, 0, 0x80000000, b"reserved"))
    assert client.wait(lambda f: f[0] == PING and f[1] & ACK and f[3] == b"reserved")


def test_4_2_a_frame_of_2_to_the_14_is_taken(client):
    client.send(post(client), frame(DATA, END_STREAM, 1, bytes(16384)))
    assert client.status(1) == "200" and client.body(1) == b"16384"


def test_4_2_a_longer_data_frame_is_a_size_error(client):
    client.send(post(client), frame(DATA, END_STREAM, 1, bytes(16385)))
    client.stream_error(1, FRAME_SIZE_ERROR)


def test_4_2_a_longer_headers_frame_is_a_size_error_of_the_connection(client):
    client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, client.block() + bytes(16384)))
    client.connection_error(FRAME_SIZE_ERROR, COMPRESSION_ERROR)


def test_4_3_a_broken_field_block_is_a_compression_error(client):
    client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, b"\x40\x81\xff\xff\xff"))
    client.connection_error(COMPRESSION_ERROR)


def test_4_3_nothing_comes_between_the_parts_of_a_block(client):
    block = client.block()
    client.send(frame(HEADERS, END_STREAM, 1, block[:4]), frame(PRIORITY, 0, 1, bytes(5)))
    client.connection_error(PROTOCOL_ERROR)


def test_4_3_not_even_another_block(client):
    block = client.block()
    client.send(frame(HEADERS, END_STREAM, 1, block[:4]),
                frame(HEADERS, END_STREAM | END_HEADERS, 3, block))
    client.connection_error(PROTOCOL_ERROR)


# 5.1: states of a stream

@pytest.mark.parametrize("sent", [
    frame(DATA, END_STREAM, 1, b"x"), frame(RST_STREAM, 0, 1, bytes(4)),
    frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 100)), frame(CONTINUATION, END_HEADERS, 1, b"")])
def test_5_1_idle_takes_only_headers_and_priority(client, sent):
    client.send(sent)
    client.connection_error(PROTOCOL_ERROR)


def test_5_1_half_closed_remote_takes_no_data(client):
    client.send(client.headers(1), frame(DATA, END_STREAM, 1, b"x"))
    client.stream_error(1, STREAM_CLOSED)


def test_5_1_half_closed_remote_takes_no_headers(client):
    client.send(client.headers(1), client.headers(1))
    client.stream_error(1, STREAM_CLOSED)


def test_5_1_half_closed_remote_takes_no_continuation(client):
    client.send(client.headers(1), frame(CONTINUATION, END_HEADERS, 1, client.block()))
    client.connection_error(PROTOCOL_ERROR, STREAM_CLOSED)


def test_5_1_a_stream_that_was_reset_takes_no_data(client):
    client.send(post(client), frame(RST_STREAM, 0, 1, struct.pack(">I", CANCEL)),
                frame(DATA, END_STREAM, 1, b"x"))
    client.stream_error(1, STREAM_CLOSED)


def test_5_1_a_stream_that_was_reset_takes_no_headers(client):
    client.send(post(client), frame(RST_STREAM, 0, 1, struct.pack(">I", CANCEL)),
                client.headers(1))
    client.stream_error(1, STREAM_CLOSED)


def test_5_1_a_closed_stream_takes_no_data(client):
    client.send(client.headers(1))
    client.body(1)
    client.send(frame(DATA, END_STREAM, 1, b"x"))
    client.stream_error(1, STREAM_CLOSED)


def test_5_1_a_closed_stream_takes_no_headers(client):
    client.send(client.headers(1))
    client.body(1)
    client.send(client.headers(1))
    client.connection_error(STREAM_CLOSED)


def test_5_1_a_stream_that_was_reset_takes_no_data_later_either(client):
    client.send(post(client), frame(RST_STREAM, 0, 1, struct.pack(">I", CANCEL)))
    client.lives()
    client.send(frame(DATA, END_STREAM, 1, b"x"))
    client.stream_error(1, STREAM_CLOSED)


def test_5_1_a_stream_that_was_reset_takes_no_continuation(client):
    client.send(post(client), frame(RST_STREAM, 0, 1, struct.pack(">I", CANCEL)),
                frame(CONTINUATION, END_HEADERS, 1, client.block()))
    client.connection_error(PROTOCOL_ERROR, STREAM_CLOSED)


def test_5_1_a_stream_that_was_reset_takes_priority_and_reset(client):
    cancel = frame(RST_STREAM, 0, 1, struct.pack(">I", CANCEL))
    client.send(post(client), cancel)
    client.lives()
    client.send(cancel, frame(PRIORITY, 0, 1, struct.pack(">IB", 0, 9)))
    client.lives()


def test_5_1_half_closed_remote_takes_window_update_priority_and_reset(transport):
    client = Client(transport, setting(4, 1))
    client.send(client.headers(1))
    assert client.status(1) == "200"
    client.send(frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 5)),
                frame(PRIORITY, 0, 1, struct.pack(">IB", 0, 9)))
    client.lives()
    client.send(frame(RST_STREAM, 0, 1, struct.pack(">I", CANCEL)))
    client.lives()


def test_5_1_a_closed_stream_takes_a_reset(client):
    client.send(client.headers(1))
    client.body(1)
    client.send(frame(RST_STREAM, 0, 1, struct.pack(">I", CANCEL)))
    client.lives()


@pytest.mark.parametrize("sent", [
    frame(RST_STREAM, 0, 2, bytes(4)), frame(WINDOW_UPDATE, 0, 2, struct.pack(">I", 100)),
    frame(DATA, END_STREAM, 2, b"x")])
def test_5_1_streams_that_only_the_server_opens_are_idle_too(client, sent):
    client.send(sent)
    client.connection_error(PROTOCOL_ERROR)


def test_5_1_idle_takes_priority(client):
    client.send(frame(PRIORITY, 0, 9, struct.pack(">IB", 7, 9)), client.headers(1))
    assert client.status(1) == "200"


def test_5_1_a_closed_stream_takes_no_continuation(client):
    client.send(client.headers(1))
    client.body(1)
    client.send(frame(CONTINUATION, END_HEADERS, 1, client.block()))
    client.connection_error(PROTOCOL_ERROR, STREAM_CLOSED)


def test_5_1_a_closed_stream_takes_priority_and_window_update(client):
    client.send(client.headers(1))
    client.body(1)
    client.send(frame(PRIORITY, 0, 1, struct.pack(">IB", 0, 9)),
                frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 9)))
    client.lives()


def test_5_1_1_a_client_opens_no_even_streams(client):
    client.send(client.headers(2))
    client.connection_error(PROTOCOL_ERROR)


def test_5_1_1_a_new_stream_is_higher_than_all_before(client):
    client.send(client.headers(5))
    client.body(5)
    client.send(client.headers(3))
    client.connection_error(PROTOCOL_ERROR)


def test_5_1_1_also_while_the_higher_one_is_open(client):
    client.send(post(client, 7), post(client, 5))
    client.connection_error(PROTOCOL_ERROR)


def test_5_1_1_the_last_stream_of_all_is_served(client):
    client.send(client.headers(0x7FFFFFFF))
    assert client.status(0x7FFFFFFF) == "200" and len(client.body(0x7FFFFFFF)) == 300
    client.lives()


def test_5_1_2_more_streams_than_allowed_are_refused(client):
    allowed = 128
    for item in client.frames:
        if item[0] == SETTINGS and not item[1] & ACK:
            for at in range(0, len(item[3]), 6):
                name, value = struct.unpack(">HI", item[3][at:at + 6])
                allowed = value if name == 3 else allowed
    last = 1 + 2 * allowed
    client.send(*[post(client, stream) for stream in range(1, last + 1, 2)])
    client.stream_error(last, PROTOCOL_ERROR, REFUSED_STREAM)


def test_5_3_1_no_stream_depends_on_itself(client):
    client.send(frame(HEADERS, PRIORITISED | END_HEADERS | END_STREAM, 1,
                      struct.pack(">IB", 1, 15) + client.block()))
    client.stream_error(1, PROTOCOL_ERROR)


@pytest.mark.parametrize("stream", [1, 3])
def test_5_3_1_nor_is_made_to(client, stream):
    client.send(post(client), frame(PRIORITY, 0, stream, struct.pack(">IB", stream, 9)))
    client.stream_error(stream, PROTOCOL_ERROR)


def test_5_4_1_an_error_of_the_connection_closes_it(client):
    client.send(frame(PING, 0, 3, bytes(8)))
    client.connection_error(PROTOCOL_ERROR)


def test_5_5_extension_frames_are_ignored(client):
    client.send(frame(0xFA, 0xFF, 5, b"anything"))
    client.lives()


def test_5_5_but_not_between_the_parts_of_a_block(client):
    client.send(frame(HEADERS, END_STREAM, 1, client.block()), frame(0xFA, 0, 1, b"anything"))
    client.connection_error(PROTOCOL_ERROR)


# 6.1 to 6.10: the frames

def test_6_1_data_belongs_to_a_stream(client):
    client.send(frame(DATA, 0, 0, b"x"))
    client.connection_error(PROTOCOL_ERROR)


def test_6_1_padding_is_no_longer_than_the_frame(client):
    client.send(post(client), frame(DATA, PADDED | END_STREAM, 1, b"\x06hello"))
    client.connection_error(PROTOCOL_ERROR)


def test_6_1_padding_is_taken_off(client):
    client.send(post(client), frame(DATA, PADDED | END_STREAM, 1, b"\x04hello" + bytes(4)))
    assert client.status(1) == "200" and client.body(1) == b"5"


@pytest.mark.parametrize("kind, flags", [
    (DATA, PADDED | END_STREAM), (HEADERS, PADDED | END_HEADERS | END_STREAM)])
def test_6_1_padding_has_a_length(client, kind, flags):
    if kind == DATA:
        client.send(post(client))
    client.send(frame(kind, flags, 1))
    client.connection_error(FRAME_SIZE_ERROR, PROTOCOL_ERROR)


def test_6_1_a_frame_may_be_padding_alone(client):
    client.send(post(client), frame(DATA, PADDED | END_STREAM, 1, b"\x05" + bytes(5)))
    assert client.status(1) == "200" and client.body(1) == b"0"


def test_6_2_a_priority_has_five_bytes(client):
    client.send(frame(HEADERS, PRIORITISED | END_HEADERS | END_STREAM, 1, bytes(4)))
    client.connection_error(FRAME_SIZE_ERROR, PROTOCOL_ERROR)


def test_6_2_headers_belong_to_a_stream(client):
    client.send(client.headers(0))
    client.connection_error(PROTOCOL_ERROR)


def test_6_2_padding_is_no_longer_than_the_frame(client):
    block = client.block()
    client.send(frame(HEADERS, PADDED | END_HEADERS | END_STREAM, 1,
                      bytes([len(block) + 1]) + block))
    client.connection_error(PROTOCOL_ERROR)


def test_6_2_padding_and_priority_are_taken_off(client):
    payload = b"\x03" + struct.pack(">IB", 0, 15) + client.block() + bytes(3)
    client.send(frame(HEADERS, PADDED | PRIORITISED | END_HEADERS | END_STREAM, 1, payload))
    assert client.status(1) == "200"


def test_6_3_priority_belongs_to_a_stream(client):
    client.send(frame(PRIORITY, 0, 0, bytes(5)))
    client.connection_error(PROTOCOL_ERROR)


@pytest.mark.parametrize("stream", [1, 3])
@pytest.mark.parametrize("length", [4, 6])
def test_6_3_priority_has_five_bytes(client, stream, length):
    client.send(post(client), frame(PRIORITY, 0, stream, bytes(length)))
    client.stream_error(stream, FRAME_SIZE_ERROR)


def test_6_4_reset_belongs_to_a_stream(client):
    client.send(frame(RST_STREAM, 0, 0, bytes(4)))
    client.connection_error(PROTOCOL_ERROR)


def test_6_4_reset_has_four_bytes(client):
    client.send(post(client), frame(RST_STREAM, 0, 1, bytes(3)))
    client.connection_error(FRAME_SIZE_ERROR)


def test_6_5_an_acknowledgement_is_empty(client):
    client.send(frame(SETTINGS, ACK, 0, setting(1, 1)))
    client.connection_error(FRAME_SIZE_ERROR)


def test_6_5_settings_belong_to_the_connection(client):
    client.send(frame(SETTINGS, 0, 1, setting(3, 100)))
    client.connection_error(PROTOCOL_ERROR)


def test_6_5_settings_come_in_sixes(client):
    client.send(frame(SETTINGS, 0, 0, bytes(3)))
    client.connection_error(FRAME_SIZE_ERROR)


@pytest.mark.parametrize("name, value, code", [
    (2, 2, PROTOCOL_ERROR), (4, 1 << 31, FLOW_CONTROL_ERROR), (5, 16383, PROTOCOL_ERROR),
    (5, 1 << 24, PROTOCOL_ERROR), (8, 2, PROTOCOL_ERROR), (9, 2, PROTOCOL_ERROR)])
def test_6_5_2_settings_keep_their_range(client, name, value, code):
    client.send(frame(SETTINGS, 0, 0, setting(name, value)))
    client.connection_error(code)


def test_6_5_2_unknown_settings_are_ignored(client):
    client.send(frame(SETTINGS, 0, 0, setting(0xFF, 1)))
    assert len([f for f in client.frames if f[0] == SETTINGS and f[1] & ACK]) == 1
    client.lives()


def test_6_5_2_no_frame_is_longer_than_the_client_takes(transport):
    client = Client(transport, setting(5, 16384), path="/bytes/60000")
    client.send(client.headers(1))
    assert len(client.body(1)) == 60_000
    assert max(len(f[3]) for f in client.frames) <= 16384


def test_6_5_2_a_client_may_have_no_table(transport):
    client = Client(transport, setting(1, 0))
    client.decoder.max_allowed_table_size = 0
    for stream in (1, 3):
        client.send(client.headers(stream))
        assert client.status(stream) == "200"


def test_6_5_3_settings_are_acknowledged_and_the_last_value_counts(transport):
    client = Client(transport, setting(4, 100) + setting(4, 1))
    client.send(client.headers(1))
    first = client.wait(lambda f: f[0] == DATA and f[2] == 1)
    assert first and len(first[3]) == 1


@pytest.mark.parametrize("stream", [0, 1, 3])
def test_6_6_a_client_pushes_nothing(client, stream):
    client.send(post(client),
                frame(PUSH_PROMISE, END_HEADERS, stream, struct.pack(">I", 2) + client.block()))
    client.connection_error(PROTOCOL_ERROR)


def test_6_7_a_ping_is_answered_with_its_bytes(client):
    client.send(frame(PING, 0, 0, b"12345678"))
    assert client.wait(lambda f: f[0] == PING and f[1] == ACK and f[3] == b"12345678")


def test_6_7_an_answer_is_not_answered(client):
    client.send(frame(PING, ACK, 0, b"unasked!"))
    client.lives()
    assert not [f for f in client.frames if f[0] == PING and f[3] == b"unasked!"]


def test_6_7_a_ping_belongs_to_the_connection(client):
    client.send(frame(PING, 0, 1, bytes(8)))
    client.connection_error(PROTOCOL_ERROR)


def test_6_7_a_ping_has_eight_bytes(client):
    client.send(frame(PING, 0, 0, bytes(6)))
    client.connection_error(FRAME_SIZE_ERROR)


def test_6_8_goaway_belongs_to_the_connection(client):
    client.send(frame(GOAWAY, 0, 1, bytes(8)))
    client.connection_error(PROTOCOL_ERROR)


def test_6_8_goaway_has_eight_bytes(client):
    client.send(frame(GOAWAY, 0, 0, bytes(7)))
    client.connection_error(FRAME_SIZE_ERROR)


def test_6_8_requests_before_goaway_are_answered(client):
    client.send(post(client), frame(GOAWAY, 0, 0, bytes(8)), frame(DATA, END_STREAM, 1, b"abc"))
    assert client.body(1) == b"3"


def test_6_8_a_server_that_goes_loses_no_request(transport, tmp_path):
    with Transport(transport.kind, tmp_path) as leaving:
        client = Client(leaving)
        client.send(post(client))
        client.lives()
        leaving.process.terminate()
        goaway = client.wait(lambda f: f[0] == GOAWAY)
        assert goaway[3][:8] == struct.pack(">II", 0x7FFFFFFF, NO_ERROR)
        # This one was on its way before the client heard.
        client.send(client.headers(3))
        assert client.status(3) == "200"
        question = client.wait(lambda f: f[0] == PING and not f[1] & ACK)
        client.send(frame(PING, ACK, 0, question[3]))
        last = client.wait(lambda f: f[0] == GOAWAY and f != goaway)
        assert last[3][:8] == struct.pack(">II", 3, NO_ERROR)
        client.send(client.headers(5), frame(DATA, END_STREAM, 1, b"abc"))
        assert client.body(1) == b"3"
        client.wait(lambda f: f[2] == 5)
        assert client.closed and not [f for f in client.frames if f[2] == 5]


def test_6_8_nor_waits_for_one_that_hears_nothing(transport, tmp_path):
    with Transport(transport.kind, tmp_path) as leaving:
        client = Client(leaving)
        leaving.process.terminate()
        assert leaving.process.wait(5) == 0


def test_6_9_the_connections_window_grows_by_something(client):
    client.send(frame(WINDOW_UPDATE, 0, 0, bytes(4)))
    client.connection_error(PROTOCOL_ERROR)


def test_6_9_a_streams_window_grows_by_something(client):
    client.send(post(client), frame(WINDOW_UPDATE, 0, 1, bytes(4)))
    client.stream_error(1, PROTOCOL_ERROR)


@pytest.mark.parametrize("stream", [0, 1])
def test_6_9_window_update_has_four_bytes(client, stream):
    client.send(post(client), frame(WINDOW_UPDATE, 0, stream, bytes(3)))
    client.connection_error(FRAME_SIZE_ERROR)


def test_6_9_1_windows_are_kept_to(transport):
    client = Client(transport, setting(4, 1))
    client.send(client.headers(1))
    first = client.wait(lambda f: f[0] == DATA and f[2] == 1)
    assert first and len(first[3]) == 1 and not first[1] & END_STREAM
    client.lives()
    assert len([f for f in client.frames if f[0] == DATA]) == 1
    client.send(frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 1000)))
    assert len(client.body(1)) == 300


def test_6_9_1_the_connections_window_stays_under_2_to_the_31(client):
    client.send(*[frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 0x7FFFFFFF))] * 2)
    client.connection_error(FLOW_CONTROL_ERROR)


def test_6_9_1_a_streams_window_too(client):
    client.send(post(client), *[frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 0x7FFFFFFF))] * 2)
    client.stream_error(1, FLOW_CONTROL_ERROR)


def test_6_9_2_a_new_initial_window_counts_for_open_streams(transport):
    client = Client(transport, setting(4, 0))
    client.send(client.headers(1))
    assert client.status(1) == "200"
    client.send(frame(SETTINGS, 0, 0, setting(4, 1)))
    first = client.wait(lambda f: f[0] == DATA and f[2] == 1)
    assert first and len(first[3]) == 1


def test_6_9_2_no_window_grows_too_large_by_settings(client):
    client.send(post(client), frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 0x7FFF0000)),
                frame(SETTINGS, 0, 0, setting(4, 0x7FFFFFFF)))
    client.connection_error(FLOW_CONTROL_ERROR)


def test_6_9_2_a_window_may_become_negative(transport):
    client = Client(transport, setting(4, 3))
    client.send(client.headers(1))
    assert len(client.wait(lambda f: f[0] == DATA)[3]) == 3
    client.send(frame(SETTINGS, 0, 0, setting(4, 2)),
                frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 2)))
    second = client.wait(lambda f: f[0] == DATA and len(f[3]) == 1)
    assert second


def test_6_9_3_bodies_of_any_length_come_through(client):
    def is_growth(item):
        return item[0] == WINDOW_UPDATE and item[2] == 1

    client.send(post(client))
    window = 65_535
    for _ in range(63):
        while window < 16_384:
            assert client.wait(is_growth)
            window += sum(int.from_bytes(f[3], "big") for f in client.frames if is_growth(f))
            client.frames = [f for f in client.frames if not is_growth(f)]
        client.send(frame(DATA, 0, 1, bytes(16_384)))
        window -= 16_384
    client.send(frame(DATA, END_STREAM, 1))
    assert client.body(1) == str(63 * 16_384).encode()


def test_6_10_a_block_may_come_in_many_parts(client):
    block = client.block()
    client.send(frame(HEADERS, END_STREAM, 1, block[:1]),
                *[frame(CONTINUATION, 0, 1, block[i:i + 2]) for i in range(1, 7, 2)],
                frame(CONTINUATION, END_HEADERS, 1, block[7:]))
    assert client.status(1) == "200"


def test_6_10_only_its_continuation_follows_a_part(client):
    block = client.block()
    client.send(frame(HEADERS, 0, 1, block[:3]), frame(CONTINUATION, 0, 1, block[3:5]),
                frame(DATA, END_STREAM, 1, b"x"))
    client.connection_error(PROTOCOL_ERROR)


def test_6_10_a_continuation_belongs_to_a_stream(client):
    client.send(frame(HEADERS, END_STREAM, 1, client.block()),
                frame(CONTINUATION, END_HEADERS, 0, b""))
    client.connection_error(PROTOCOL_ERROR)


def test_6_10_a_continuation_continues_something(client):
    client.send(post(client), frame(CONTINUATION, END_HEADERS, 1, b""))
    client.connection_error(PROTOCOL_ERROR)


def test_6_10_nor_a_block_that_has_ended_with_a_continuation(client):
    block = client.block()
    client.send(frame(HEADERS, END_STREAM, 1, block[:3]),
                frame(CONTINUATION, END_HEADERS, 1, block[3:]),
                frame(CONTINUATION, END_HEADERS, 1, b""))
    client.connection_error(PROTOCOL_ERROR, STREAM_CLOSED)


def test_7_unknown_error_codes_mean_nothing_special(client):
    client.send(post(client), frame(RST_STREAM, 0, 1, struct.pack(">I", 0xFF)))
    client.lives()
    client.send(frame(GOAWAY, 0, 0, struct.pack(">II", 0, 0xFF)))
    client.lives()


# 8: messages

def malformed(client, fields):
    client.send(client.headers(1, fields))
    client.stream_error(1, PROTOCOL_ERROR)
    client_lives = client.wait(lambda f: f[0] == GOAWAY, 0.05)
    if client_lives is None:
        client.lives()


def test_8_1_a_second_block_ends_the_stream(client):
    client.send(post(client), frame(HEADERS, END_HEADERS, 1, client.encoder.encode([("x", "y")])))
    client.stream_error(1, PROTOCOL_ERROR)


def test_8_1_trailers_are_taken(client):
    client.send(post(client), frame(DATA, 0, 1, b"abc"),
                client.headers(1, [("x-trailer", "y")]))
    assert client.status(1) == "200" and client.body(1) == b"3"


def test_8_1_trailers_have_no_pseudo_fields(client):
    client.send(post(client), frame(DATA, 0, 1, b"abc"), client.headers(1, [(":method", "GET")]))
    client.stream_error(1, PROTOCOL_ERROR)


@pytest.mark.parametrize("extra", [
    ("X-Capital", "y"), ("with blank", "y"), ("", "y"), (":unknown", "y"), (":status", "200"),
    ("connection", "keep-alive"), ("keep-alive", "1"), ("proxy-connection", "x"),
    ("transfer-encoding", "chunked"), ("upgrade", "h2c"), ("te", "gzip"), ("x", "a\nb"),
    ("x", "a\rb"), ("x", "a\0b"), ("x:y", "z"), ("content-length", "x")])
def test_8_2_fields_that_make_a_request_malformed(client, extra):
    malformed(client, client.request() + [extra])


@pytest.mark.parametrize("value", [" a", "a ", "\ta", "a\t"])
def test_8_2_1_values_have_no_blanks_around_them(client, value):
    malformed(client, client.request() + [("x", value)])


def test_8_2_te_may_say_trailers(client):
    client.send(client.headers(1, client.request(te="trailers")))
    assert client.status(1) == "200"


@pytest.mark.parametrize("missing", [":method", ":scheme", ":path"])
def test_8_3_pseudo_fields_that_have_to_be_there(client, missing):
    malformed(client, [f for f in client.request() if f[0] != missing])


@pytest.mark.parametrize("twice", [":method", ":scheme", ":path", ":authority"])
def test_8_3_pseudo_fields_come_once(client, twice):
    fields = client.request()
    malformed(client, [next(f for f in fields if f[0] == twice)] + fields)


def test_8_3_pseudo_fields_come_first(client):
    malformed(client, [("x", "y")] + client.request())


def test_8_3_1_the_path_is_not_empty(client):
    malformed(client, client.request(**{":path": ""}))


@pytest.mark.parametrize("changes", [
    {":path": "*"}, {":path": "json"}, {":path": "/ json"}, {":path": "/#json"}, {":method": ""},
    {":method": "G T"}, {":authority": ""}, {":authority": "a b"}, {":authority": "u@a"},
    {"host": "b"}, {"te": "trailers, gzip"}, {"x": "y\1"}, {"x": "y\x7f"}, {"x\x7f": "y"},
    {"content-length": ""}, {"content-length": "+0"}, {"content-length": "9" * 23}])
def test_8_3_1_a_request_that_names_nothing_real_is_malformed(client, changes):
    client.send(client.headers(1, client.request(**changes)))
    found = client.wait(lambda f: f[0] in (HEADERS, RST_STREAM) and f[2] == 1)
    # It may be told so in an answer. Section 8.1.1.
    if found[0] == HEADERS:
        assert dict(client.decoder.decode(found[3]))[":status"] == "400"
    else:
        assert found[3] == struct.pack(">I", PROTOCOL_ERROR)
    client.lives()


@pytest.mark.parametrize("name", ["host", "content-length"])
def test_8_3_1_some_fields_come_once(client, name):
    value = "a" if name == "host" else "0"
    malformed(client, client.request("POST") + [(name, value)] * 2)


@pytest.mark.parametrize("pieces, told", [([b"test"], 1), ([b"test", b"test"], 4), ([], 3),
                                          ([b"ab"], 1)])
def test_8_1_1_a_length_that_is_wrong(client, pieces, told):
    ended = END_HEADERS if pieces else END_HEADERS | END_STREAM
    client.send(post(client, flags=ended, content_length=str(told)))
    for at, piece in enumerate(pieces):
        client.send(frame(DATA, END_STREAM if at == len(pieces) - 1 else 0, 1, piece))
    client.stream_error(1, PROTOCOL_ERROR)


def test_8_1_head_has_fields_and_no_body(client):
    client.send(client.headers(1, client.request("HEAD")))
    found = client.wait(lambda f: f[0] == HEADERS and f[2] == 1)
    assert found[1] & END_STREAM
    assert dict(client.decoder.decode(found[3]))["content-length"] == "300"


def test_8_1_an_expectation_is_met(client):
    client.send(post(client, expect="100-continue"))
    assert client.status(1) == "100"
    client.send(frame(DATA, END_STREAM, 1, b"abc"))
    assert client.body(1) == b"3"


def test_8_2_3_cookies_may_be_split(client):
    client.send(client.headers(1, client.request() + [("cookie", "a=b"), ("cookie", "c=d")]))
    assert client.status(1) == "200"


# 10.5: work for nothing

def test_10_5_a_rapid_reset_is_calmed(client):
    for stream in range(1, 20_001, 2):
        client.send(client.headers(stream), frame(RST_STREAM, 0, stream, bytes(4)))
    client.connection_error(ENHANCE_YOUR_CALM)


@pytest.mark.parametrize("flood", [
    frame(SETTINGS, 0, 0, setting(1, 100)), frame(PING, 0, 0, bytes(8)), frame(DATA, 0, 1),
    frame(PRIORITY, 0, 1, struct.pack(">IB", 0, 9)), frame(0xFA, 0, 0, b"unknown"),
    frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1)), frame(SETTINGS, 0, 0, setting(1, 9) * 40)],
    ids=["settings", "ping", "data", "priority", "unknown", "window", "long-settings"])
def test_10_5_a_flood_of_frames_for_nothing_is_calmed(transport, client, flood):
    other = Client(transport)
    other.send(post(other))
    client.send(post(client), flood * 1000)
    client.connection_error(ENHANCE_YOUR_CALM)
    other.send(frame(DATA, END_STREAM, 1, b"abc"))
    assert other.body(1) == b"3"


def test_10_5_a_flood_of_requests_beyond_the_limit_is_calmed(transport):
    # Whoever has not acknowledged our settings cannot be blamed for not keeping to them, for a while.
    client = Client(transport, greet=False)
    client.send(PREFACE, frame(SETTINGS),
                *[post(client, stream) for stream in range(1, 4_001, 2)])
    client.connection_error(ENHANCE_YOUR_CALM)


def test_10_5_1_a_flood_of_large_fields_is_calmed(client):
    client.send(*[client.headers(stream, client.request() + [("x", "y")] * 200)
                  for stream in range(1, 80, 2)])
    client.connection_error(ENHANCE_YOUR_CALM)


def test_10_5_1_a_flood_of_continuations_ends(client):
    client.send(frame(HEADERS, END_STREAM, 1, client.block()),
                *[frame(CONTINUATION, 0, 1, b"")] * 1000)
    client.connection_error(ENHANCE_YOUR_CALM)


def test_10_5_1_too_many_fields_are_refused(client):
    client.send(client.headers(1, client.request() + [("x", "y")] * 200))
    assert client.status(1) == "431"
    client.lives()


def test_10_5_a_bomb_of_indexed_fields_is_refused(client):
    # One long field in the table, named again and again by one byte each.
    client.send(client.headers(1, client.request() + [("bomb", "x" * 3000)]))
    assert client.status(1) == "200"
    block = client.encoder.encode(client.request()) + b"\xbe" * 14_000
    client.send(frame(HEADERS, END_HEADERS | END_STREAM, 3, block))
    found = client.wait(lambda f: f[0] in (HEADERS, RST_STREAM) and f[2] == 3 or f[0] == GOAWAY)
    assert found and (found[0] != HEADERS
                      or dict(client.decoder.decode(found[3]))[":status"] == "431")


def test_10_5_a_stalled_window_holds_nobody_up(transport):
    client = Client(transport, setting(4, 0))
    client.send(*[client.headers(stream) for stream in range(1, 99, 2)])
    client.lives()
    other = Client(transport)
    other.send(other.headers(1))
    assert len(other.body(1)) == 300


# RFC 7541

@pytest.mark.parametrize("block", [
    b"\x80",                     # 6.1: index 0
    b"\xff\xff\x0f",             # 2.3.3: an index beyond both tables
    b"\x3f\xe2\x1f\x82",         # 6.3 / 4.2: a table larger than we allow
    b"\x82\x20",                 # 4.2: a size update after a field
    b"\x00\x81\xff\x81\xff",     # 5.2: padding longer than seven bits
    b"\x00\x81\x00\x81\x10",     # 5.2: padding that is not ones
    b"\x00\x84\xff\xff\xff\xff\x81\x1f",  # 5.2: the end-of-string symbol
    b"\x00\x85a",                # 5.2: a string longer than the block
    b"\x0f\xff\xff\xff\xff\xff\xff\xff\xff\xff\x0f",  # 5.1: an integer without an end
])
def test_7541_blocks_that_do_not_decode(client, block):
    client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, block))
    client.connection_error(COMPRESSION_ERROR)


# RFC 8441

def test_8441_extended_connect_is_offered(client):
    offered = b"".join(f[3] for f in client.frames if f[0] == SETTINGS and not f[1] & ACK)
    assert setting(8, 1) in offered


def test_8441_a_websocket_on_a_stream(client):
    fields = [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"),
              (":path", "/ws/echo"), (":authority", "a"), ("sec-websocket-version", "13")]
    client.send(client.headers(1, fields, END_HEADERS))
    assert client.status(1) == "200"
    client.send(frame(DATA, 0, 1, b"\x81\x85\0\0\0\0hello"))
    assert client.wait(lambda f: f[0] == DATA and f[2] == 1)[3] == b"\x81\x05hello"
    client.send(client.headers(3))
    assert len(client.body(3)) == 300
    client.send(frame(DATA, 0, 1, b"\x88\x82\0\0\0\0\x03\xe8"))
    assert client.body(1) == b"\x81\x05hello\x88\x02\x03\xe8"
    client.lives()


def connect(**changes):
    fields = {":method": "CONNECT", ":protocol": "websocket", ":scheme": "http",
              ":path": "/ws/echo", ":authority": "a", **changes}
    return [(name, value) for name, value in fields.items() if value is not None]


@pytest.mark.parametrize("fields", [
    connect(**{":scheme": None}), connect(**{":path": None}), connect(**{":authority": None}),
    connect(**{":method": "GET"}), connect(**{":protocol": None}),
    connect(**{":protocol": None, ":scheme": None}),
    [(":method", "CONNECT")]])
def test_8441_a_malformed_connect(client, fields):
    malformed(client, fields)


def test_8441_a_plain_connect_is_refused(client):
    client.send(client.headers(1, [(":method", "CONNECT"), (":authority", "a:1")]))
    assert client.status(1) in ("400", "405", "501")
