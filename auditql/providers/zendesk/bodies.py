"""The whole body of an answer, or what is wrong with it.

In: the bytes as they come off the wire and how they are compressed. Out: all
of them, decompressed within a bound, or BadPage. Decompressed here, because
HTTP libraries take a stream that is cut off for a short one.
"""

import zlib
from collections.abc import AsyncIterable

from auditql.providers.zendesk.pages import BadPage

ENCODING = "gzip"
"""The one compression that is asked for."""

_GZIP = 16 + zlib.MAX_WBITS
_IDENTITY = frozenset({"", "identity"})


async def whole(chunks: AsyncIterable[bytes], encoding: str, most_bytes: int) -> bytes:
    """The body of an answer, decompressed.

    Args:
        chunks: the bytes as received.
        encoding: the Content-Encoding; empty for none.
        most_bytes: bound on the decompressed body; memory stays below twice that.

    Raises:
        BadPage: larger than the bound, cut off, followed by more than its
            compressed stream, or compressed in another way than was asked.
    """
    encoding = encoding.strip().lower()
    if encoding not in {"gzip", "x-gzip", *_IDENTITY}:
        raise BadPage("the answer is compressed in a way that was not asked for")
    unpack = None if encoding in _IDENTITY else zlib.decompressobj(_GZIP)
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        try:
            part = chunk if unpack is None else unpack.decompress(chunk, most_bytes)
        except zlib.error:
            raise BadPage("the answer's compression is broken") from None
        size += len(part)
        if size > most_bytes or (unpack is not None and unpack.unconsumed_tail):
            raise BadPage(f"the answer is larger than {most_bytes:,} bytes")
        if unpack is not None and unpack.unused_data:
            raise BadPage("something follows the answer's compressed body")
        parts.append(part)
    if unpack is not None and not unpack.eof:
        raise BadPage("the answer's compression is cut off")
    return b"".join(parts)
