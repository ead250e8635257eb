"""The mark by which the file of a mirror is known, before SQLite opens it.

In: the path of a file. Out: whether it bears the mark; False where none can be read,
for whoever reads it as something else says why.
"""

from pathlib import Path

from auditql.providers.mirror.schema import APPLICATION_ID

# The header of a file of SQLite: https://www.sqlite.org/fileformat.html, 1.3
_MAGIC = b"SQLite format 3\0"
_MARK = slice(68, 72)


def is_mirror(path: Path) -> bool:
    """Whether a file is a mirror, as it says itself."""
    head = _head(path)
    return head.startswith(_MAGIC) and _is_marked(head)


def has_mark(path: Path) -> bool:
    """Whether a file bears the mark of a mirror, however damaged it is."""
    return _is_marked(_head(path))


def _is_marked(head: bytes) -> bool:
    return head[_MARK] == APPLICATION_ID.to_bytes(4, "big")


def _head(path: Path) -> bytes:
    """The first bytes of a file; fewer where there are no more."""
    try:
        with path.open("rb") as file:
            return file.read(_MARK.stop)
    except (OSError, ValueError):
        return b""
