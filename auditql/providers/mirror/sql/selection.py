"""Which rows of a mirror are read for a scan, and in which way.

In: what must hold of rows, an open mirror. Out: statements. The rows of one action have
an index of their own in the order of answers, so a few actions are read each by its
own, and SQLite merges them; all else is read in the order of time.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address

from auditql.catalog.fields import BY_NAME
from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind
from auditql.language import query
from auditql.plan.buckets_to_ranges import buckets_to_ranges
from auditql.plan.intervals import intersection
from auditql.plan.model import ALWAYS, Box, Interval, Value
from auditql.providers.mirror.sql.calls import Calls
from auditql.providers.mirror.sql.filters import where
from auditql.providers.mirror.sql.numbers import TIME
from auditql.providers.mirror.sql.pieces import Param

MOST_ACTIONS = 6
"""Actions that are read each by its own."""

FEW = 20_000
"""Rows of which the texts are tested one by one, as they are met."""

EARLIEST_S, LATEST_S = -(1 << 40), 1 << 40
"""Before and behind every time of a record."""

Bound = tuple[str, tuple[Param, ...]]
"""A condition and its parameters."""


@form
class Selection:
    """What is read of `record`, in whatever time.

    Attributes:
        codes: of actions, each read by its own, none for nothing at all; None where
            all rows are read in the order of time.
        eager: the rest of the condition, each text of a dictionary tested at once.
        lazy: the same, each text tested where a record has it.
        created: the time that all of it lies in; bounds of SQL are best said once.
        is_exact: whatever is read passes the filter.
    """

    codes: tuple[int, ...] | None
    created: Interval
    eager: Bound
    lazy: Bound
    is_exact: bool

    @property
    def asks_texts(self) -> bool:
        """Whether it makes a difference where texts are tested."""
        return self.eager != self.lazy

    def statement(
        self, columns: str, created: Interval, *, descending: bool, is_lazy: bool
    ) -> tuple[str, list[Param]]:
        """SQL that selects columns in the order of answers, and its parameters.

        Args:
            columns: what to select; the first three are time, id and variant.
            created: the time that is read.
            descending: newest first.
            is_lazy: for few rows.
        """
        params: list[Param] = []
        texts = []
        text, given = self.lazy if is_lazy else self.eager
        for condition, more in self.arms(created):
            where_ = f"{condition} AND {text}"
            texts.append(f"SELECT {columns} FROM record WHERE {where_}")  # noqa: S608 - nothing that a person wrote
            params += (*more, *given)
        if not texts:
            return "SELECT 1 WHERE 0", []
        order = f"1 {'DESC' if descending else 'ASC'}, 2, 3"
        return f"{' UNION ALL '.join(texts)} ORDER BY {order}", params

    def arms(self, created: Interval) -> list[Bound]:
        """Conditions on the action and the time; a row meets one of them at most."""
        time = f"{TIME} >= ? AND {TIME} < ?"
        start, end = self.within(created)
        if self.codes is None:
            return [(time, (start, end))]
        return [(f"record.action = ? AND {time}", (c, start, end)) for c in self.codes]

    def within(self, created: Interval) -> tuple[int, int]:
        """The first second of a time that is read, and the end of it."""
        time = intersection(created, self.created)
        start = EARLIEST_S if time.start is None else time.start
        return start, LATEST_S if time.end is None else time.end

    def lazy_or_eager(self, connection: sqlite3.Connection, created: Interval) -> Bound:
        """The condition, as it is tested best where rows of this time are read."""
        if self.asks_texts and self.edge(connection, created, descending=True) is None:
            return self.lazy
        return self.eager

    def edge(
        self, connection: sqlite3.Connection, created: Interval, *, descending: bool
    ) -> int | None:
        """The second that some FEW rows from the first are in; None if all are few."""
        arms = self.arms(created)
        if len(arms) != 1:
            arms = replace(self, codes=None).arms(created)
        condition, given = arms[0]
        order = f"{TIME} {'DESC' if descending else 'ASC'} LIMIT 1 OFFSET ?"
        row = connection.execute(
            f"SELECT {TIME} FROM record WHERE {condition} ORDER BY {order}",  # noqa: S608 - nothing that a person wrote
            (*given, FEW),
        ).fetchone()
        return None if row is None else int(row[0])


def selection(
    connection: sqlite3.Connection,
    calls: Calls,
    terms: Sequence[query.Filter],
    zone: str,
    *,
    may_part: bool = True,
) -> Selection:
    """What is read where all terms hold.

    Args:
        connection: of the mirror, within a snapshot.
        calls: takes the tests of Python.
        terms: filters; rows that do not pass one of them are left out, as far as SQL
            can say it.
        zone: that hours and days are read in.
        may_part: a few actions may be read each by its own.
    """
    whole = buckets_to_ranges(query.And(tuple(terms)), zone)
    created, conjuncts = _without_range(_conjuncts(whole))
    actions = [term for term in conjuncts if _is_of(_ACTION, term)]
    others = [term for term in conjuncts if not _is_of(_ACTION, term)]
    codes: tuple[int, ...] | None = None
    if actions and may_part and not any(_is_of(_ID, term) for term in others):
        codes = _codes(connection, calls, query.And(tuple(actions)), zone)
    if codes is None or len(codes) > MOST_ACTIONS:
        others, codes = conjuncts, None
    rest = query.And(tuple(others))
    eager = where(rest, zone)
    bound = calls.bound(eager)
    lazy = bound
    if eager.tests:
        lazy = calls.bound(where(rest, zone, is_lazy=True))
    return Selection(codes, created, bound, lazy, eager.is_exact)


def box_terms(box: Box) -> list[query.Filter]:
    """The tests that a record's fields hold one of the values of a box."""
    return [_is_one_of(name, values) for name, values in box.sets.items()]


def _is_one_of(name: str, values: frozenset[Value]) -> query.Filter:
    """The test that a field holds one of the values of a box."""
    stored = BY_NAME[name]
    column = query.Column(name, stored.kind, stored.folds_case)
    if not values:
        return query.Or(())
    if stored.kind is Kind.ADDRESS:
        addresses = tuple(ip_address(value) for value in sorted(map(str, values)))
        return query.OneOf(column, addresses)
    if stored.folds_case:
        folded = {value.casefold() for value in values if isinstance(value, str)}
        return query.OneOf(column, tuple(sorted(folded)))
    return query.OneOf(column, tuple(sorted(values, key=str)))


def _conjuncts(filter_: query.Filter) -> list[query.Filter]:
    """Filters that must all be passed; `and` within `and` is taken apart."""
    found: list[query.Filter] = []
    waiting = [filter_]
    while waiting:
        node = waiting.pop()
        if isinstance(node, query.And):
            waiting.extend(reversed(node.terms))
        else:
            found.append(node)
    return found


def _without_range(
    conjuncts: Sequence[query.Filter],
) -> tuple[Interval, list[query.Filter]]:
    """The time that conjuncts leave, and those that say something else."""
    created, others = ALWAYS, []
    for term in conjuncts:
        if isinstance(term, query.InRange) and term.operand == _CREATED:
            created = intersection(created, Interval(term.start, term.end))
        else:
            others.append(term)
    return created, others


def _is_of(column: query.Column, term: query.Filter) -> bool:
    return isinstance(term, query.OneOf) and term.operand == column


_CREATED = query.Column("created_at", Kind.TIME)
_ACTION = query.Column("action", Kind.WORD, folds_case=True)
_ID = query.Column("id", Kind.INTEGER)


def _codes(
    connection: sqlite3.Connection, calls: Calls, filter_: query.Filter, zone: str
) -> tuple[int, ...] | None:
    """The codes of the actions that pass a filter of nothing but the action.

    None where SQL cannot say it: more would pass, and nothing would tell.
    """
    condition = where(filter_, zone)
    if not condition.is_exact:
        return None
    text, params = calls.bound(condition)
    # Each row of the dictionary stands for a record of that action.
    each = "(SELECT code AS action FROM text_action) AS record"
    found = connection.execute(f"SELECT action FROM {each} WHERE {text}", params)  # noqa: S608 - nothing that a person wrote
    return tuple(code for (code,) in found)
