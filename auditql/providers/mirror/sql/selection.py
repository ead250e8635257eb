"""Which rows of a mirror are read for a scan, and in which way.

In: a scan's box, the filter of its plan, an open mirror. Out: a statement. The rows of
one action have an index of their own in the order of answers, so a few actions are
read each by its own, and SQLite merges them; all else is read in the order of time.
"""

import sqlite3
from collections.abc import Sequence
from ipaddress import ip_address

from auditql.catalog.fields import BY_NAME
from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind
from auditql.language import query
from auditql.plan.model import Box, Interval, Value
from auditql.providers.mirror.sql.calls import Calls
from auditql.providers.mirror.sql.filters import where
from auditql.providers.mirror.sql.numbers import TIME
from auditql.providers.mirror.sql.pieces import Param

MOST_ACTIONS = 6
"""Actions that are read each by its own."""

_CREATED = query.Column("created_at", Kind.TIME)


@form
class Selection:
    """What is read of `record`.

    Attributes:
        arms: conditions with their parameters; a row meets one of them at most.
        is_exact: every row passes the filter.
    """

    arms: tuple[tuple[str, tuple[Param, ...]], ...]
    is_exact: bool

    def statement(self, columns: str, order: str) -> tuple[str, list[Param]]:
        """SQL that selects columns in an order, and its parameters.

        Args:
            columns: what to select; the first three are those of the order.
            order: the directions of the first three columns.
        """
        params: list[Param] = []
        texts = []
        for condition, given in self.arms:
            texts.append(f"SELECT {columns} FROM record WHERE {condition}")  # noqa: S608 - nothing that a person wrote
            params += given
        return f"{' UNION ALL '.join(texts)} ORDER BY {order}", params


def selection(
    connection: sqlite3.Connection,
    calls: Calls,
    box: Box,
    filter_: query.Filter,
    zone: str,
    *,
    is_lazy: bool = False,
) -> Selection:
    """What is read for a box.

    Args:
        connection: of the mirror, within a snapshot.
        calls: takes the tests of Python.
        box: rows outside are left out.
        filter_: as are rows that do not pass.
        zone: that hours and days are read in.
        is_lazy: as for `where`.
    """
    terms = [*_box_terms(box), *_conjuncts(filter_)]
    actions = [term for term in terms if _is_of_action(term)]
    others = [term for term in terms if not _is_of_action(term)]
    codes: Sequence[int] | None = None
    if actions and not any(map(_is_of_id, others)):
        codes = _codes(connection, calls, query.And(tuple(actions)), zone)
    if codes is None or len(codes) > MOST_ACTIONS:
        others, codes = terms, None
    sql = where(query.And(tuple(others)), zone, is_lazy=is_lazy)
    text, given = calls.bound(sql)
    if codes is None:
        return Selection(((text, tuple(given)),), sql.is_exact)
    arms = tuple((f"record.action = ? AND {text}", (code, *given)) for code in codes)
    return Selection(arms, sql.is_exact)


def interval_term(created: Interval) -> query.Filter:
    """The test that a time lies in an interval."""
    if created.start is None and created.end is None:
        return query.EVERYTHING
    return query.InRange(_CREATED, created.start, created.end)


def _box_terms(box: Box) -> list[query.Filter]:
    return [
        interval_term(box.created),
        *(_is_one_of(name, values) for name, values in box.sets.items()),
    ]


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


def _is_of_action(term: query.Filter) -> bool:
    return isinstance(term, query.OneOf) and term.operand == _ACTION


def _is_of_id(term: query.Filter) -> bool:
    return isinstance(term, query.OneOf) and term.operand == _ID


_ACTION = query.Column("action", Kind.WORD, folds_case=True)
_ID = query.Column("id", Kind.INTEGER)


def _codes(
    connection: sqlite3.Connection, calls: Calls, filter_: query.Filter, zone: str
) -> list[int]:
    """The codes of the actions that pass a filter of nothing but the action."""
    text, params = calls.bound(where(filter_, zone))
    # Each row of the dictionary stands for a record of that action.
    each = "(SELECT code AS action FROM text_action) AS record"
    found = connection.execute(f"SELECT action FROM {each} WHERE {text}", params)  # noqa: S608 - nothing that a person wrote
    return [code for (code,) in found]


def time_order(*, descending: bool) -> str:
    """The order of answers, of the first three columns."""
    return f"1 {'DESC' if descending else 'ASC'}, 2, 3"


__all__ = ["MOST_ACTIONS", "TIME", "Selection", "interval_term", "selection"]
