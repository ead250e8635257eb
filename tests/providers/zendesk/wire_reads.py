"""What a read over a real socket ends with, and all that its error shows."""

import pickle
import traceback

import pytest
from raw_server import head
from replay import paged, read

from auditql.errors import RunError
from auditql.providers.zendesk.auth import (
    ApiToken,
    Bearer,
    ClientCredentials,
    Credential,
)
from auditql.providers.zendesk.exchange import Bounds
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.providers.zendesk.secret import Secret

CANARY = "canary-5e6f-token"
BOUNDS = Bounds(request_s=4, connect_s=4, silence_s=4, body_bytes=100_000)
PAGE = paged([1]).body


def sized(body: bytes, *lines: str, length: int | None = None, **more: str) -> bytes:
    """An answer of HTTP that says how long it is, or another length."""
    number = len(body) if length is None else length
    return head(f"Content-Length: {number}", *lines, **more) + body


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
