"""Over real sockets: what a network and a hostile service may do to an answer.

Every row ends in an error of the tree within five seconds, never in an empty
answer; the credential goes to the origin, in its header, and nowhere else; and
nothing that a caller can look at shows it.
"""

import asyncio
import gzip
import json
import logging
import pickle
import shutil
import ssl
import subprocess
import time
import traceback
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from raw_server import Act, drips, head, is_silent, raw_server, resets, sends
from replay import paged, read, scan

from auditql.errors import (
    ApiError,
    AuthenticationFailed,
    ConnectionFailed,
    RateLimited,
    RunError,
)
from auditql.providers.zendesk.auth import (
    ApiToken,
    Bearer,
    ClientCredentials,
    Credential,
)
from auditql.providers.zendesk.exchange import Bounds
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.providers.zendesk.secret import Secret

pytestmark = pytest.mark.enable_socket

CANARY = "canary-5e6f-token"
BASIC = ApiToken("ada@example.com", Secret(CANARY, "x")).pair()
BOUNDS = Bounds(request_s=4, connect_s=4, silence_s=4, body_bytes=100_000)
SHORT = replace(BOUNDS, request_s=0.1)
SLOW = {"silent", "endless head", "a drip", "a drip without length"}
OF_THE_CLIENT = {"an echo with 200", "an echo with 400", "no record"}

PAGE = paged([1]).body
EMPTY = paged([]).body
PACKED = gzip.compress(PAGE)
BOMB = gzip.compress(b" " * 50_000_000)
ECHO = json.dumps({"error": CANARY, "description": f"{BASIC} {CANARY}"}).encode()


def sized(body: bytes, *lines: str, length: int | None = None, **more: str) -> bytes:
    number = len(body) if length is None else length
    return head(f"Content-Length: {number}", *lines, **more) + body


CHUNKED = head("Transfer-Encoding: chunked") + b"%x\r\n" % len(PAGE)
GZIP = "Content-Encoding: gzip"

ROWS: dict[str, tuple[Act, type[RunError]]] = {
    "closed at once": (sends(), ConnectionFailed),
    "reset at once": (resets(), ConnectionFailed),
    "silent": (is_silent, ConnectionFailed),
    "garbage": (sends(b"\x00\xff" * 500 + b"\r\n\r\n"), ConnectionFailed),
    "another protocol": (sends(b"SSH-2.0-OpenSSH_9.6\r\n"), ConnectionFailed),
    "cut in its head": (sends(head()[:-9]), ConnectionFailed),
    "endless head": (drips(b"HTTP/1.1 200 OK\r\n", b"X-Fill: 1\r\n"), ConnectionFailed),
    "reset in its body": (resets(sized(PAGE[:20], length=len(PAGE))), ConnectionFailed),
    "closed in its body": (sends(sized(PAGE[:20], length=len(PAGE))), ConnectionFailed),
    "one byte short": (sends(sized(PAGE[:-1], length=len(PAGE))), ConnectionFailed),
    "a drip": (drips(sized(b"", length=10**6), b" "), ConnectionFailed),
    "a drip without length": (drips(head(), b" "), ConnectionFailed),
    "cut in a chunk": (sends(CHUNKED + PAGE[:20]), ConnectionFailed),
    "cut between chunks": (sends(CHUNKED + PAGE + b"\r\n"), ConnectionFailed),
    "chunks of garbage": (sends(CHUNKED[:-9] + b"zz\r\n" + PAGE), ConnectionFailed),
    "short without length": (sends(head() + PAGE[:-1]), ApiError),
    "nothing without length": (sends(head()), ApiError),
    "gzip cut": (sends(sized(PACKED[:-9], GZIP)), ApiError),
    "gzip cut without length": (sends(head(GZIP) + PACKED[:-1]), ApiError),
    "gzip that is none": (sends(sized(PAGE, GZIP)), ApiError),
    "a bomb": (sends(sized(BOMB, GZIP)), ApiError),
    "brotli": (sends(sized(PAGE, "Content-Encoding: br")), ApiError),
    "too large": (sends(sized(PAGE + b" " * 200_000)), ApiError),
    "empty body": (sends(sized(b"")), ApiError),
    "no content type": (sends(sized(PAGE, kind="")), ApiError),
    "another content type": (sends(sized(EMPTY, kind="text/plain")), ApiError),
    "HTML": (sends(sized(b"<html>busy</html>", kind="text/html")), ApiError),
    "HTML called JSON": (sends(sized(b"<html>busy</html>")), ApiError),
    "HTML with 503": (
        sends(sized(b"<html>", status="503 Busy", kind="text/html")),
        ApiError,
    ),
    "an echo with 500": (sends(sized(ECHO, status="500 Oh")), ApiError),
    "an echo with 400": (sends(sized(ECHO, status="400 No")), ApiError),
    "an echo with 401": (sends(sized(ECHO, status="401 No")), AuthenticationFailed),
    "an echo with 403": (sends(sized(ECHO, status="403 No")), AuthenticationFailed),
    "an echo with 200": (sends(sized(ECHO)), ApiError),
    "an echo as its type": (sends(sized(PAGE, kind=f"text/{CANARY}")), ApiError),
    "an echo as its packing": (
        sends(sized(PAGE, f"Content-Encoding: {CANARY}")),
        ApiError,
    ),
    "a wait of hours": (
        sends(sized(b"", "Retry-After: 9999", status="429 Slow")),
        RateLimited,
    ),
    "no record": (
        sends(sized(b'{"error":"RecordNotFound"}', status="404 No")),
        ApiError,
    ),
    "nothing with 204": (sends(head(status="204 None")), ApiError),
    "switching": (sends(head("Upgrade: x", status="101 Go")), ConnectionFailed),
}  # fmt: skip

CREDENTIALS: dict[str, Credential] = {
    "bearer": Bearer(Secret(CANARY, "x")),
    "pair": ApiToken("ada@example.com", Secret(CANARY, "x")),
    "client": ClientCredentials("auditor", Secret(CANARY, "x")),
}


async def at_once(_seconds: float) -> None:
    """Wait for nothing."""


def failing(url: str, credential: Credential, bounds: Bounds = BOUNDS) -> RunError:
    """The error that a read ends with; the test fails where it gives an answer."""
    # One cursor: what is asked, and how often, is told exactly here.
    found = ZendeskReader(url, credential, sleep=at_once, bounds=bounds, concurrency=1)
    with pytest.raises(RunError) as caught:
        read(found)
    return caught.value


def shown(error: BaseException) -> str:
    """All that a caller, a log or a pickle may show of an error."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [
        f"{f.filename}:{f.name}:{f.locals}"
        for f in report.stack
        if "/tests/" not in f.filename
    ]
    assert any("auditql" in f for f in frames)
    assert error.__cause__ is None
    assert error.__context__ is None
    return "\n".join(
        [str(error), repr(error), repr(vars(error)), repr(pickle.dumps(error)), *frames]
    )


@pytest.mark.parametrize("kind", list(CREDENTIALS))
@pytest.mark.parametrize("name", list(ROWS))
def test_a_broken_answer_is_an_error_that_shows_no_credential(
    name: str, kind: str, caplog
) -> None:
    """Within five seconds; logs at DEBUG, variables and pickles searched."""
    act, expected = ROWS[name]
    if kind == "client" and name in OF_THE_CLIENT:
        expected = AuthenticationFailed
    caplog.set_level(logging.DEBUG)
    begun = time.monotonic()
    with raw_server(act) as server:
        error = failing(
            server.url, CREDENTIALS[kind], SHORT if name in SLOW else BOUNDS
        )
    assert time.monotonic() - begun < 5
    assert expected is type(error)
    assert caplog.records
    for text in (shown(error), *(r.getMessage() for r in _ours(caplog))):
        for secret in CREDENTIALS[kind].secrets:
            assert secret.reveal() not in text
    assert 1 <= server.connections <= 5
    for request in server.received:
        first, *lines = request.split(b"\r\n")
        proofs = [line for line in lines if line.lower().startswith(b"authorization")]
        assert CANARY.encode() not in first
        assert (kind == "client") == (not proofs)


@pytest.mark.parametrize("kind", list(CREDENTIALS))
@pytest.mark.parametrize(
    "act", [is_silent, drips(head(), b" ")], ids=["silent", "drip"]
)
def test_a_read_that_is_cancelled_shows_no_credential(act: Act, kind: str) -> None:
    """Nor do the variables of httpx and httpcore, on any link of the chain."""

    async def work() -> None:
        async with ZendeskReader(server.url, CREDENTIALS[kind]) as found:
            async with asyncio.timeout(0.1):
                async for _ in found.pages(scan()):
                    pass

    with raw_server(act) as server, pytest.raises(TimeoutError) as caught:
        asyncio.run(work())
    link: BaseException | None = caught.value
    frames: list[str] = []
    while link is not None:
        report = traceback.TracebackException.from_exception(link, capture_locals=True)
        frames += [str(f.locals) for f in report.stack if "/tests/" not in f.filename]
        link = link.__cause__ or link.__context__
    assert len(frames) > 5
    for secret in CREDENTIALS[kind].secrets:
        assert secret.reveal() not in "".join(frames)


def _ours(caplog) -> list[logging.LogRecord]:
    """Log records but httpcore's of received headers, which repeat the service."""
    return [
        r for r in caplog.records if "receive_response_headers" not in r.getMessage()
    ]


def test_a_later_page_that_breaks_is_an_error_with_its_request_id() -> None:
    """After a first page that was whole; a cut is tried again at its cursor."""
    first = paged([1, 2], "c1").body
    asked = 0

    def act(connection) -> None:
        nonlocal asked
        asked += 1
        answer = sends(sized(first))
        (answer if asked == 1 else sends(sized(PAGE[:20], length=500)))(connection)

    with raw_server(act) as server:
        error = failing(server.url, CREDENTIALS["bearer"])
    assert (200, "raw-1") == (error.status, error.request_id)
    assert [b"page%5Bafter%5D=c1" in r.split(b"\r\n")[0] for r in server.received] == [
        False
    ] + [True] * 5


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"]
)
@pytest.mark.parametrize("kind", list(CREDENTIALS))
def test_a_redirect_is_never_followed(status: str, kind: str) -> None:
    """The evil listener sees no connection at all."""
    with raw_server(sends(sized(PAGE))) as evil:
        to_evil = f"Location: {evil.url}/api/v2/audit_logs"
        with raw_server(sends(sized(b"", to_evil, status=status))) as server:
            error = failing(server.url, CREDENTIALS[kind])
        assert 0 == evil.connections
    assert "not followed" in str(error)
    assert 1 == server.connections


def test_links_of_a_body_are_never_followed() -> None:
    """Every link leads to the evil listener; the next page comes from the origin."""
    with raw_server(sends(sized(PAGE))) as evil:
        links = {"next": f"{evil.url}/api/v2/audit_logs", "prev": evil.url}
        pages = iter(
            [
                paged([1], "c1", links=links, next_page=evil.url, url=evil.url).body,
                paged([2], links=links).body,
            ]
        )

        def act(connection) -> None:
            refresh = (
                f"Refresh: 0; url={evil.url}",
                f"Link: <{evil.url}>; rel=next",
            )
            sends(sized(next(pages), *refresh))(connection)

        with raw_server(act) as server:
            found = read(
                ZendeskReader(
                    server.url, CREDENTIALS["bearer"], bounds=BOUNDS, concurrency=1
                )
            )
        assert 0 == evil.connections
    assert [1, 2] == [record.id for record in found]
    assert 2 == len(server.received)


def test_neither_environment_nor_netrc_leads_elsewhere(monkeypatch, tmp_path) -> None:
    """Proxies of the environment see nothing, and no credential but ours is sent."""
    with raw_server(sends(sized(PAGE))) as evil:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, evil.url)
            monkeypatch.setenv(name.lower(), evil.url)
        netrc = tmp_path / "netrc"
        netrc.write_text("default login evil password evil\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        with raw_server(sends(sized(PAGE))) as server:
            found = read(ZendeskReader(server.url, bounds=BOUNDS))
        assert 0 == evil.connections
    assert [1] == [record.id for record in found]
    assert b"authorization" not in server.received[0].lower()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate and its key that nobody vouches for."""
    path = tmp_path_factory.mktemp("tls") / "self.pem"
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    made = subprocess.run(
        [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", f"{path}", "-out", f"{path}.crt"],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl cannot make a certificate here")
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


def test_a_certificate_that_nobody_vouches_for_is_refused(
    certificate, monkeypatch, tmp_path
) -> None:
    """Whatever the environment says of authorities; nothing of the request leaves."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with raw_server(sends(sized(PAGE)), context) as server:
        error = failing(server.url.replace("http:", "https:"), CREDENTIALS["bearer"])
    assert type(error) is ConnectionFailed
    assert CANARY not in shown(error)
    assert [] == server.received
    assert not (tmp_path / "keys").exists()


def test_bombs_are_bombs() -> None:
    """The rows above are what they claim to be."""
    assert len(BOMB) < 100_000 < len(zlib.decompress(BOMB, 31))
    assert len(PAGE) < BOUNDS.body_bytes
