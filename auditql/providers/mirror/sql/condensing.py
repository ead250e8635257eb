"""Records of a mirror, grouped by SQL: those alike in all that is asked, as one.

In: an open mirror, a plan, times. Out: Condensed records, so many at a time as some
ten thousand rows make. SQLite strings the numbers of such a chunk together, which
costs a fraction of giving each row out or of sorting them into groups; they are told
apart here, and a text is only looked up for what differs.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence

from auditql.catalog.forms import form
from auditql.plan.condensed import Condensed
from auditql.plan.model import Interval
from auditql.plan.plan import Plan
from auditql.providers.mirror.faults import damaged
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.schema import INTEGERS
from auditql.providers.mirror.sql.asked_of import Asked, Grain, asked_of
from auditql.providers.mirror.sql.calls import Calls
from auditql.providers.mirror.sql.filters import where
from auditql.providers.mirror.sql.numbers import SHIFT_S, TIME
from auditql.providers.mirror.sql.pieces import Param
from auditql.providers.mirror.sql.selection import (
    EARLIEST_S,
    LATEST_S,
    Bound,
    selection,
)
from auditql.providers.mirror.texts import NoText

CHUNK = 20_000
"""Rows that are looked at together, or a few more."""

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
        self._values = [_value(mirror, name) for name in asked.fields]

    def batches(
        self, times: Sequence[Interval]
    ) -> Generator[list[Condensed], None, None]:
        """The records that lie in the times.

        Args:
            times: disjoint, ascending.

        Raises:
            MirrorDamaged: the file does not hold what was put into it.
        """
        try:
            for time in reversed(times):
                for action in self._actions():
                    yield from self._condensed(action, time, self._grain.length_s)
        except (NoText, ValueError) as error:
            raise damaged(self._mirror.place.path, str(error)) from error

    def _actions(self) -> list[Bound]:
        """Conditions on the action; a row meets one of them at most."""
        codes = self._chosen.codes
        if codes is None:
            return [("1", ())]
        return [("record.action = ?", (code,)) for code in codes]

    def _condensed(
        self, action: Bound, time: Interval, length_s: int
    ) -> Iterator[list[Condensed]]:
        """The records of an action in a time, told apart by stretches of a length."""
        for chunk in self._chunks(action, time, length_s):
            if length_s > 1 and self._takes_time and not self._holds(chunk):
                yield from self._condensed(action, chunk.time, 1)
            else:
                yield [self._one(*item, length_s) for item in chunk.found.items()]

    def _chunks(self, action: Bound, time: Interval, length_s: int) -> Iterator[_Chunk]:
        connection = self._mirror.connection
        cursor = connection.execute(*self._statement(action, time, length_s))
        try:
            for low_s, high_s, text in cursor:
                if text is not None:
                    yield _Chunk(Interval(low_s, high_s), _told_apart(text))
        finally:
            cursor.close()

    def _statement(
        self, action: Bound, time: Interval, length_s: int
    ) -> tuple[str, list[Param]]:
        """SQL that gives a row for each chunk: its time, and its rows as one text."""
        start = EARLIEST_S if time.start is None else time.start
        end = LATEST_S if time.end is None else time.end
        condition, given = action
        before = (
            f"(SELECT {TIME} FROM record WHERE {condition} AND {TIME} >= ? "  # noqa: S608 - nothing that a person wrote
            f"AND {TIME} < {{}} ORDER BY {TIME} DESC LIMIT 1 OFFSET {CHUNK})"
        )
        found, more = self._chosen.lazy_or_eager(self._mirror.connection, time)
        rows = (
            f"SELECT * FROM record WHERE {condition} AND {TIME} >= ifnull(low_s, ?) "  # noqa: S608 - as above
            f"AND {TIME} < high_s AND {found}"
        )
        if self._asked.takes_order:
            rows += f" ORDER BY {TIME} DESC, record.id, record.variant"
        texts = [
            "count(*) || ''",
            *(f"group_concat({c})" for c in self._columns(length_s)),
        ]
        said = " || ';' || ".join(texts)
        text = (
            "WITH RECURSIVE chunk (low_s, high_s) AS ("  # noqa: S608 - as above
            f"SELECT {before.format('?')}, ? UNION ALL "
            f"SELECT {before.format('chunk.low_s')}, chunk.low_s FROM chunk "
            "WHERE chunk.low_s IS NOT NULL) "
            "SELECT ifnull(low_s, ?), high_s, ("
            f"SELECT {said} FROM ({rows}) AS record"
            ") FROM chunk"
        )
        params = [*given, start, end, end, *given, start, start, *given, start, *more]
        return text, params

    def _columns(self, length_s: int) -> list[str]:
        """Expressions that give numbers, in the order of `Numbers`."""
        found = [f"ifnull(record.{name}, '')" for name in self._asked.fields]
        if self._asked.takes_id:
            found.append("record.id")
        if self._takes_time:
            found.append(f"({TIME} + {SHIFT_S}) / {length_s}")
        return found

    def _holds(self, chunk: _Chunk) -> bool:
        """Whether the stretches of time of a chunk do."""
        shift = SHIFT_S // self._grain.length_s
        stretches = {int(numbers[-1]) - shift for numbers in chunk.found}
        return all(map(self._grain.holds, stretches))

    def _one(self, numbers: Numbers, times: int, length_s: int) -> Condensed:
        raw = {
            name: None if number == "" else value(number)
            for name, value, number in zip(
                self._asked.fields,
                self._values,
                numbers,
                strict=False,
            )
        }
        place = len(self._values)
        number = int(numbers[place]) if self._asked.takes_id else 0
        second = 0
        if self._takes_time:
            second = int(numbers[-1]) * length_s - SHIFT_S
        return Condensed(raw, number, second, times)


def _told_apart(text: str) -> Counter[Numbers]:
    """The rows of a chunk: each column's numbers stand behind one another.

    Raises:
        ValueError: it is no such text.
    """
    number, *columns = text.split(";")
    if not columns:
        return Counter({(): int(number)} if number != "0" else {})
    return Counter(zip(*(column.split(",") for column in columns), strict=True))


def _value(mirror: Mirror, name: str) -> Callable[[str], object]:
    """What a number stands for in a column."""
    if name in INTEGERS:
        return int
    table = f"text_{name}"
    known: dict[str, str] = {}

    def text(code: str) -> str:
        found = known.get(code)
        if found is None:
            if len(known) >= CHUNK:
                known.clear()
            found = known[code] = mirror.text(table, int(code))
        return found

    return text
