"""Over real sockets: what a network and a hostile service may do to an answer.

Every row ends in an error of the tree within five seconds, never in an empty
answer; the credential goes to the origin, in its header, and nowhere else; and
nothing that a caller can look at shows it.
"""

import asyncio
import gzip
import json
import logging
import time
import traceback
import zlib
from dataclasses import replace

import pytest
from raw_server import Act, drips, head, is_silent, raw_server, resets, sends
from replay import paged, scan
from wire_reads import BOUNDS, CANARY, CREDENTIALS, PAGE, failing, shown, sized

from auditql.errors import (
    ApiError,
    AuthenticationFailed,
    ConnectionFailed,
    RateLimited,
    RunError,
)
from auditql.providers.zendesk.auth import ApiToken
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.providers.zendesk.secret import Secret

pytestmark = pytest.mark.enable_socket

BASIC = ApiToken("ada@example.com", Secret(CANARY, "x")).pair()
SHORT = replace(BOUNDS, request_s=0.1)
SLOW = {"silent", "endless head", "a drip", "a drip without length"}
OF_THE_CLIENT = {"an echo with 200", "an echo with 400", "no record"}

EMPTY = paged([]).body
PACKED = gzip.compress(PAGE)
BOMB = gzip.compress(b" " * 50_000_000)
ECHO = json.dumps({"error": CANARY, "description": f"{BASIC} {CANARY}"}).encode()

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


def test_bombs_are_bombs() -> None:
    """The rows above are what they claim to be."""
    assert len(BOMB) < 100_000 < len(zlib.decompress(BOMB, 31))
    assert len(PAGE) < BOUNDS.body_bytes
