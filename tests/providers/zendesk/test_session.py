"""Refusals, failures and credentials: what is sent again, when, and how it ends."""

import asyncio

import httpx
import pytest
from replay import BASE, ID, Replay, Reply, World, ids, paged, reader, said

from auditql.emulator import AsyncEmulatorTransport, Emulator, Settings
from auditql.emulator.settings import ApiTokenAuth, BearerAuth
from auditql.errors import ApiError, AuthenticationFailed, ConnectionFailed, RunError
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.auth import ApiToken, Bearer, NoCredential
from auditql.providers.zendesk.exchange import Bounds
from auditql.providers.zendesk.origin import of_base_url
from auditql.providers.zendesk.secret import Secret
from auditql.providers.zendesk.session import Seams, Session

FORBIDDEN = {"error": {"title": "Forbidden", "message": "You do not have access"}}


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (
            said(400, {"error": "InvalidValue", "description": "no"}),
            ApiError,
            "InvalidValue: no",
        ),
        (
            said(401, {"error": "Couldn't authenticate you"}),
            AuthenticationFailed,
            "Couldn't",
        ),
        (said(403, FORBIDDEN), AuthenticationFailed, "admin of an Enterprise plan"),
        (
            Reply(403, b"missing the following required scopes: read", "text/plain"),
            AuthenticationFailed,
            "auditlogs:read",
        ),
        (
            said(404, {"error": "InvalidEndpoint"}),
            ApiError,
            "no audit log at that address",
        ),
        (said(422, {"error": "RecordInvalid"}), ApiError, "RecordInvalid"),
        (
            Reply(301, headers={"location": "https://evil.example/"}),
            ApiError,
            "not followed",
        ),
        (
            Reply(302, headers={"location": f"{BASE}/api/v2/audit_logs"}),
            ApiError,
            "not followed",
        ),
        (Reply(204), ApiError, r"\(204\)"),
        (Reply(206, paged([1]).body), ApiError, r"\(206\)"),
    ],
)
def test_a_refusal_is_an_error_after_one_request(
    reply: Reply, kind: type, words: str
) -> None:
    """Nothing is hammered; the status and the request id are told."""
    replay = Replay(reply)
    with pytest.raises(kind, match=words) as caught:
        ids(reader(replay))
    assert 1 == len(replay.requests)
    assert (reply.status, f"{ID}1") == (caught.value.status, caught.value.request_id)


@pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504])
def test_a_failure_is_waited_out(status: int) -> None:
    """Twice it fails, then it is well: half a second, a second."""
    world = World()
    assert [1] == ids(reader(Replay(Reply(status), Reply(status), paged([1])), world))
    assert [0.5, 1.0] == world.waits


def test_a_failure_that_stays_is_an_error_with_the_request_id() -> None:
    """Five attempts; what the service said is shown, HTML is not."""
    replay = Replay(*[Reply(500)] * 4, said(502, {"error": "Down"}))
    with pytest.raises(
        ApiError,
        match=r"^after 5 attempts: the service failed \(502\) — it says: Down$",
    ) as caught:
        ids(reader(replay))
    assert (502, f"{ID}5", 5) == (
        caught.value.status,
        caught.value.request_id,
        len(replay.requests),
    )
    html = Replay(Reply(503, b"<html>cf-ray</html>", "text/html"))
    with pytest.raises(ApiError, match=r"failed \(503\)$"):
        ids(reader(html))


def test_a_failure_may_name_its_wait() -> None:
    """A 503 with Retry-After is obeyed."""
    world = World()
    replay = Replay(Reply(503, headers={"retry-after": "17"}), paged([1]))
    assert [1] == ids(reader(replay, world))
    assert [17.0] == world.waits


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("x"),
        httpx.ConnectTimeout("x"),
        httpx.ReadTimeout("x"),
        httpx.ReadError("x"),
        httpx.RemoteProtocolError("x"),
        httpx.DecodingError("x"),
        OSError("x"),
    ],
)
def test_a_connection_that_fails_is_tried_again(error: Exception) -> None:
    """Before an answer or in the middle of one."""
    half = Reply(body=paged([1]).body[:9], cut=error)
    replay = Replay(error, half, paged([1]))
    assert [1] == ids(reader(replay))
    with pytest.raises(
        ConnectionFailed,
        match=rf"^after 5 attempts: {BASE}: .*\({type(error).__name__}\)$",
    ) as caught:
        ids(reader(Replay(half)))
    assert (200, f"{ID}5") == (caught.value.status, caught.value.request_id)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    """The bound is on the whole exchange, not on each read."""

    class Drip(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, stream=Endless())

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self):
            while True:
                await asyncio.sleep(0.001)
                yield b" "

    with pytest.raises(ConnectionFailed, match=r"no whole answer within 0.05 s"):
        ids(reader(Drip(), bounds=Bounds(request_s=0.05)))


def test_an_answer_that_is_too_large_is_given_up() -> None:
    """By the decompressed size."""
    with pytest.raises(ApiError, match="larger than 10 bytes"):
        ids(reader(Replay(paged([1])), bounds=Bounds(body_bytes=10)))


@pytest.mark.parametrize(
    ("credential", "proof"),
    [
        (None, None),
        (Bearer(Secret("canary", "x")), "Bearer canary"),
        (ApiToken("a@b.c", Secret("canary", "x")), "Basic YUBiLmMvdG9rZW46Y2FuYXJ5"),
    ],
)
def test_a_credential_stands_in_its_header(credential, proof: str | None) -> None:
    """On every page; nowhere else in the request."""
    replay = Replay(paged([1], "a"), paged([2]))
    ids(reader(replay, credential=credential))
    assert [proof] * 2 == replay.proofs
    assert not [r for r in replay.requests if "canary" in str(r.url)]


@pytest.mark.parametrize(
    ("credential", "auth", "words"),
    [
        (Bearer(Secret("wrong", "x")), BearerAuth(("right",)), "30 minutes"),
        (
            ApiToken("a@b.c", Secret("wrong", "x")),
            ApiTokenAuth("a@b.c", "right"),
            "idle for 30 days.*2027-04-30",
        ),
        (None, BearerAuth(("right",)), "none was sent"),
    ],
)
def test_a_credential_that_is_refused_is_tried_once(
    credential, auth, words: str
) -> None:
    """And the error says what may be wrong with one of its kind."""
    emulator = Emulator([], Settings(auth=auth))
    with pytest.raises(AuthenticationFailed, match=words) as caught:
        ids(reader(AsyncEmulatorTransport(emulator), credential=credential))
    assert 1 == len(emulator.requests)
    assert 401 == caught.value.status


def test_plan_or_role_is_a_403() -> None:
    """The emulator's body is the recorded one."""
    emulator = Emulator([], Settings(admits=False))
    with pytest.raises(AuthenticationFailed, match="admin of an Enterprise plan"):
        ids(reader(AsyncEmulatorTransport(emulator)))
    assert 1 == len(emulator.requests)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_what_the_service_repeats_of_a_secret_is_masked(status: int) -> None:
    """In bodies, in the request id, in the content type."""
    echo = "canary-7f/x"
    reply = Reply(
        status,
        f"<{echo}".encode()[1:] * 40,
        f"text/{echo}",
        {"x-request-id": f"r-{echo}-1", "retry-after": "9999"},
    )
    with pytest.raises(RunError) as caught:
        ids(reader(Replay(reply), credential=Bearer(Secret(echo, "x"))))
    assert "canary" not in str(caught.value)
    assert "r-…-1" == caught.value.request_id or "r--1" == caught.value.request_id


def test_a_session_is_closed_with_its_context() -> None:
    """The transport that was handed in, too."""

    class Closing(Replay):
        closed = 0

        async def aclose(self) -> None:
            self.closed += 1

    transport = Closing(paged([]))

    async def work() -> None:
        async with Session(
            of_base_url(BASE), NoCredential(), Statistics(), Seams(transport)
        ):
            pass

    asyncio.run(work())
    assert 1 == transport.closed
