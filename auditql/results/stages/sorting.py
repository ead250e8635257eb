"""Order of items by the keys of a stage: missing last in both directions.

In: pairs of keys and what they belong to. Out: the same, sorted; ties keep their
order. Text is ordered by code point, `action` without its case, addresses by
number with IPv4 first and text that is none last.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from auditql.catalog.kinds import Kind
from auditql.catalog.networks import address
from auditql.language.query import Column, OrderBy
from auditql.plan.codegen import Source
from auditql.plan.matcher import Values, defined
from auditql.results.stages.expressions import Expressions
from auditql.results.stages.pieces import in_pieces
from auditql.results.stages.rows import Item, Shape

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

T = TypeVar("T")
Keyed = tuple[Values, T]
"""Keys, and what is ordered by them."""


def in_order(pairs: Iterable[Keyed[T]], directions: Sequence[bool]) -> list[Keyed[T]]:
    """The pairs in the order of their keys.

    Args:
        pairs: each with one key for each direction, at least.
        directions: whether a key descends, the first counting most.
    """
    return _in_order(list(pairs), directions, _by)


def _in_order(
    rows: list[T],
    directions: Sequence[bool],
    by: "Callable[[int], Callable[[T], SupportsRichComparison]]",
) -> list[T]:
    """Rows in the order of the values that `by` gives of a place."""
    # From the last key to the first: each sort keeps the ties of the one before.
    for place in reversed(range(len(directions))):
        value = by(place)
        held: list[object] = list(map(value, rows))
        missing: list[T] = []
        if None in held:
            missing = [r for r, v in zip(rows, held, strict=True) if v is None]
            rows = [r for r, v in zip(rows, held, strict=True) if v is not None]
        # reverse keeps the order of ties, as a stable sort must.
        rows = in_pieces(rows, value, reverse=directions[place]) + missing
    return rows


def _by(place: int) -> Callable[[Keyed[T]], "SupportsRichComparison"]:
    """What a pair is sorted by: a value of one kind, or None."""

    def value(row: Keyed[T]) -> "SupportsRichComparison":
        return row[0][place]  # type: ignore[return-value] # a number or a text

    return value


def by_key(keys: Iterable[Values], columns: Sequence[Column]) -> list[Values]:
    """Keys of groups in ascending order, missing last."""
    addresses = [i for i, c in enumerate(columns) if c.kind is Kind.ADDRESS]
    if not addresses:
        return _in_order([*keys], [False] * len(columns), itemgetter)
    pairs = [(_numbered(key, addresses), key) for key in keys]
    return [key for _, key in in_order(pairs, [False] * len(columns))]


_NONE = (9, 0)
"""Behind every version and number of an address."""


def _numbered(key: Values, places: Sequence[int]) -> Values:
    """The key with numbers in the places of its addresses."""
    made = list(key)
    for place in places:
        text = made[place]
        if isinstance(text, str):
            found = address(text)
            number = _NONE if found is None else (found.version, int(found))
            made[place] = (*number, text)
    return tuple(made)


class Sorted:
    """`order by`: all items in order, or only the first of them.

    Memory holds at most about twice `most` items where it is given, else all.
    """

    is_done = False

    def __init__(
        self, stage: OrderBy, before: Shape, zone: str, most: int | None
    ) -> None:
        """Write the keys out.

        Args:
            stage: the keys.
            before: the shape of the items.
            zone: name of the zone that days and hours are read in.
            most: items that are wanted; None for all.
        """
        self.after = before
        self._most = most
        self._rows: list[Keyed[Item]] = []
        self._directions = [key.descending for key in stage.keys]
        made = Expressions(before, zone)
        values = "".join(f"{made.first(key.operand)}, " for key in stage.keys)
        text = f"def run(rows):\n return [(({values}), r) {made.over}]\n"
        self._run = defined(Source(text, made.writer.names))

    def add(self, items: Sequence[Item]) -> Sequence[Item]:
        """Nothing is certain before the last item is in."""
        self._rows += self._run(items)
        if self._most is not None and len(self._rows) > 2 * self._most + 1000:
            self._sort()
        return ()

    def end(self) -> Sequence[Item]:
        """The items in order."""
        self._sort()
        found = [item for _, item in self._rows]
        self._rows = []
        return found

    def _sort(self) -> None:
        self._rows = in_order(self._rows, self._directions)[: self._most]
