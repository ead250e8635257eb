"""What the command line knows of an answer before its first row.

In: a plan. Out: the columns that its stages give, which of them can be drawn, and
whether rows come before everything is read. Without stages the rows are records,
and nothing of this is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from auditql.catalog.forms import form
from auditql.language import query
from auditql.plan.plan import Plan

_COUNTS = ("count", "count_distinct")
"""The aggregates that say how many: they can be drawn."""


@form
class Staged:
    """What is known of an answer.

    Attributes:
        columns: that its rows have, in this order; None where rows are records.
        drawn: the column of counts that a table can draw; None for none.
        counts: the columns that are 0 in a row which is there though nothing
            matched: of a count without keys, of a bucket. Empty where a row means
            that something did.
        streams: rows come while records are read; else what is read in part gives
            none, because it would mislead.
    """

    columns: tuple[query.Column, ...] | None
    drawn: str | None
    counts: tuple[str, ...]
    streams: bool

    def is_match(self, row: Mapping[str, object]) -> bool:
        """Whether a row says that something matched."""
        return not self.counts or any(row.get(name) for name in self.counts)


def staged(plan: Plan | None) -> Staged:
    """What is known of a plan's answer; of one record's that is looked up, too."""
    if plan is None:
        return Staged(None, None, (), True)
    streams = all(isinstance(stage, query.STREAMING) for stage in plan.stages)
    found = Staged(None, None, (), streams)
    for stage in plan.stages:
        found = _after(stage, found, plan.query.columns)
    return found


def _after(
    stage: query.Stage, before: Staged, columns: tuple[query.Column, ...]
) -> Staged:
    """What is known behind a stage; `columns` are those of the whole answer."""
    match stage:
        case query.Where() | query.LimitTo() | query.OrderBy():
            return before
        case query.Distinct(keys):
            names = _renamed(keys)
            counts = tuple(names[name] for name in before.counts if name in names)
            return replace(before, columns=columns, drawn=None, counts=counts)
        case query.Select(given):
            names = _renamed(given)
            drawn = None if before.drawn is None else names.get(before.drawn)
            counts = tuple(names[name] for name in before.counts if name in names)
            return replace(before, columns=columns, drawn=drawn, counts=counts)
        case query.Group(keys, aggregates):
            made = [a.column.name for a in aggregates if a.function in _COUNTS]
            drawn = made[0] if made and keys else None
            counts = () if keys else tuple(made)
            return replace(before, columns=columns, drawn=drawn, counts=counts)
        case query.Top():
            return replace(before, columns=columns, drawn="count", counts=())
        case query.Timeline():
            return replace(before, columns=columns, drawn="count", counts=("count",))
        case _:
            assert_never(stage)


def _renamed(given: Sequence[query.Given]) -> Mapping[str, str]:
    """The columns that are given on as they are: their new names by the old ones."""
    sources = ((g.source, g.column.name) for g in given)
    return {s.name: name for s, name in sources if isinstance(s, query.Column)}
