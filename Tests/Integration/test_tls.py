"""TLS, by clients that share no code with it: Python's ssl, httpx, openssl, curl, websockets."""
import asyncio
import concurrent.futures
import json
import os
import re
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import time
import warnings

import httpx
import pytest
import websockets

from desk import Desk, titan, until


def make_pair(directory):
    done = titan("cert", "dev", "--out", directory)
    assert done.returncode == 0, done.stderr
    return directory / "certificate.pem", directory / "key.pem"


def openssl(*arguments, **options):
    done = subprocess.run(
        ["openssl", *map(str, arguments)], capture_output=True, text=True, errors="replace", timeout=30,
        **options)
    return done.returncode, done.stdout + done.stderr


def trusting(certificate, **wishes):
    context = ssl.create_default_context(cafile=certificate)
    for name, value in wishes.items():
        setattr(context, name, value)
    return context


class TLSDesk(Desk):
    def __init__(self, directory, pair, *arguments, **extra):
        self.certificate, self.key = pair
        super().__init__(
            directory, "--tls-certificate", self.certificate, "--tls-key", self.key,
            *arguments, **extra)
        self.trust = trusting(self.certificate)
        # Looks at the metrics over one connection, so that looking is not counted.
        self.monitor = httpx.Client(
            verify=self.trust, limits=httpx.Limits(keepalive_expiry=70))

    @property
    def port(self):
        return int(self.address.rsplit(":", 1)[1])

    def connect(self, context=None, session=None):
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        return (context or trusting(self.certificate)).wrap_socket(
            plain, server_hostname="localhost", session=session)

    def metric(self, name):
        text = self.monitor.get(self.address + "/metrics").text
        found = re.search(re.escape(name) + r" (\d+)", text)
        return int(found.group(1)) if found else None


def ask(connection, path="/health/live"):
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = connection.recv(65536)
        assert piece, answer
        answer += piece
    head, body = answer.split(b"\r\n\r\n", 1)
    length = int(re.search(rb"content-length: (\d+)", head).group(1))
    while len(body) < length:
        body += connection.recv(65536)
    return head.decode(), body.decode()


def shown(desk):
    """The certificate that a new handshake sees, as DER."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with desk.connect(context) as connection:
        return connection.getpeercert(binary_form=True)


def der(path):
    return ssl.PEM_cert_to_DER_cert(path.read_text())


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    home = tmp_path_factory.mktemp("tls")
    with TLSDesk(home / "desk", make_pair(home / "pair"), "--loops", 2) as desk:
        yield desk


def test_cert_dev_makes_a_pair_for_this_machine(tmp_path):
    certificate, key = make_pair(tmp_path / "new" / "pair")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    _, text = openssl("x509", "-in", certificate, "-noout", "-text")
    assert "prime256v1" in text and "ecdsa-with-SHA256" in text
    names = re.search(r"Subject Alternative Name:.*\n\s*(.*)", text).group(1)
    for name in ("DNS:localhost", "IP Address:127.0.0.1", "IP Address:0:0:0:0:0:0:0:1"):
        assert name in names
    host = socket.gethostname()
    assert f"DNS:{host}" in names or host == "localhost"
    assert "CA:FALSE" in text and "TLS Web Server Authentication" in text
    days = [openssl("x509", "-in", certificate, "-noout", "-checkend", n * 86400)[0]
            for n in (89, 91)]
    assert days == [0, 1]
    # A second pair is another one.
    before = certificate.read_text()
    make_pair(tmp_path / "new" / "pair")
    assert certificate.read_text() != before
    assert titan("cert", "dev", "--out", "/proc/nowhere").returncode != 0


@pytest.mark.parametrize("http2", [False, True])
def test_serves_both_versions_of_http(desk, http2):
    client = desk.client(http2=http2)
    assert desk.address.startswith("https://")
    answer = client.get("/api/v1/state")
    assert answer.status_code == 200
    assert answer.http_version == ("HTTP/2" if http2 else "HTTP/1.1")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert client.get("/nowhere").headers["strict-transport-security"]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_speaks_12_and_13(desk, version):
    context = trusting(desk.certificate, minimum_version=version, maximum_version=version)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with desk.connect(context) as connection:
        assert connection.version() == version.name.replace("_", ".")
        assert connection.selected_alpn_protocol() == "h2"
        name = connection.cipher()[0]
        assert name.startswith(("TLS_AES", "TLS_CHACHA", "ECDHE-"))
        assert connection.compression() is None
    context.set_alpn_protocols(["http/1.1"])
    with desk.connect(context) as connection:
        assert connection.selected_alpn_protocol() == "http/1.1"
        assert ask(connection)[1] == '{"live":true}'


def test_refuses_old_versions_and_old_ciphers(desk):
    context = trusting(desk.certificate)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = (
            ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
    with pytest.raises(ssl.SSLError):
        desk.connect(context)
    context = trusting(desk.certificate, maximum_version=ssl.TLSVersion.TLSv1_2)
    context.set_ciphers("ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        desk.connect(context)


def test_many_come_at_once(desk):
    """More handshakes than a loop goes on with in one turn: all of them end well."""
    contexts = [trusting(desk.certificate) for _ in range(96)]

    def visit(context):
        with desk.connect(context) as connection:
            return ask(connection)[1]
    with concurrent.futures.ThreadPoolExecutor(len(contexts)) as crowd:
        assert set(crowd.map(visit, contexts)) == {'{"live":true}'}


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_resumes_on_any_loop(desk, version):
    context = trusting(desk.certificate, minimum_version=version, maximum_version=version)
    with desk.connect(context) as connection:
        ask(connection)
        assert not connection.session_reused
        session = connection.session
    for _ in range(8):
        with desk.connect(context, session) as connection:
            ask(connection)
            assert connection.session_reused
            session = connection.session
    assert desk.metric("titan_tls_resumptions_total") >= 8


def test_openssl_is_content(desk):
    status, text = openssl(
        "s_client", "-connect", f"localhost:{desk.port}", "-CAfile", desk.certificate,
        "-verify_return_error", "-verify_hostname", "localhost", "-alpn", "h2,http/1.1",
        input="")
    assert status == 0, text
    assert "Verify return code: 0 (ok)" in text and "ALPN protocol: h2" in text
    assert "Max Early Data: 0" in text or "Early data was not sent" in text
    assert "X25519" in text


def test_does_not_renegotiate(desk):
    process = subprocess.Popen(
        ["openssl", "s_client", "-connect", f"localhost:{desk.port}", "-tls1_2",
         "-CAfile", desk.certificate],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    # `R` on a line of its own asks for another handshake.
    text, _ = process.communicate("R\n", timeout=20)
    assert "RENEGOTIATING" in text and "no renegotiation" in text, text


@pytest.mark.parametrize("flag, version", [("--http1.1", "1.1"), ("--http2", "2")])
def test_curl_is_content(desk, flag, version):
    done = subprocess.run(
        ["curl", "-sS", flag, "--cacert", desk.certificate, "-w", "\n%{http_version}",
         f"https://localhost:{desk.port}/health/live"],
        capture_output=True, text=True, timeout=20)
    assert done.stdout == f'{{"live":true}}\n{version}', done.stderr


def test_carries_the_live_stream(desk):
    async def watch():
        token = desk.token()
        async with websockets.connect(
                f"wss://localhost:{desk.port}/ws/v1/stream?access_token={token}",
                ssl=desk.trust) as stream:
            await stream.send(json.dumps({"op": "subscribe", "topic": "truth"}))
            return json.loads(await asyncio.wait_for(stream.recv(), 10))
    assert asyncio.run(watch())["kind"] == "snapshot"


def test_ends_with_a_notice(desk):
    context = trusting(desk.certificate)
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    with desk.connect(context) as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        # An end without notice raises from now on.
        connection.suppress_ragged_eofs = False
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        assert answer.endswith(b'{"live":true}')


def test_tells_plain_http_what_it_is(desk):
    before = desk.metric('titan_tls_failures_total{reason="plain_http"}')
    answer = httpx.get(f"http://127.0.0.1:{desk.port}/metrics")
    assert answer.status_code == 400 and "https" in answer.text
    assert "titan_" not in answer.text
    assert desk.metric('titan_tls_failures_total{reason="plain_http"}') == before + 1


@pytest.mark.parametrize("garbage", [
    b"\x16\x03\x01\xff\xff" + bytes(70_000), b"\x00" * 64, b"\x80\x2e\x01\x00\x02" + bytes(64),
    b"\x16\x03\x01\x00\x04\x01\x00\x00\x00"])
def test_closes_on_garbage_with_an_alert(desk, garbage):
    before = desk.metric('titan_tls_failures_total{reason="handshake"}')
    with socket.create_connection(("127.0.0.1", desk.port), timeout=10) as connection:
        connection.sendall(garbage)
        answer = b""
        try:
            while piece := connection.recv(4096):
                answer += piece
        except ConnectionResetError:
            pass
        assert not answer or answer[0] == 21, answer
    assert desk.metric('titan_tls_failures_total{reason="handshake"}') == before + 1


def test_half_a_handshake_and_a_cut_stream_are_counted(desk):
    failed = 'titan_tls_failures_total{reason="handshake"}'
    cut = "titan_tls_truncations_total"
    before = desk.metric(failed), desk.metric(cut)
    # A probe that sends nothing is no failure.
    socket.create_connection(("127.0.0.1", desk.port)).close()
    with socket.create_connection(("127.0.0.1", desk.port)) as half:
        half.sendall(b"\x16\x03\x01\x02\x00\x01\x00")
    connection = desk.connect()
    ask(connection)
    # Closed without a word of TLS.
    os.close(connection.detach())
    until(lambda: (desk.metric(failed), desk.metric(cut)) == (before[0] + 1, before[1] + 1),
          10, "count of both")


def test_drops_who_never_ends_a_handshake(desk):
    """A greeting that comes byte by byte gets ten seconds, whatever it sends."""
    with desk.connect() as other:
        ask(other)
        slow = socket.create_connection(("127.0.0.1", desk.port), timeout=0.25)
        greeting, begin, ended = b"\x16\x03\x01\x02\x00\x01" + bytes(506), time.monotonic(), False
        for byte in greeting:
            try:
                slow.sendall(bytes([byte]))
                ended = slow.recv(1) == b""
            except TimeoutError:
                pass
            except OSError:
                ended = True
            if ended:
                break
            assert time.monotonic() - begin < 14
        assert ended and time.monotonic() - begin > 8
        assert ask(other)[1] == '{"live":true}'


def certificate_authority(directory, name="Desk authority"):
    directory.mkdir()
    ca, ca_key = directory / "ca.pem", directory / "ca.key"
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    assert openssl("req", "-x509", *curve, "-keyout", ca_key, "-out", ca, "-days", 2,
                   "-subj", f"/CN={name}")[0] == 0
    key, request, certificate = (directory / n for n in ("c.key", "c.csr", "c.pem"))
    assert openssl("req", *curve, "-keyout", key, "-out", request,
                   "-subj", "/CN=prometheus")[0] == 0
    assert openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key,
                   "-CAcreateserial", "-out", certificate, "-days", 2)[0] == 0
    return ca, certificate, key


def test_metrics_ask_for_a_certificate_where_services_have_them(tmp_path):
    ca, certificate, key = certificate_authority(tmp_path / "ca")
    _, stranger, strange_key = certificate_authority(tmp_path / "other", "Another authority")
    pair = make_pair(tmp_path / "pair")
    with TLSDesk(tmp_path / "desk", pair, "--tls-client-ca", ca) as desk:
        plain = desk.client(login=False)
        assert plain.get("/health/live").status_code == 200
        answer = plain.get("/metrics")
        assert answer.status_code == 403 and answer.json()["code"] == "certificate_missing"
        for http2 in (False, True):
            context = trusting(desk.certificate)
            context.load_cert_chain(certificate, key)
            with httpx.Client(verify=context, http2=http2, http1=not http2) as service:
                answer = service.get(desk.address + "/metrics")
                assert answer.status_code == 200 and "titan_tls_handshakes_total" in answer.text
        context = trusting(desk.certificate)
        context.load_cert_chain(stranger, strange_key)
        with pytest.raises((httpx.TransportError, ssl.SSLError)):
            httpx.get(desk.address + "/metrics", verify=context)


def replace(pair, other):
    for ours, new in zip(pair, other):
        shutil.copy(new, str(ours) + ".new")
        os.replace(str(ours) + ".new", ours)


def test_changes_certificates_under_open_connections(tmp_path):
    pair = make_pair(tmp_path / "pair")
    first = der(pair[0])
    with TLSDesk(tmp_path / "desk", pair) as desk:
        old = desk.connect()
        ask(old)
        assert shown(desk) == first
        # By a signal.
        replace(pair, make_pair(tmp_path / "second"))
        second = der(pair[0])
        os.kill(desk.pid, signal.SIGHUP)
        until(lambda: shown(desk) == second, 5, "second certificate")
        # By looking at the files.
        replace(pair, make_pair(tmp_path / "third"))
        third = der(pair[0])
        until(lambda: shown(desk) == third, 15, "third certificate")
        # A broken pair changes nothing, and it is said.
        desk.key.write_text("nonsense")
        os.kill(desk.pid, signal.SIGHUP)
        until(lambda: "stays in use" in desk.output, 5, "line about the broken key")
        assert str(desk.key) in desk.output
        assert shown(desk) == third
        # Who was there all the time noticed nothing.
        assert ask(old)[1] == '{"live":true}'
        assert old.getpeercert(binary_form=True) == first
        desk.monitor = httpx.Client(verify=trusting(desk.certificate))
        assert desk.metric('titan_tls_reloads_total{result="succeeded"}') == 2
        assert desk.metric('titan_tls_reloads_total{result="failed"}') == 1
        old.close()


def test_a_signal_ends_no_desk_without_tls(directory):
    with Desk(directory) as desk:
        os.kill(desk.pid, signal.SIGHUP)
        until(lambda: "nothing to read again" in desk.output, 5, "line about the signal")
        assert httpx.get(desk.address + "/health/live").status_code == 200


def expired(directory):
    certificate, key = make_pair(directory)
    request = directory / "request.pem"
    assert openssl("req", "-new", "-key", key, "-out", request, "-subj", "/CN=old")[0] == 0
    assert openssl("x509", "-req", "-in", request, "-signkey", key, "-days", -1,
                   "-out", certificate)[0] == 0
    return certificate, key


def test_starts_with_a_whole_pair_only(tmp_path):
    good, other, old = (
        make_pair(tmp_path / "good"), make_pair(tmp_path / "other"), expired(tmp_path / "old"))
    text = tmp_path / "text.pem"
    text.write_text("hello\n")
    missing = tmp_path / "missing.pem"
    cases = [
        (good[0], None, ["tls-key", "expected"]),
        (None, good[1], ["tls-certificate", "expected"]),
        (good[0], other[1], [other[1], "does not belong to the certificate"]),
        (missing, good[1], [missing, "No such file"]),
        (good[0], missing, [missing, "No such file"]),
        (text, good[1], [text, "holds no PEM certificate"]),
        (good[0], text, [text, "holds no private key"]),
        (*old, [old[0], "expired"]),
    ]
    for certificate, key, words in cases:
        flags = [*(["--tls-certificate", certificate] if certificate else []),
                 *(["--tls-key", key] if key else [])]
        done = titan("serve", "--port", 0, "--data-dir", tmp_path / "desk", *flags)
        assert done.returncode != 0
        for word in words:
            assert str(word) in done.stderr, (flags, done.stderr)
    done = titan("serve", "--port", 0, "--data-dir", tmp_path / "desk",
                 TITAN_TLS_CLIENT_CA=str(good[0]))
    assert done.returncode != 0 and "tls-certificate" in done.stderr
