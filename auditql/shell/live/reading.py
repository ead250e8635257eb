"""The last few texts as the grammar reads them, each read once.

A text is coloured, checked and asked about again at every redraw; all of them
start from here.
"""

from functools import lru_cache

from auditql.language.parser import Reading, read

LONG = 65_536
"""Characters from which on a text is neither coloured nor planned while it is typed."""

_KEPT = 16  # texts; a reading holds the tree of its text


@lru_cache(maxsize=_KEPT)
def reading_of(text: str) -> Reading:
    """How far the grammar reads a text."""
    return read(text)
