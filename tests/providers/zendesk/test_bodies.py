"""A body comes whole or not at all."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Sequence

import pytest

from auditql.providers.zendesk.bodies import whole
from auditql.providers.zendesk.pages import BadPage

TEXT = b'{"audit_logs":[],"meta":{"has_more":false}}' * 50
PACKED = gzip.compress(TEXT)
MOST = 100_000


def read(chunks: Sequence[bytes], encoding: str, most: int = MOST) -> bytes:
    async def stream() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return asyncio.run(whole(stream(), encoding, most))


@pytest.mark.parametrize(
    ("chunks", "encoding"),
    [
        ([TEXT], ""),
        ([TEXT[:7], b"", TEXT[7:]], "identity"),
        ([PACKED], "gzip"),
        ([PACKED], " GZIP "),
        ([PACKED], "x-gzip"),
        ([PACKED[i : i + 1] for i in range(len(PACKED))], "gzip"),
    ],
)
def test_a_whole_body_is_what_was_sent(chunks: list[bytes], encoding: str) -> None:
    """In any pieces."""
    assert TEXT == read(chunks, encoding)


def test_nothing_sent_is_an_empty_body() -> None:
    """Which is no JSON and so no page."""
    assert b"" == read([], "")


@pytest.mark.parametrize("cut", [0, 1, 10, len(PACKED) // 2, len(PACKED) - 1])
def test_compression_that_is_cut_off_is_a_bad_page(cut: int) -> None:
    """Wherever it is cut; HTTP libraries take it for a short body."""
    with pytest.raises(BadPage, match="cut off"):
        read([PACKED[:cut]], "gzip")


@pytest.mark.parametrize(
    ("chunks", "encoding", "said"),
    [
        ([b"no gzip"], "gzip", "broken"),
        ([PACKED[:-8] + b"\0" * 8], "gzip", "broken"),
        ([PACKED + b"x"], "gzip", "follows"),
        ([PACKED, b"x"], "gzip", "follows"),
        ([PACKED + PACKED], "gzip", "follows"),
        ([PACKED], "br", "not asked for"),
        ([PACKED], "gzip, gzip", "not asked for"),
        ([zlib.compress(TEXT)], "deflate", "not asked for"),
        ([b"x" * (MOST + 1)], "", "larger than 100,000 bytes"),
        ([b"x" * 60_000] * 2, "", "larger"),
        ([gzip.compress(b"x" * (MOST + 1))], "gzip", "larger"),
    ],
)
def test_a_body_that_is_not_one_is_a_bad_page(
    chunks: list[bytes], encoding: str, said: str
) -> None:
    """Broken, followed by more, too large, packed in another way."""
    with pytest.raises(BadPage, match=said):
        read(chunks, encoding)


def test_the_bound_itself_is_allowed() -> None:
    """Plain and packed."""
    text = b"x" * MOST
    assert text == read([text], "") == read([gzip.compress(text)], "gzip")


def test_a_bomb_is_stopped_before_it_unfolds() -> None:
    """200 MB in 200 kB cost no more than twice the bound."""
    import tracemalloc

    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(200))
    bomb += packer.flush()
    tracemalloc.start()
    try:
        with pytest.raises(BadPage, match="larger than 1,000,000 bytes"):
            read([bomb], "gzip", 1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()
