"""Stages that count items in groups: count, top."""

from collections import Counter
from collections.abc import Sequence
from heapq import nlargest
from operator import attrgetter

from auditql.catalog.kinds import Kind
from auditql.language.query import Apply, Column, Given, Group, Operand, Top
from auditql.plan.codegen import Source
from auditql.plan.matcher import Values, defined
from auditql.plan.shown import Shown
from auditql.results.stages.bound import Bound
from auditql.results.stages.expressions import Expressions
from auditql.results.stages.rows import Cell, Item, Shape, grouped
from auditql.results.stages.sorting import by_key

COUNT = Cell(Column("count", Kind.INTEGER), Shown.PLAIN)
"""The column that `top` and `timeline` give beside their keys."""


class Tally:
    """How many items there are for each combination of keys."""

    def __init__(
        self, keys: Sequence[Given], before: Shape, zone: str, bound: Bound
    ) -> None:
        """Write the keys out."""
        made = Expressions(before, zone)
        text = made.keys([given.source for given in keys])
        run = f"def run(rows):\n return [{text}]\n"
        self._run = defined(Source(run, made.writer.names))
        self._columns = [given.column for given in keys]
        self._bound = bound
        self._are_condensed = before.is_condensed
        self._have_one = not any(_is_many(given.source) for given in keys)
        self.counts: Counter[Values] = Counter()

    def add(self, items: Sequence[Item]) -> None:
        """Count items, each as often as it stands for a record."""
        if self._are_condensed:
            self._add_condensed(items)
        else:
            self.counts.update(self._run(items))
        self._bound.check(len(self.counts))

    def _add_condensed(self, items: Sequence[Item]) -> None:
        counts = self.counts
        times = map(attrgetter("times"), items)
        if self._have_one:
            find = counts.get  # a key is new more often than not
            for key, number in zip(self._run(items), times, strict=True):
                counts[key] = find(key, 0) + number
            return
        for item, number in zip(items, times, strict=True):
            for key in self._run((item,)):
                counts[key] += number

    def in_order(self, times: int = 1) -> list[Values]:
        """Every combination and its number, so many times, in the order of keys."""
        keys = by_key(self.counts, self._columns)
        numbers = map(self.counts.__getitem__, keys)
        if times == 1:
            return [(*key, number) for key, number in zip(keys, numbers, strict=True)]
        return [
            (*key, *[number] * times) for key, number in zip(keys, numbers, strict=True)
        ]

    def most(self, number: int) -> list[Values]:
        """The most frequent combinations, ties in the order of keys."""
        counts = self.counts
        if len(counts) > number:
            least = nlargest(number, counts.values())[-1]
            self.counts = Counter({k: n for k, n in counts.items() if n >= least})
        return sorted(self.in_order(), key=lambda row: -_number(row))[:number]


def _is_many(operand: Operand) -> bool:
    """Whether several values may stand in one record."""
    return (operand.column if isinstance(operand, Apply) else operand).many


def _number(row: Values) -> int:
    number = row[-1]
    assert isinstance(number, int)
    return number


class Counted:
    """`count`: a row for each group, or one in all."""

    is_done = False

    def __init__(self, stage: Group, before: Shape, zone: str, bound: Bound) -> None:
        """Nothing is counted yet."""
        keys = tuple(map(before.given, stage.keys))
        counts = [Cell(a.column, Shown.PLAIN) for a in stage.aggregates]
        self.after = grouped(keys, counts)
        self._times = len(counts)
        self._is_one = not keys
        self._tally = Tally(stage.keys, before, zone, bound)

    def add(self, items: Sequence[Item]) -> Sequence[Item]:
        """Nothing is certain before the last item is in."""
        self._tally.add(items)
        return ()

    def end(self) -> Sequence[Item]:
        """The groups in the order of their keys."""
        if self._is_one and not self._tally.counts:
            return [(0,) * self._times]
        return self._tally.in_order(self._times)


class MostFrequent:
    """`top`: the groups with the highest counts."""

    is_done = False

    def __init__(self, stage: Top, before: Shape, zone: str, bound: Bound) -> None:
        """Nothing is counted yet."""
        keys = tuple(map(before.given, stage.keys))
        self.after = grouped(keys, [COUNT])
        self._number = stage.number
        self._tally = Tally(stage.keys, before, zone, bound)

    def add(self, items: Sequence[Item]) -> Sequence[Item]:
        """Nothing is certain before the last item is in."""
        self._tally.add(items)
        return ()

    def end(self) -> Sequence[Item]:
        """The most frequent groups, the first first."""
        return self._tally.most(self._number)
