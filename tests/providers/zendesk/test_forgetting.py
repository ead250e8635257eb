"""What is left of an attempt that failed: nothing."""

import gc

import httpx
import pytest
from replay import Replay, Reply, ids, paged, reader

from auditql.errors import RunError
from auditql.providers.zendesk.exchange import Answer


@pytest.mark.parametrize(
    "failed",
    [
        Reply(502, b"bad gateway", "text/plain"),
        Reply(200, b"<html>", "text/html"),
        Reply(429, b"", "text/plain", {"retry-after": "1"}),
        Reply(200, b"{}", cut=httpx.ReadError("reset")),
    ],
    ids=["failure", "bad page", "limit", "reset"],
)
def test_a_failed_attempt_is_forgotten_at_once(failed: Reply) -> None:
    """No answer and no error outlives it until the garbage collector comes.

    Each would hold a page; a long read in a storm has hundreds of them.
    """
    gc.collect()
    before = kept()
    gc.disable()
    try:
        assert [1] == ids(reader(Replay(failed, failed, paged([1]))))
        assert before == kept()
    finally:
        gc.enable()


def kept() -> list[object]:
    """Every answer and every error of a run that is still in memory."""
    return [o for o in gc.get_objects() if isinstance(o, (Answer, RunError))]
