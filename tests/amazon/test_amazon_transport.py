"""What becomes of a request when the network does not play along."""

import gzip
import socket
import ssl
import threading
import zlib
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from amazon.errors import AmazonError
from amazon.transport import Request, Timeouts, Transport, new_session, shared_session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

QUICK = Timeouts(connect=2, read=0.3, total=5)


def request(url, **values):
    return Request(
        "getThing", values.pop("method", "GET"), url, "/things/{}", **{"timeouts": QUICK, **values}
    )


def send(url, journal=None, **values):
    return Transport(new_session(), journal).exchange(request(url, **values), lambda reply: reply)


def failure(url, **values):
    with pytest.raises(AmazonError) as caught:
        send(url, **values)
    return caught.value


@pytest.fixture
def closed_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}"


def test_reads_the_whole_answer(server):
    server.answers(201, b"body", **{"x-amzn-RequestId": "r-1"})
    reply = send(server.url + "/things/7", method="POST", body=b"sent", params={"a": "1,2"})
    assert (reply.status, reply.content, reply.request_id) == (201, b"body", "r-1")
    assert server.seen[0].body == b"sent"
    assert server.seen[0].path == "/things/7?a=1%2C2"


def test_nobody_there_means_not_sent(closed_port):
    error = failure(closed_port)
    assert (error.code, error.outcome, error.operation) == ("Connection", "not_sent", "getThing")


def test_unknown_host_means_not_sent():
    assert failure("https://no-such-host.invalid").outcome == "not_sent"


@pytest.fixture
def certificate(tmp_path):
    """A certificate for this machine that nobody vouches for, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + signed.public_bytes(pem)
    )
    return str(path)


def test_a_certificate_that_nobody_vouches_for_means_not_sent(server, certificate, monkeypatch):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_values: None  # it is told off by the client
    url = server.url.replace("http:", "https:")
    error = failure(url)
    assert (error.code, error.outcome, server.seen) == ("Connection", "not_sent", [])
    assert "SSLCertVerificationError" in str(error)
    # a company may vouch for it through its environment
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate)
    assert send(url).status == 200


def test_no_answer_in_time_means_unknown(server):
    release = threading.Event()
    server.answer = lambda handler: release.wait(10)
    try:
        error = failure(server.url)
    finally:
        release.set()
    assert (error.code, error.outcome, error.is_transient) == ("Timeout", "unknown", True)


def test_broken_connection_means_unknown(server):
    server.answer = lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)
    error = failure(server.url)
    assert (error.code, error.outcome) == ("Connection", "unknown")


def test_answer_cut_short_means_unknown(server):
    def answer(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
        handler.close_connection = True

    server.answer = answer
    assert failure(server.url).outcome == "unknown"


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", b"nonsense\r\n\r\n"]
)
def test_an_answer_that_is_not_http_means_unknown(server, head):
    server.answer = lambda handler: handler.wfile.write(head)
    assert failure(server.url).outcome == "unknown"


def test_answer_that_never_ends_is_given_up(server):
    def drip(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        while not stop.wait(0.01):
            handler.wfile.write(b"1\r\nx\r\n")

    stop = threading.Event()
    server.answer = drip
    try:
        error = failure(server.url, timeouts=Timeouts(connect=2, read=2, total=0.2))
    finally:
        stop.set()
    assert (error.code, error.outcome) == ("Timeout", "unknown")


def test_too_large_an_answer_is_not_kept(server):
    server.answers(200, b"x" * 3000)
    error = failure(server.url, max_bytes=2000)
    assert (error.code, error.outcome) == ("BadAnswer", "unknown")


def test_content_encoding_is_undone_or_left(server):
    packed = gzip.compress(b"plain")
    server.answers(200, packed, Content_Encoding="gzip")
    assert send(server.url).content == b"plain"
    assert send(server.url, decode=False).content == packed


def test_a_bomb_in_the_content_encoding_is_stopped(server):
    server.answers(200, gzip.compress(bytes(5_000_000)), Content_Encoding="gzip")
    assert failure(server.url, max_bytes=100_000).code == "BadAnswer"


def test_broken_content_encoding_is_an_error(server):
    server.answers(200, zlib.compress(b"not gzip"), Content_Encoding="gzip")
    assert failure(server.url).outcome == "unknown"


def test_redirects_are_not_followed(server):
    server.answers(302, Location=server.url + "/elsewhere")
    assert send(server.url + "/first").status == 302
    assert len(server.seen) == 1


def test_cookies_are_not_kept(server):
    server.answers(200, Set_Cookie="seller=1; Path=/")
    transport = Transport(new_session())
    for _ in range(2):
        transport.exchange(request(server.url), lambda reply: reply)
    assert server.seen[1].headers["Cookie"] is None


def test_connections_are_reused(server):
    ports = []
    server.answer = lambda handler: (ports.append(handler.client_address[1]), _empty(handler))
    transport = Transport(new_session())
    for _ in range(3):
        transport.exchange(request(server.url), lambda reply: reply)
    assert len(ports) == 3 and len(set(ports)) == 1


def _empty(handler):
    handler.send_response(204)
    handler.end_headers()


def test_this_machine_is_reached_without_the_proxy_of_the_environment(server, monkeypatch, closed_port):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, closed_port)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert send(server.url).status == 200


def test_a_company_proxy_is_respected_and_its_failure_means_not_sent(server, monkeypatch, closed_port):
    monkeypatch.setenv("HTTPS_PROXY", server.url)
    monkeypatch.delenv("https_proxy", raising=False)
    server.answers(407)
    assert failure("https://amazon.test").outcome == "not_sent"
    monkeypatch.setenv("HTTPS_PROXY", closed_port)
    assert failure("https://amazon.test").outcome == "not_sent"


def test_credentials_of_a_netrc_file_are_not_sent(server, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    send(server.url)
    assert server.seen[0].headers["Authorization"] is None


def test_plain_http_to_elsewhere_is_refused():
    error = failure("http://amazon.test/things")
    assert (error.code, error.outcome) == ("BadAddress", "not_sent")


def test_no_address_gets_into_an_error(closed_port):
    error = failure(f"{closed_port}/path?X-Amz-Signature=secret")
    assert "secret" not in str(error) and "/path" not in str(error)
    # a traceback would print the library's own error, which holds the address
    assert error.__cause__ is None and error.__suppress_context__


def test_the_journal_tells_every_call(server, closed_port):
    entries = []
    server.answers(200, b"12345", **{"x-amzn-RequestId": "r-2"})
    send(server.url + "/things/1?token=secret", entries.append, method="PUT", body=b"abc")
    with pytest.raises(AmazonError):
        send(closed_port, entries.append)
    durations = [entry.pop("duration_ms") for entry in entries]
    assert all(isinstance(duration, int) and duration >= 0 for duration in durations)
    common = {"operation": "getThing", "path": "/things/{}"}
    assert entries == [
        common
        | {
            "method": "PUT",
            "status": 200,
            "request_id": "r-2",
            "sent_bytes": 3,
            "received_bytes": 5,
            "error_code": None,
        },
        common
        | {
            "method": "GET",
            "status": None,
            "request_id": None,
            "sent_bytes": 0,
            "received_bytes": 0,
            "error_code": "Connection",
        },
    ]


def test_a_broken_journal_does_not_lose_the_answer(server, caplog):
    def journal(_entry):
        raise RuntimeError("no disk")

    assert send(server.url, journal).status == 200
    assert "Taking notes" in caplog.text


def test_a_process_has_one_session(monkeypatch):
    mine = shared_session()
    assert shared_session() is mine
    monkeypatch.setattr("amazon.transport.os.getpid", lambda: -1)
    assert shared_session() is not mine
