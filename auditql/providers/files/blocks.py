"""Bytes to blocks of whole lines.

In: pieces of a file. Out: blocks, each of whole lines with a line feed behind
each, also behind a last one that has none. A line that is too long is left
out and its place kept, and no more of it is held than is allowed.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from auditql.catalog.forms import form

MOST_LINE = 64 * 1024 * 1024
"""Longest line that is read, in bytes: a page of the API may be one."""

_MARK = b"\xef\xbb\xbf"


@form
class Block:
    """Some whole lines.

    Attributes:
        content: their bytes.
        start: where they begin, in bytes from the beginning.
        is_long: it stands for one line that is longer than is read, left out.
    """

    content: bytes
    start: int
    is_long: bool = False


async def blocks(
    pieces: AsyncGenerator[bytes, None], most_line: int = MOST_LINE
) -> AsyncGenerator[Block, None]:
    """The blocks of a file; a byte order mark before the first is left out.

    Args:
        pieces: of the file.
        most_line: bytes of the longest line that is read.
    """
    held: list[bytes] = []
    size, start, is_first, skips = 0, 0, True, False
    async with aclosing(pieces):
        async for piece in pieces:
            if is_first and piece.startswith(_MARK):
                piece, start = piece[len(_MARK) :], len(_MARK)
            is_first = False
            if skips:
                cut = piece.find(b"\n") + 1
                start += cut or len(piece)
                skips = not cut
                piece = piece[cut:] if cut else b""
            end = piece.rfind(b"\n") + 1
            if end:
                content = b"".join((*held, piece[:end]))
                yield Block(content, start)
                start += len(content)
                held, size = [], 0
                piece = piece[end:]
            if piece:
                held.append(piece)
                size += len(piece)
            if size > most_line:
                yield Block(b"", start, is_long=True)
                start += size
                held, size, skips = [], 0, True
    if held:
        yield Block(b"".join((*held, b"\n")), start)
