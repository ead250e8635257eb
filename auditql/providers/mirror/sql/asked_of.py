"""What the stages of a plan ask of records: which fields, and of times how much.

In: a plan. Out: what must be known of each record so that the stages up to the first
that groups give what they would give of the whole record; None where that is not said.
"""

from collections.abc import Iterator, Sequence
from math import gcd
from typing import assert_never

from auditql.catalog.buckets import Buckets, buckets
from auditql.catalog.civil import DAY_S, clock_of
from auditql.catalog.fields import BY_NAME, SEARCHED
from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind
from auditql.language import query
from auditql.plan.model import Interval
from auditql.plan.plan import Plan

_QUARTER_S = 900


@form
class Asked:
    """What is asked of records.

    Attributes:
        fields: names of stored fields but id and time, each once.
        takes_id: the id is asked for.
        takes_order: the order of records can be seen in the answer.
        times: functions of the time that are asked for; None where the second is.
    """

    fields: tuple[str, ...]
    takes_id: bool
    takes_order: bool
    times: tuple[query.Apply, ...] | None


def asked_of(plan: Plan, *, with_filter: bool) -> Asked | None:
    """What a plan's stages ask of records; None where they are not grouped.

    Args:
        plan: any.
        with_filter: its filter is still to be checked.
    """
    if plan.limit is not None or plan.offset or plan.query.page is not None:
        return None
    operands: list[query.Operand] = []
    if with_filter:
        operands += _of_filter(plan.query.filter)
    for stage in plan.stages:
        if not isinstance(stage, query.Where):
            return _grouped(stage, operands, is_plain=plan.descending and not plan.sort)
        operands += _of_filter(stage.filter)
    return None


def _grouped(
    stage: query.Stage, operands: list[query.Operand], *, is_plain: bool
) -> Asked | None:
    """What the first stage that is no `where` asks, and those before it.

    Args:
        stage: it.
        operands: of those before.
        is_plain: records come newest first.
    """
    match stage:
        case query.Group(keys, aggregates):
            operands += [a.operand for a in aggregates if a.operand is not None]
            has_ends = any(a.function in ("first", "last") for a in aggregates)
            return _asked([*operands, *_sources(keys)], takes_id=has_ends)
        case query.Top(_, keys):
            return _asked([*operands, *_sources(keys)])
        case query.Distinct(keys):
            asked = _asked([*operands, *_sources(keys)], takes_order=True)
            return asked if is_plain else None
        case query.Timeline(step, time, keys):
            operands.append(query.Apply("bin", time, Kind.TIME, step))
            return _asked([*operands, *_sources(keys)])
        case query.Select() | query.OrderBy() | query.LimitTo() | query.Where():
            return None
        case _:
            assert_never(stage)


def _sources(keys: Sequence[query.Given]) -> list[query.Operand]:
    return [key.source for key in keys]


def _asked(
    operands: Sequence[query.Operand],
    *,
    takes_id: bool = False,
    takes_order: bool = False,
) -> Asked | None:
    """What operands ask; with `takes_id` of the time and the id as well."""
    fields: dict[str, None] = {}
    times: list[query.Apply] | None = None if takes_id else []
    for operand in operands:
        column = operand.column if isinstance(operand, query.Apply) else operand
        name = BY_NAME[column.name].derived_from or column.name
        if name == "url":
            return None
        if name == "id":
            takes_id = True
        elif name != "created_at":
            fields[name] = None
        elif isinstance(operand, query.Column):
            times = None
        elif times is not None and operand not in times:
            times.append(operand)
    found = None if times is None else tuple(times)
    return Asked(tuple(fields), takes_id, takes_order, found)


def _of_filter(filter_: query.Filter) -> Iterator[query.Operand]:
    """The operands of the tests of a filter."""
    waiting = [filter_]
    while waiting:
        node = waiting.pop()
        match node:
            case query.And(terms) | query.Or(terms):
                waiting.extend(terms)
            case query.Not(term):
                waiting.append(term)
            case query.Search():
                for stored in SEARCHED:
                    yield query.Column(stored.name, stored.kind)
            case _:
                yield node.operand


class Grain:
    """Stretches of time within which every function that is asked for is the same.

    Attributes:
        length_s: of a stretch; each begins at a multiple of it in UTC.
        longest_s: of a stretch that begins at a multiple of it by the zone's clock.
    """

    def __init__(self, asked: Asked, zone: str) -> None:
        """Find the longest stretches that may do.

        In a zone other than UTC a stretch may turn out not to do: `holds` says, and
        `stretch`.
        """
        self._clock = clock_of(zone)
        self._is_utc = zone == "UTC"
        self._buckets: list[Buckets] = []
        self._asks_hour = False
        lengths = [1] if asked.times is None else [_length(f) for f in asked.times]
        if asked.times is not None:
            for function in asked.times:
                length = function.length
                if length is not None:
                    self._buckets.append(buckets(length.count, length.unit, zone))
            self._asks_hour = any(f.function == "hour" for f in asked.times)
        self.longest_s = gcd(*lengths) or DAY_S
        self.length_s = self.longest_s
        if not self._is_utc and asked.times:
            self.length_s = gcd(self.longest_s, _QUARTER_S)

    def holds(self, stretch: int) -> bool:
        """Whether the functions are the same within a stretch, counted from 1970."""
        first = stretch * self.length_s
        return self._are_same(first, first + self.length_s - 1)

    def stretch(self, second: int) -> Interval | None:
        """The longest stretch that a second lies in; None where it does not do."""
        length_s = self.longest_s
        first = second - (second + self._clock.offset(second)) % length_s
        if not self._are_same(first, first + length_s - 1):
            return None
        return Interval(first, first + length_s)

    def _are_same(self, first: int, last: int) -> bool:
        """Whether the functions are from a second to another, a day at most.

        The clock is that of the first throughout where it is at the last, as for
        whoever asks `civil`; days and buckets never go back as time goes on.
        """
        if self._is_utc or first == last:
            return True
        clock = self._clock
        return (
            clock.offset(first) == clock.offset(last)
            and clock.day(first) == clock.day(last)
            and (not self._asks_hour or clock.hour(first) == clock.hour(last))
            and all(made.start(first) == made.start(last) for made in self._buckets)
        )


def _length(function: query.Apply) -> int:
    """Seconds between instants at which a function changes in UTC, at most."""
    match function.function:
        case "hour":
            return 3600
        case "date" | "month" | "weekday":
            return DAY_S
        case "bin":
            length = function.length
            assert length is not None, function
            seconds = length.unit.seconds
            if seconds is None:
                return DAY_S
            return gcd(length.count * seconds, DAY_S)
        case unknown:
            raise AssertionError(f"no function of a time: {unknown!r}")
