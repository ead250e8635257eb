"""Records of a mirror, grouped by SQL: those alike in all that is asked, as one.

In: an open mirror, a plan, times. Out: Condensed records, so many at a time as some
ten thousand rows make. SQLite strings the numbers of such a chunk together, which
costs a fraction of giving each row out or of sorting them into groups; they are told
apart here, and a text is only looked up for what differs. Where a stretch of time in
which all functions are the same has many rows, it is a chunk, and its rows need no
time of their own.
"""

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from operator import attrgetter

from auditql.catalog.forms import form
from auditql.plan.condensed import Condensed
from auditql.plan.model import Interval
from auditql.plan.plan import Plan
from auditql.providers.mirror.faults import damaged
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.sql import chunks
from auditql.providers.mirror.sql.asked_of import Asked, Grain, asked_of
from auditql.providers.mirror.sql.calls import Calls
from auditql.providers.mirror.sql.filters import where
from auditql.providers.mirror.sql.numbers import SHIFT_S, TIME
from auditql.providers.mirror.sql.pieces import Param
from auditql.providers.mirror.sql.selection import Bound, selection
from auditql.providers.mirror.sql.strung import Columns, Raws, Row, told_apart
from auditql.providers.mirror.texts import NoText

DENSE = 200
"""Stretches of time that some ten thousand rows lie in, so that each is a chunk."""

LONGEST = 32
"""Characters that the numbers of a stretch may take, for each row of a chunk."""


@form
class _Chunk:
    """The rows of a stretch of time, told apart.

    Attributes:
        time: the stretch.
        columns: what differs, in the order of the rows.
        times: how often it came.
    """

    time: Interval
    columns: Columns
    times: Sequence[int]


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
        self._raws = Raws(mirror, asked.fields)

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
                    for made in self._condensed(action, time):
                        waiting += made
                        number += sum(map(attrgetter("times"), made))
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

    def _condensed(self, action: Bound, time: Interval) -> Iterator[list[Condensed]]:
        """The records of an action in a time, told apart."""
        length_s = self._length(action, time)
        if length_s is None:
            return self._by_number(action, time, self._grain.length_s)
        return self._by_stretch(action, time, length_s)

    def _length(self, action: Bound, time: Interval) -> int | None:
        """The length of stretches with many rows, to judge by the newest.

        None where there are none; where no time is asked for, any length does.
        """
        first, last = self._nth(action, time, 0), self._nth(action, time, chunks.CHUNK)
        if first is None or last is None:
            return None
        if not self._takes_time:
            return 1 + first - last
        length_s = self._grain.longest_s
        is_dense = (first - last) // length_s <= DENSE
        return length_s if length_s > 1 and is_dense else None

    def _nth(self, action: Bound, time: Interval, number: int) -> int | None:
        """The time of a row of a time, counted from the newest."""
        condition, given = action
        text = f"SELECT {chunks.nth(condition, '?1', '?2', number)}"
        params = (*self._chosen.within(time), *given)
        found: int | None = self._mirror.connection.execute(text, params).fetchone()[0]
        return found

    # --- a stretch of time after another

    def _by_stretch(
        self, action: Bound, time: Interval, length_s: int
    ) -> Iterator[list[Condensed]]:
        """The records of a time, those of a stretch of this length at once.

        Most stretches have rows, so one is tried before it is known.
        """
        grain = self._grain
        columns = self._columns(None)
        condition, found = action[0], self._found(time)
        said = ["count(*)", *(f"group_concat({column})" for column in columns)]
        rows = self._rows(f"{condition} AND {TIME} >= ?1 AND {TIME} < ?2", found[0])
        text = f"SELECT {', '.join(said)} FROM {rows}"  # noqa: S608 - nothing that a person wrote
        given = (*action[1], *found[1])
        start, end = self._chosen.within(time)
        second = self._nth(action, time, 0)
        while second is not None:
            stretch: Interval | None = Interval(second - length_s + 1, second + 1)
            if self._takes_time:
                stretch = grain.stretch(second)
            low_s = max(start, second - length_s + 1)
            row: Row | None = None
            if stretch is not None:
                low_s = max(start, stretch.start or start)
                row = self._said_at_once(text, (low_s, end, *given))
            if row is None:
                part = Interval(low_s, end)
                yield from self._by_number(action, part, grain.length_s)
                if not self._takes_time:
                    length_s = 1 + length_s // 2
            elif row[0]:
                yield self._made(*told_apart(*row), repeat(low_s))
            end = low_s
            second = low_s - 1 if low_s > start else None
            if row is None or not row[0]:
                second = self._nth(action, Interval(start, end), 0)

    def _said_at_once(self, text: str, params: Sequence[Param]) -> Row | None:
        """What SQL says of the rows of a stretch; None where that is too long."""
        connection = self._mirror.connection
        most = chunks.CHUNK * LONGEST
        before = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, most)
        try:
            row: Row = connection.execute(text, params).fetchone()
        except sqlite3.DataError:
            return None
        finally:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)
        return row

    # --- so many rows after another

    def _by_number(
        self, action: Bound, time: Interval, length_s: int
    ) -> Iterator[list[Condensed]]:
        """The records of a time, told apart by stretches of a length."""
        for chunk in self._chunks(action, time, length_s):
            if not self._takes_time:
                yield self._made(chunk.columns, chunk.times, repeat(0))
                continue
            numbers = list(map(int, chunk.columns[-1]))
            shift = SHIFT_S // length_s
            if length_s > 1 and not all(
                self._grain.holds(number - shift) for number in set(numbers)
            ):
                yield from self._by_number(action, chunk.time, 1)
            else:
                seconds = (number * length_s - SHIFT_S for number in numbers)
                yield self._made(chunk.columns, chunk.times, seconds)

    def _chunks(self, action: Bound, time: Interval, length_s: int) -> Iterator[_Chunk]:
        connection = self._mirror.connection
        cursor = connection.execute(*self._statement(action, time, length_s))
        try:
            for low_s, high_s, text in cursor:
                number, *columns = (text or "0").split(";")
                if number != "0":
                    told = told_apart(int(number), *columns)
                    yield _Chunk(Interval(low_s, high_s), *told)
        finally:
            cursor.close()

    def _statement(
        self, action: Bound, time: Interval, length_s: int
    ) -> tuple[str, list[Param]]:
        """SQL that gives a row for each chunk: its time, and its rows as one text."""
        start, end = self._chosen.within(time)
        condition, given = action
        found, more = self._found(time)
        low = "ifnull(low_s, ?1)"
        within = f"{condition} AND {TIME} >= {low} AND {TIME} < high_s"
        columns = self._columns(length_s)
        texts = ["count(*) || ''", *(f"group_concat({c})" for c in columns)]
        said = " || ';' || ".join(texts)
        each = f"SELECT {said} FROM {self._rows(within, found)}"  # noqa: S608 - as above
        table = chunks.by_number(condition)
        text = f"{table} SELECT {low}, high_s, ({each}) FROM chunk"  # noqa: S608 - as above
        return text, [start, end, *given, *more]

    def _found(self, time: Interval) -> Bound:
        return self._chosen.lazy_or_eager(self._mirror.connection, time)

    def _rows(self, condition: str, found: str) -> str:
        """The rows that meet two conditions, in their order where that is asked."""
        rows = f"record WHERE {condition} AND {found}"
        if not self._asked.takes_order:
            return rows
        order = f"{TIME} DESC, record.id, record.variant"
        return f"(SELECT * FROM {rows} ORDER BY {order}) AS record"  # noqa: S608 - as above

    def _columns(self, length_s: int | None) -> list[str]:
        """Expressions that give numbers, in their order; with None no time."""
        found = [f"ifnull(record.{name}, '')" for name in self._asked.fields]
        if self._asked.takes_id:
            found.append("record.id")
        if self._takes_time and length_s is not None:
            found.append(f"({TIME} + {SHIFT_S}) / {length_s}")
        return found

    def _made(
        self, columns: Columns, times: Sequence[int], seconds: Iterable[int]
    ) -> list[Condensed]:
        """What the numbers of a chunk stand for, in their order."""
        width = len(self._asked.fields)
        raws: Iterable[Mapping[str, object]] = repeat({})
        if width == 1:
            raws = map(self._raws.__getitem__, columns[0])
        elif width:
            raws = map(self._raws.__getitem__, zip(*columns[:width], strict=True))
        ids: Iterable[int] = repeat(0)
        if self._asked.takes_id:
            ids = map(int, columns[width])
        return list(map(Condensed, raws, ids, seconds, times))
