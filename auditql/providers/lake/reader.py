"""A lake as a reader of records, in order.

In: files of Parquet, open in an engine, a plan. Out: the records that may pass its
filter, by time as the plan reads, ids rising within a second. DuckDB leaves out what
it surely can; who takes them checks the whole filter.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime, timedelta

from auditql.catalog.kinds import Kind
from auditql.catalog.limits import INT64_MAX
from auditql.catalog.record import BadRecord, Record
from auditql.catalog.strict_json import BadJson, loads
from auditql.errors import ConfigurationError, RunError
from auditql.language.clock import text_of
from auditql.language.query import And, Column, InRange
from auditql.plan.buckets_to_ranges import buckets_to_ranges
from auditql.plan.model import Scan
from auditql.plan.negation import push_not_inward
from auditql.plan.plan import Plan
from auditql.plan.reader import Counted, Statistics
from auditql.providers.lake.contents import TABLE, Contents
from auditql.providers.lake.engine import Engine, Values
from auditql.providers.lake.pushdown import pushed
from auditql.providers.lake.table import RECORD, TIME

_MORE = 20
"""Rows beyond a limit that are asked for at once: some may come again, or not pass."""

_GROWTH = 8


class LakeReader:
    """Reads a lake for one run of a plan."""

    def __init__(
        self, engine: Engine, contents: Contents, plan: Plan, statistics: Statistics
    ) -> None:
        """Read nothing yet.

        Args:
            engine: in which the contents are open.
            contents: of the lake.
            plan: made for files; not for a page, which only the API has.
            statistics: learns how many records were read.

        Raises:
            ConfigurationError: the plan wants such a page.
        """
        if plan.query.page is not None:
            raise ConfigurationError(
                "a page is the API's; a lake has none: use limit and offset"
            )
        self._engine = engine
        self._contents = contents
        self._plan = plan
        self._statistics = statistics

    async def pages(
        self, scan: Scan, wanted: int | None = None
    ) -> AsyncGenerator[Sequence[Record], None]:
        """The records that may pass, in order.

        Raises:
            RunError: a file cannot be read, or was changed, or holds no records.
        """
        last: int | None = None
        number = self._first()
        while True:
            rows = 0
            sql, values = self._selection(number, last)
            async for batch in self._engine.rows(sql, values):
                rows += len(batch)
                self._statistics.rows_fetched += len(batch)
                records = [self._record(row) for row in batch]
                yield records
                last = records[-1].created_s
            for file in self._contents.files:
                file.check_same()
            if number is None or rows < number:
                return
            number = min(number * _GROWTH, INT64_MAX)

    async def counted(self, scan: Scan) -> Counted:
        """Never asked: files count nothing."""
        raise AssertionError("no plan for files reads a count")

    def _first(self) -> int | None:
        """How many rows are asked for at first; None for all."""
        plan = self._plan
        if plan.sort or plan.limit is None:
            return None
        return min(plan.limit + plan.offset + _MORE, INT64_MAX)

    def _selection(
        self, number: int | None, last: int | None
    ) -> tuple[str, tuple[object, ...]]:
        """SQL of the next rows.

        Args:
            number: most of them; None for all.
            last: the second of the row that was given last: those of that second
                come again, and whoever takes them has each once; None for no row.
        """
        plan, contents = self._plan, self._contents
        filter_ = push_not_inward(buckets_to_ranges(plan.query.filter, plan.query.zone))
        if last is not None:
            ends = (None, last + 1) if plan.descending else (last, None)
            behind = InRange(Column(TIME, Kind.TIME), *ends)
            filter_ = And((filter_, behind))
        where = pushed(filter_, contents)
        columns = (RECORD,) if contents.has_records else contents.columns
        direction = "DESC" if plan.descending else "ASC"
        second = TIME if contents.has_records else _SECOND
        bound = "" if number is None else f" LIMIT {number}"
        sql = (
            f"SELECT {', '.join(columns)} FROM {TABLE} WHERE {where.text}"  # noqa: S608 - of our own
            f" ORDER BY {second} {direction}, id{bound}"
        )
        return sql, where.values

    def _record(self, row: Values) -> Record:
        """The record of a row.

        Raises:
            RunError: it is none.
        """
        try:
            if self._contents.has_records:
                return Record.from_json(loads(str(row[0])))
            raw = dict(zip(self._contents.columns, map(_received, row), strict=True))
            return Record.from_json(raw)
        except (BadJson, BadRecord) as error:
            raise RunError(f"the lake holds what is no record: {error}") from None
        except OverflowError:
            raise RunError(
                "the lake holds what is no record: a time that never ends"
            ) from None


_SECOND = f"date_trunc('second', {TIME})"
"""Within a second the ids rise, whatever else a time has."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - as DuckDB gives a time in UTC
_A_SECOND = timedelta(seconds=1)


def _received(value: object) -> object:
    """A value as the API would have sent it.

    Raises:
        OverflowError: it is infinity, which DuckDB gives as the last moment there is.
    """
    if isinstance(value, datetime):
        if value == datetime.max:  # noqa: DTZ901 - has no zone either
            raise OverflowError
        return text_of((value - _EPOCH) // _A_SECOND)
    return value
