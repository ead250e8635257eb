"""Stages that let items through as they come: where, select, limit, distinct."""

from collections.abc import Callable, Sequence
from typing import Protocol

from auditql.language.query import Distinct, LimitTo, Select, Where
from auditql.plan.codegen import Source
from auditql.plan.matcher import Matcher, RowMatcher, Values, defined
from auditql.results.stages.bound import Bound
from auditql.results.stages.expressions import Expressions
from auditql.results.stages.rows import Item, Shape, grouped


class Step(Protocol):
    """One stage at work.

    Attributes:
        after: the shape of what it gives.
    """

    after: Shape

    @property
    def is_done(self) -> bool:
        """Whether nothing that is added from now on changes what it gives."""
        ...

    def add(self, items: Sequence[Item]) -> Sequence[Item]:
        """Take in items, in order; gives those of its own that are certain now."""
        ...

    def end(self) -> Sequence[Item]:
        """Gives the others, when nothing more comes."""
        ...


class Kept:
    """`where`: the items that pass."""

    is_done = False

    def __init__(self, stage: Where, before: Shape, zone: str) -> None:
        """Make the filter ready."""
        self.after = before
        self._keep: Callable[[Sequence[Item]], Sequence[Item]]
        if before.columns is None:
            self._keep = Matcher(stage.filter, zone).keep  # type: ignore[assignment] # by the shape
        else:
            self._keep = RowMatcher(stage.filter, zone, before.columns).keep  # type: ignore[assignment] # by the shape

    def add(self, items: Sequence[Item]) -> Sequence[Item]:
        """The items that pass."""
        return self._keep(items)

    def end(self) -> Sequence[Item]:
        """Nothing is left."""
        return ()


class Selected:
    """`select`: rows of these columns."""

    is_done = False

    def __init__(self, stage: Select, before: Shape, zone: str) -> None:
        """Write the columns out."""
        self.after = Shape(tuple(map(before.given, stage.columns)), before.is_timed)
        made = Expressions(before, zone)
        values = "".join(f"{made.shown(given.source)}, " for given in stage.columns)
        if before.is_timed:
            values += "r.created_s, r.id" if before.cells is None else "r[-2], r[-1]"
        text = f"def run(rows):\n return [({values}) {made.over}]\n"
        self._run = defined(Source(text, made.writer.names))

    def add(self, items: Sequence[Item]) -> Sequence[Item]:
        """A row for each item."""
        found: list[Values] = self._run(items)
        return found

    def end(self) -> Sequence[Item]:
        """Nothing is left."""
        return ()


class Limited:
    """`limit`: the first items."""

    def __init__(self, stage: LimitTo, before: Shape) -> None:
        """Nothing was given yet."""
        self.after = before
        self._left = stage.number

    @property
    def is_done(self) -> bool:
        """Whether all that is wanted was given."""
        return self._left == 0

    def add(self, items: Sequence[Item]) -> Sequence[Item]:
        """The items, up to the number."""
        given = items[: self._left]
        self._left -= len(given)
        return given

    def end(self) -> Sequence[Item]:
        """Nothing is left."""
        return ()


class Different:
    """`distinct`: each combination of keys where it comes first."""

    is_done = False

    def __init__(self, stage: Distinct, before: Shape, zone: str, bound: Bound) -> None:
        """Write the keys out."""
        self.after = grouped(tuple(map(before.given, stage.keys)), ())
        made = Expressions(before, zone)
        keys = made.keys([given.source for given in stage.keys])
        text = f"def run(rows):\n return [{keys}]\n"
        self._run = defined(Source(text, made.writer.names))
        self._seen: set[Values] = set()
        self._bound = bound

    def add(self, items: Sequence[Item]) -> Sequence[Item]:
        """The combinations that are new."""
        seen = self._seen
        fresh = [key for key in dict.fromkeys(self._run(items)) if key not in seen]
        seen.update(fresh)
        self._bound.check(len(seen))
        return fresh

    def end(self) -> Sequence[Item]:
        """Nothing is left."""
        return ()
