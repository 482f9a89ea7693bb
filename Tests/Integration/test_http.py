"""The surface, by clients that share no code with it."""
import asyncio
import json
import socket

import httpx
import pytest
import websockets
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from desk import ROOT, state, until

DOCUMENT = yaml.safe_load((ROOT / "openapi" / "titan.yaml").read_text())


def check(name, instance):
    """Validates an answer against a schema of the document."""
    registry = Registry().with_resource(
        "urn:titan", Resource.from_contents(DOCUMENT, default_specification=DRAFT202012))
    schema = {"$ref": f"urn:titan#/components/schemas/{name}"}
    wrong = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}"
             for e in Draft202012Validator(schema, registry=registry).iter_errors(instance)]
    assert not wrong, f"{name}: {wrong}"


def test_the_document_is_valid():
    validate(DOCUMENT)


@pytest.mark.parametrize("http2", [False, True])
def test_state_and_decisions_are_what_the_document_says(running, http2):
    client = running.client(http2=http2)
    until(lambda: client.get("/api/v1/decisions").json()["decisions"], 30, "a decision")
    answer = client.get("/api/v1/state")
    assert answer.http_version == ("HTTP/2" if http2 else "HTTP/1.1")
    check("State", answer.json())
    page = client.get("/api/v1/decisions", params={"limit": 5}).json()
    check("DecisionPage", page)
    one = client.get(f"/api/v1/decisions/{page['decisions'][0]['id']}").json()
    check("Decision", one)
    codes = [c["code"] for c in one["checks"]]
    assert len(codes) == len(set(codes)) >= 11


def test_health_says_whether_risk_may_be_taken(running):
    client = running.client()
    assert client.get("/health/live").status_code == 200
    until(lambda: client.get("/health/ready").status_code == 200, 30, "readiness")
    until(lambda: client.get("/health/trade").status_code == 200, 60, "trade readiness")


def test_metrics_are_prometheus_text(running):
    text = httpx.get(running.address + "/metrics").text
    names = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names)) > 10
    assert all(name.startswith("titan_") for name in names)


def test_the_stream_resumes_where_it_was(running):
    async def run():
        token = running.token()
        url = running.address.replace("http", "ws") + "/ws/v1/stream"
        async with websockets.connect(
                url, subprotocols=["titan.v1", f"bearer.{token}"]) as socket:
            for topic in ("truth", "breaker", "positions", "orders", "decisions", "trace",
                          "operator", "budgets", "health"):
                await socket.send(json.dumps({"op": "subscribe", "topic": topic}))
            seen = {}
            while not {"decisions", "truth"} <= seen.keys() or seen["decisions"]["seq"] < 2:
                message = json.loads(await asyncio.wait_for(socket.recv(), 30))
                check("ServerFrame", message)
                seen[message["topic"]] = message
        last = seen["decisions"]
        async with websockets.connect(
                url, subprotocols=["titan.v1", f"bearer.{token}"]) as socket:
            await socket.send(json.dumps({
                "op": "subscribe", "topic": "decisions",
                "after": {"epoch": last["epoch"], "seq": last["seq"]}}))
            message = json.loads(await asyncio.wait_for(socket.recv(), 30))
            assert message["kind"] == "delta" and message["seq"] == last["seq"] + 1
        async with websockets.connect(
                url, subprotocols=["titan.v1", f"bearer.{token}"]) as socket:
            await socket.send(json.dumps({
                "op": "subscribe", "topic": "decisions", "after": {"epoch": 1, "seq": 1}}))
            message = json.loads(await asyncio.wait_for(socket.recv(), 30))
            assert message["kind"] == "not_recovered"

    asyncio.run(run())


def test_nobody_streams_without_a_token(running):
    async def run():
        url = running.address.replace("http", "ws") + "/ws/v1/stream"
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(url)
        assert refused.value.response.status_code == 401

    asyncio.run(run())


@pytest.mark.parametrize("method, path, body, status", [
    ("GET", "/api/v1/nothing", None, 404),
    ("DELETE", "/api/v1/state", None, 405),
    ("POST", "/api/v1/operator/halt", b"{", 400),
    ("POST", "/api/v1/operator/halt", b"{}", 400),
    ("POST", "/api/v1/operator/halt", b'{"reason":""}', 400),
    ("GET", "/api/v1/decisions?limit=0", None, 400),
    ("GET", "/api/v1/decisions?verdict=maybe", None, 400),
    ("GET", "/api/v1/decisions/dec-000000000000", None, 404),
    ("GET", "/api/v1/decisions/nonsense", None, 400),
])
def test_bad_requests_get_a_problem_document(running, method, path, body, status):
    client = running.client()
    answer = client.request(
        method, path, content=body, headers={"Content-Type": "application/json"} if body else {})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    check("Problem", problem)
    assert problem["status"] == answer.status_code and problem["code"] and problem["error"]


@pytest.mark.parametrize("path", ["/api/v1/state", "/api/v1/decisions"])
def test_views_want_a_token(running, path):
    assert httpx.get(running.address + path).status_code == 401
    bad = {"Authorization": "Bearer e30.e30.e30"}
    assert httpx.get(running.address + path, headers=bad).status_code == 401


@pytest.mark.parametrize("request_bytes, status", [
    (b"GET / HTTP/1.1\r\n\r\n", b"400"),
    (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
    (b"GET / HTTP/3.7\r\nHost: a\r\n\r\n", b"505"),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", b"400"),
    (b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"414"),
    (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"x: " + b"a" * 70000 + b"\r\n\r\n", b"431"),
    (b"\x16\x03\x01\x02\x00\r\n\r\n", b"400"),
])
def test_malformed_http_is_refused_and_disturbs_nobody(running, request_bytes, status):
    host, port = running.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(request_bytes)
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 " + status), answer[:100]
    assert state(running.client())["sequence"] > 0
