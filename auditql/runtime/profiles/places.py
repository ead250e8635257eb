"""Where in a TOML text a key stands, which tomllib does not tell.

In: a text that parses, and the keys from the top down. Out: a line. It is
found by parsing beginnings of the text: the line that ends the first of them
that has the key.
"""

import tomllib
from collections.abc import Sequence

_MOST_TRIES = 200


def line_of(text: str, path: Sequence[str]) -> int | None:
    """The line, from 1, on which a key stands; None where it cannot be told.

    Args:
        text: the whole text.
        path: such as `("profiles", "acme", "tz")`.
    """
    lines = text.splitlines()
    tries = 0
    for begin, line in enumerate(lines):
        if path[-1] not in line:
            continue
        # A value may go on for lines: only then is the beginning no TOML yet.
        for end in range(begin + 1, len(lines) + 1):
            tries += 1
            if tries > _MOST_TRIES:
                return None
            try:
                found = tomllib.loads("\n".join(lines[:end]))
            except ValueError:
                continue
            if _has(found, path):
                return begin + 1
            break
    return None


def _has(table: object, path: Sequence[str]) -> bool:
    for key in path:
        if not isinstance(table, dict) or key not in table:
            return False
        table = table[key]
    return True
