"""Server-sent events over both versions of HTTP: ids, what was missed, heartbeats."""
import httpx
import pytest


def events(transport, count, http2=False, **headers):
    """The next events, each as its fields."""
    found, current = [], {}
    with httpx.Client(http1=not http2, http2=http2, verify=transport.trust or True,
                      timeout=10) as client:
        with client.stream("GET", f"{transport.http}/sse", headers=headers) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "text/event-stream"
            assert answer.headers["cache-control"] == "no-store"
            for line in answer.iter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    current[name] = current[name] + "\n" + value if name in current else value
                elif "data" in current:
                    found.append(current)
                    current = {}
                    if len(found) == count:
                        return found
                else:
                    current = {}


def publish(transport, content):
    answer = httpx.post(f"{transport.http}/publish", content=content,
                        verify=transport.trust or True)
    assert answer.status_code == 204


@pytest.mark.parametrize("http2", [False, True])
def test_events_have_ids_that_follow_each_other(transport, http2):
    seen = events(transport, 3, http2)
    epochs, numbers = zip(*[e["id"].split(".") for e in seen])
    assert len(set(epochs)) == 1
    assert [int(n) - int(numbers[0]) for n in numbers] == [0, 1, 2]


@pytest.mark.parametrize("http2", [False, True])
def test_a_reader_that_comes_again_gets_what_it_missed(transport, http2):
    last = events(transport, 1, http2)[0]["id"]
    for number in range(5):
        publish(transport, f"missed {number}")
    seen = events(transport, 6, http2, **{"last-event-id": last})
    missed = [e["data"] for e in seen if e["data"].startswith("missed")]
    assert missed == [f"missed {n}" for n in range(5)]
    epoch, number = last.split(".")
    assert seen[0]["id"] == f"{epoch}.{int(number) + 1}"


@pytest.mark.parametrize("id", ["1.5", "nonsense", "1.2-3", "99999999999999999999.1"])
def test_a_reader_that_cannot_be_helped_is_told(transport, id):
    first = events(transport, 1, **{"last-event-id": id})[0]
    assert first["event"] == "not_recovered"


def test_lines_of_any_end_come_through(transport):
    last = events(transport, 1)[0]["id"]
    publish(transport, "one\ntwo\r\nthree\rfour\n")
    seen = events(transport, 2, **{"last-event-id": last})
    assert "one\ntwo\nthree\nfour\n" in [e["data"] for e in seen]
