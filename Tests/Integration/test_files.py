"""The console's files, as browsers, downloads and caches ask for them."""
import email
import email.policy
import gzip
import random
import shutil
import subprocess
import sys

import pytest

from desk import ROOT, Desk, until

sys.path.insert(0, str(ROOT / "Tests" / "Integration" / "browser"))

from visit import Visit  # noqa: E402

CONTENT = random.Random(7).randbytes(3_000_001)
DECODERS = {
    "br": lambda data: subprocess.run(
        ["brotli", "--decompress", "--stdout"], input=data, capture_output=True,
        check=True).stdout,
    "gzip": gzip.decompress,
}

#: What a script that got in would try; each tells how it ended.
TRIES = """async () => {
    const ends = async (attempt) => {
        try { return await attempt() ?? "" } catch (error) { return error.name }
    };
    const later = (attempt) => new Promise((done) => setTimeout(async () => done(await ends(attempt)), 0));
    return {
        eval: await later(() => { (0, eval)("1") }),
        markup: await later(() => { document.body.innerHTML += "<b>x</b>" }),
        script: await later(() => {
            const script = document.createElement("script");
            script.text = "1";
        }),
        style: await later(() => {
            const style = document.createElement("style");
            style.textContent = "body { color: red }";
            document.head.append(style);
            return getComputedStyle(document.body).color === "rgb(255, 0, 0)" ? "applied" : "";
        }),
        elsewhere: await later(() => fetch("http://127.0.0.1:9/").then(() => "sent")),
    };
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A desk with the built console, and beside it one file worth asking for in parts."""
    root = tmp_path_factory.mktemp("files") / "root"
    shutil.copytree(ROOT / "web-static" / "dist", root)
    (root / "sound.mp3").write_bytes(CONTENT)
    with Desk(root.parent / "desk", "--web-root", root) as desk:
        desk.root = root
        yield desk


@pytest.fixture(params=["HTTP/1.1", "HTTP/2"])
def client(served, request):
    with served.client(http2=request.param == "HTTP/2", login=False) as client:
        client.headers["Accept-Encoding"] = "identity"
        yield client


def fetch(client, path, **fields):
    """The answer, and its bytes as they came."""
    names = {name.replace("_", "-"): value for name, value in fields.items()}
    with client.stream("GET", path, headers=names) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_every_built_file_comes_compressed_and_is_the_same(client, served, coding):
    built = [f for f in (ROOT / "web-static" / "dist").iterdir()
             if f.suffix not in (".br", ".gz")]
    assert {f.suffix for f in built} >= {".html", ".js", ".css"}
    for file in built:
        plain, whole = fetch(client, f"/{file.name}")
        assert whole == file.read_bytes() and "content-encoding" not in plain.headers
        answer, coded = fetch(client, f"/{file.name}", accept_encoding=coding)
        assert answer.headers["content-encoding"] == coding, file.name
        assert len(coded) < len(whole) and DECODERS[coding](coded) == whole
        assert answer.headers["etag"] != plain.headers["etag"]
        immutable = "immutable" in answer.headers["cache-control"]
        assert immutable == (file.name != "index.html")
        again, nothing = fetch(client, f"/{file.name}", accept_encoding=coding,
                               if_none_match=answer.headers["etag"])
        assert again.status_code == 304 and nothing == b""
        assert again.headers["etag"] == answer.headers["etag"]


def test_no_answer_says_anything_twice(client):
    for path, fields in [("/", {}), ("/", {"if_none_match": "*"}), ("/x.js", {}),
                         ("/sound.mp3", {"range": "bytes=0-1"}),
                         ("/sound.mp3", {"range": "bytes=9999999-"}),
                         ("/sound.mp3", {"accept_encoding": "identity;q=0"}),
                         ("/sound.mp3", {"if_match": '"x"'})]:
        answer, _ = fetch(client, path, **fields)
        names = [name for name, _ in answer.headers.multi_items()]
        assert len(names) == len(set(names)), (path, fields, names)
        assert answer.headers["x-content-type-options"] == "nosniff"
        if answer.status_code != 404:
            assert "unsafe" not in answer.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_part_is_what_lies_there(client):
    chance = random.Random(11)
    for _ in range(30):
        first, last = sorted(chance.choices(range(len(CONTENT)), k=2))
        answer, body = fetch(client, "/sound.mp3", range=f"bytes={first}-{last}")
        assert answer.status_code == 206 and body == CONTENT[first:last + 1]
        assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    answer, body = fetch(client, "/sound.mp3", range=f"bytes={len(CONTENT)}-")
    assert answer.status_code == 416 and body == b""
    assert answer.headers["content-range"] == f"bytes */{len(CONTENT)}"


def test_several_parts_come_as_one_message(client):
    answer, body = fetch(client, "/sound.mp3", range="bytes=0-99, 5000-5000, -7")
    assert answer.status_code == 206
    head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + body, policy=email.policy.HTTP)
    parts = [p.get_payload(decode=True) for p in message.iter_parts()]
    places = [p["content-range"].split()[1].split("/")[0] for p in message.iter_parts()]
    assert [p["content-type"] for p in message.iter_parts()] == ["audio/mpeg"] * 3
    assert places == ["0-99", "5000-5000", f"{len(CONTENT) - 7}-{len(CONTENT) - 1}"]
    assert parts == [CONTENT[:100], CONTENT[5000:5001], CONTENT[-7:]]


@pytest.mark.parametrize("version", ["--http1.1", "--http2-prior-knowledge"])
def test_a_broken_download_is_resumed(served, tmp_path, version):
    copy = tmp_path / "sound.mp3"
    copy.write_bytes(CONTENT[:1_234_567])
    subprocess.run(
        ["curl", "--silent", "--fail", version, "--continue-at", "-", "--output", copy,
         f"{served.address}/sound.mp3"], check=True, timeout=30)
    assert copy.read_bytes() == CONTENT


def test_a_part_is_not_joined_to_an_older_file(client):
    answer, _ = fetch(client, "/sound.mp3", range="bytes=0-9")
    tag = answer.headers["etag"]
    part, body = fetch(client, "/sound.mp3", range="bytes=10-19", if_range=tag)
    assert part.status_code == 206 and body == CONTENT[10:20]
    for other in ['"older"', f"W/{tag}", "Sun, 06 Nov 1994 08:49:37 GMT"]:
        whole, body = fetch(client, "/sound.mp3", range="bytes=10-19", if_range=other)
        assert whole.status_code == 200 and body == CONTENT


def test_a_page_is_for_who_navigates(client):
    index, page = fetch(client, "/")
    for path in ("/decisions", "/decisions/dec-1"):
        answer, body = fetch(client, path, sec_fetch_mode="navigate", accept="*/*")
        assert answer.status_code == 200 and body == page
        answer, body = fetch(client, path, accept="text/html,*/*;q=0.8")
        assert answer.status_code == 200 and body == page
        for fields in ({"accept": "*/*"}, {"accept": "text/html", "sec_fetch_mode": "cors"}):
            answer, body = fetch(client, path, **fields)
            assert answer.status_code == 404
    for path in ("/main-00000000.js", "/api/v1/nothing", "/favicon.ico"):
        answer, body = fetch(client, path, accept="text/html", sec_fetch_mode="navigate")
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("application/problem+json")


def test_heads_tell_the_length_and_send_nothing(client):
    answer = client.head("/sound.mp3", headers={"Range": "bytes=0-1"})
    assert answer.status_code == 200 and answer.content == b""
    assert int(answer.headers["content-length"]) == len(CONTENT)


def test_a_browser_runs_nothing_but_the_files(served, tmp_path):
    with Visit(served.address, "nobody", "nothing") as visit:
        page = visit.page
        page.goto(served.address)
        page.wait_for_selector("#operator")
        assert not visit.faults, visit.faults
        tried = page.evaluate(TRIES)
        assert tried == {"eval": "EvalError", "markup": "TypeError", "script": "TypeError",
                         "style": "", "elsewhere": "TypeError"}, tried
        refused = " ".join(visit.faults)
        for directive in ("TrustedScript", "TrustedHTML", "style-src", "Refused to connect"):
            assert directive in refused, (directive, refused)
        # A page of somebody else's has no console within it.
        (tmp_path / "frame.html").write_text(f'<iframe src="{served.address}"></iframe>')
        visit.faults.clear()
        page.goto(f"file://{tmp_path}/frame.html")
        until(lambda: page.evaluate("1") and any("frame" in f for f in visit.faults), 10,
              f"a refusal to be framed, but {visit.faults}")
