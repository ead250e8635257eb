"""Numbers of rows that SQLite strung together, told apart, and what they stand for.

In: texts of numbers, a mirror. Out: what differs and how often it came, and the fields
of records that have those numbers. What is remembered is bounded.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.schema import INTEGERS
from auditql.providers.mirror.sql import chunks

Row = tuple[int, *tuple[str, ...]]
"""How many rows there are, and the numbers of each column behind one another."""

Columns = Sequence[Sequence[str]]
"""What SQLite says of rows, in decimal, a column after another; empty for NULL."""


def told_apart(number: int, *texts: str) -> tuple[Columns, Sequence[int]]:
    """The rows of a chunk: columns of what differs, and how often each came.

    Args:
        number: of rows, at least 1.
        texts: the numbers of a column behind one another, for each.

    Raises:
        ValueError: the columns are not of one length.
    """
    if not texts:
        return (), [number]
    if len(texts) == 1:
        alone = Counter(texts[0].split(","))
        return [list(alone)], list(alone.values())
    found = Counter(zip(*(text.split(",") for text in texts), strict=True))
    return list(zip(*found, strict=True)), list(found.values())


class _Known(dict[str, object]):
    """What the numbers of a column stand for, as far as it is known."""

    def __init__(self, mirror: Mirror, name: str) -> None:
        super().__init__()
        self._mirror = mirror
        self._table = None if name in INTEGERS else f"text_{name}"

    def __missing__(self, number: str) -> object:
        if len(self) >= chunks.CHUNK:
            self.clear()
        found: object = None
        if number:
            code = int(number)
            table = self._table
            found = code if table is None else self._mirror.text(table, code)
        self[number] = found
        return found


class Raws(dict[str | tuple[str, ...], Mapping[str, object]]):
    """The fields that numbers stand for; of one field, its number stands alone."""

    def __init__(self, mirror: Mirror, names: Sequence[str]) -> None:
        """Know nothing yet.

        Args:
            mirror: within a snapshot, whenever something is asked.
            names: of the fields, in the order of the numbers.
        """
        super().__init__()
        self._known = {name: _Known(mirror, name) for name in names}

    def __missing__(self, numbers: str | tuple[str, ...]) -> Mapping[str, object]:
        """Look them up.

        Raises:
            NoText: one of them stands for nothing.
        """
        if len(self) >= chunks.CHUNK:
            self.clear()
        each = (numbers,) if isinstance(numbers, str) else numbers
        pairs = zip(self._known.items(), each, strict=True)
        found = {name: known[number] for (name, known), number in pairs}
        self[numbers] = found
        return found
