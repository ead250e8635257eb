"""Records of a mirror, grouped by SQL: those alike in all that is asked, as one.

In: an open mirror, a plan, times. Out: Condensed records, so many at a time as some
ten thousand rows make. SQLite strings the numbers of such a chunk together, which
costs a fraction of giving each row out or of sorting them into groups; they are told
apart here, and a text is only looked up for what differs.
"""

from collections import Counter
from collections.abc import Generator, Iterator, Sequence

from auditql.catalog.forms import form
from auditql.plan.condensed import Condensed
from auditql.plan.model import Interval
from auditql.plan.plan import Plan
from auditql.providers.mirror.faults import damaged
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.schema import INTEGERS
from auditql.providers.mirror.sql import chunks
from auditql.providers.mirror.sql.asked_of import Asked, Grain, asked_of
from auditql.providers.mirror.sql.calls import Calls
from auditql.providers.mirror.sql.filters import where
from auditql.providers.mirror.sql.numbers import SHIFT_S, TIME
from auditql.providers.mirror.sql.pieces import Param
from auditql.providers.mirror.sql.selection import (
    Bound,
    selection,
)
from auditql.providers.mirror.texts import NoText

DENSE = 200
"""Stretches of time that some ten thousand rows lie in, so that each is a chunk."""

Numbers = tuple[str, ...]
"""What SQLite says of a row, in decimal; empty for NULL."""


@form
class _Chunk:
    """The rows of a stretch of time, told apart.

    Attributes:
        time: the stretch.
        found: what differs, in the order of the rows, and how often it came.
    """

    time: Interval
    found: Counter[Numbers]


def needs_of(plan: Plan) -> Asked | None:
    """What is asked of the records of a plan; None where each record is needed.

    The filter asks too where SQL cannot say it.
    """
    query = plan.query
    is_exact = where(query.filter, query.zone).is_exact
    return asked_of(plan, with_filter=not is_exact)


class Condensing:
    """Groups the records of one plan.

    Attributes:
        is_exact: all of them pass the filter; else it is still to be checked.
    """

    def __init__(self, mirror: Mirror, plan: Plan, asked: Asked, calls: Calls) -> None:
        """Make it ready.

        Args:
            mirror: within a snapshot.
            plan: any that has needs.
            asked: by its needs.
            calls: takes the tests of Python.
        """
        query = plan.query
        zone = query.zone
        self._chosen = selection(
            mirror.connection,
            calls,
            [query.filter],
            zone,
            may_part=not asked.takes_order,
        )
        self.is_exact = self._chosen.is_exact
        self._mirror = mirror
        self._asked = asked
        self._grain = Grain(asked, zone)
        self._takes_time = asked.times is None or bool(asked.times)
        self._known = [_Known(mirror, name) for name in asked.fields]

    def batches(
        self, times: Sequence[Interval]
    ) -> Generator[list[Condensed], None, None]:
        """The records that lie in the times.

        Args:
            times: disjoint, ascending.

        Raises:
            MirrorDamaged: the file does not hold what was put into it.
        """
        waiting: list[Condensed] = []
        number = 0
        try:
            for time in reversed(times):
                for action in self._actions():
                    for made in self._condensed(action, time, self._grain.length_s):
                        waiting += made
                        number += sum(one.times for one in made)
                        if number >= chunks.CHUNK:
                            yield waiting
                            waiting, number = [], 0
        except (NoText, ValueError) as error:
            raise damaged(self._mirror.place.path, str(error)) from error
        if waiting:
            yield waiting

    def _actions(self) -> list[Bound]:
        """Conditions on the action; a row meets one of them at most."""
        codes = self._chosen.codes
        if codes is None:
            return [("1", ())]
        return [("record.action = ?3", (code,)) for code in codes]

    def _condensed(
        self, action: Bound, time: Interval, length_s: int
    ) -> Iterator[list[Condensed]]:
        """The records of an action in a time, told apart by stretches of a length."""
        for chunk in self._chunks(action, time, length_s):
            if length_s > 1 and self._takes_time and not self._holds(chunk):
                yield from self._condensed(action, chunk.time, 1)
            else:
                yield self._said(chunk.found, length_s)

    def _chunks(self, action: Bound, time: Interval, length_s: int) -> Iterator[_Chunk]:
        connection = self._mirror.connection
        is_dense = length_s > 1 and self._takes_time and self._is_dense(action, time)
        statement = self._statement(action, time, length_s, is_dense=is_dense)
        cursor = connection.execute(*statement)
        try:
            for low_s, high_s, text in cursor:
                if text is not None:
                    stretch = (str((low_s + SHIFT_S) // length_s),) * is_dense
                    found = _told_apart(text, stretch)
                    yield _Chunk(Interval(low_s, high_s), found)
        finally:
            cursor.close()

    def _is_dense(self, action: Bound, time: Interval) -> bool:
        """Whether stretches of time have many rows, to judge by the newest."""
        start, end = self._chosen.within(time)
        condition, given = action
        first, last = self._mirror.connection.execute(
            f"SELECT {chunks.nth(condition, '?1', '?2', 0)}, "
            f"{chunks.nth(condition, '?1', '?2', chunks.CHUNK)}",
            (start, end, *given),
        ).fetchone()
        if last is None:
            return False
        return int(first - last) // self._grain.length_s <= DENSE

    def _statement(
        self, action: Bound, time: Interval, length_s: int, *, is_dense: bool
    ) -> tuple[str, list[Param]]:
        """SQL that gives a row for each chunk: its time, and its rows as one text."""
        start, end = self._chosen.within(time)
        condition, given = action
        found, more = self._chosen.lazy_or_eager(self._mirror.connection, time)
        low = "low_s" if is_dense else "ifnull(low_s, ?1)"
        rows = (
            f"record WHERE {condition} AND {TIME} >= {low} "
            f"AND {TIME} < high_s AND {found}"
        )
        if self._asked.takes_order:
            order = f"{TIME} DESC, record.id, record.variant"
            rows = f"(SELECT * FROM {rows} ORDER BY {order}) AS record"  # noqa: S608 - nothing that a person wrote
        columns = self._columns(None if is_dense else length_s)
        texts = ["count(*) || ''", *(f"group_concat({c})" for c in columns)]
        if is_dense:
            table = chunks.by_stretch(condition, length_s)
        else:
            table = chunks.by_number(condition)
        said = " || ';' || ".join(texts)
        text = f"{table} SELECT {low}, high_s, (SELECT {said} FROM {rows}) FROM chunk"  # noqa: S608 - as above
        if is_dense:
            text += " WHERE low_s IS NOT NULL"
        return text, [start, end, *given, *more]

    def _columns(self, length_s: int | None) -> list[str]:
        """Expressions that give numbers, in their order; with None no time."""
        found = [f"ifnull(record.{name}, '')" for name in self._asked.fields]
        if self._asked.takes_id:
            found.append("record.id")
        if self._takes_time and length_s is not None:
            found.append(f"({TIME} + {SHIFT_S}) / {length_s}")
        return found

    def _holds(self, chunk: _Chunk) -> bool:
        """Whether the stretches of time of a chunk do."""
        shift = SHIFT_S // self._grain.length_s
        stretches = {int(numbers[-1]) - shift for numbers in chunk.found}
        return all(map(self._grain.holds, stretches))

    def _said(self, found: Counter[Numbers], length_s: int) -> list[Condensed]:
        """What the numbers of a chunk stand for, in their order."""
        number = len(found)
        if not number:
            return []
        columns = list(zip(*found, strict=True))
        names = self._asked.fields
        raws: list[dict[str, object]] = [{} for _ in range(number)]
        if names:
            held = (
                map(known.__getitem__, column)
                for known, column in zip(self._known, columns, strict=False)
            )
            raws = [dict(zip(names, values)) for values in zip(*held)]  # noqa: B905 - all of one length, and many
        ids = [0] * number
        if self._asked.takes_id:
            ids = list(map(int, columns[len(names)]))
        seconds = [0] * number
        if self._takes_time:
            seconds = [int(text) * length_s - SHIFT_S for text in columns[-1]]
        return list(map(Condensed, raws, ids, seconds, found.values()))


def _told_apart(text: str, more: Numbers) -> Counter[Numbers]:
    """The rows of a chunk: each column's numbers stand behind one another.

    Args:
        text: how many there are, then the columns.
        more: what stands behind the numbers of each row.

    Raises:
        ValueError: it is no such text.
    """
    number, *columns = text.split(";")
    if not columns:
        return Counter({more: int(number)} if number != "0" else {})
    if len(columns) == 1:
        alone = Counter(columns[0].split(","))
        return Counter({(one, *more): times for one, times in alone.items()})
    found = Counter(zip(*(column.split(",") for column in columns), strict=True))
    if not more:
        return found
    return Counter({(*one, *more): times for one, times in found.items()})


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
