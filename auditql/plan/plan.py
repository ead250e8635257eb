"""The plan: what is asked, in which order it is read, what is checked here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.errors import QueryError
from auditql.language.query import Filter, Query, SortKey, Stage
from auditql.plan.capability import Source
from auditql.plan.model import Request, Scan

if TYPE_CHECKING:
    from auditql.plan.matcher import Matcher

R = TypeVar("R", bound=Record | Mapping[str, object])


@form
class Plan:
    """How a query is answered exactly.

    Attributes:
        query: the checked query.
        scans: streams of records that together hold every match.
        groups: places in `scans`; groups are read one after another, since
            their times are disjoint; the scans of one group are merged by time.
        descending: whether scans are read newest first.
        sort: keys that are sorted by here, after all matches are read; empty
            where the order of reading is the order of the answer.
        residual_filter: the part of the filter that no request promises.
        residual: its canonical text; None where requests promise everything.
        reads_count: the answer is the API's own count.
        source: what the plan was made for.
        widened: alternatives were widened to keep the requests few.
        diagnostics: warnings, in the order of the text.
    """

    query: Query
    scans: tuple[Scan, ...]
    groups: tuple[tuple[int, ...], ...]
    descending: bool
    sort: tuple[SortKey, ...]
    residual_filter: Filter | None
    residual: str | None
    reads_count: bool
    source: Source = field(compare=False, repr=False)
    widened: bool = False
    diagnostics: tuple[Diagnostic, ...] = field(default=(), compare=False)

    @property
    def requests(self) -> tuple[Request, ...]:
        """The first request of every scan that is asked for, in their order."""
        return tuple(s.request for s in self.scans if s.request.is_sent)

    @property
    def text(self) -> str:
        """The text of the query as it was written."""
        return self.query.text

    @property
    def limit(self) -> int | None:
        """Rows to give at most; None for all."""
        return self.query.limit

    @property
    def offset(self) -> int:
        """Rows to leave out first."""
        return self.query.offset

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What is done with the records before they are the answer."""
        return self.query.stages

    @property
    def exact(self) -> bool:
        """Whether every record that the requests give passes, edge seconds aside."""
        return all(scan.request.exact for scan in self.scans)

    def matches(self, record: Record | Mapping[str, object]) -> bool:
        """Whether a record passes the whole filter.

            >>> plan = auditql.compile("actor_id = 7 and action = login")
            >>> record = {"id": 1, "created_at": "2026-03-01T08:00:00Z"}
            >>> plan.matches(record | {"action": "login", "actor_id": 7})
            True
            >>> plan.matches(record)
            False

        Args:
            record: a Record, or the decoded JSON object of one.

        Raises:
            ValueError: the object is no record.
        """
        return self.matcher()(_record(record))

    def filter(self, records: Iterable[R]) -> Iterator[R]:
        """The records that pass the whole filter, as they were given.

        One is taken when the next that passes is asked for, so the records may
        come from anywhere and need not fit into memory. They keep the order
        and the type in which they come: this is the filter alone, without the
        order, the limit and the page of the query. `auditql.answer` gives all
        that the query says of records at hand, its stages too.

            >>> plan = auditql.compile("changed_to contains 'admin'")
            >>> moment = {"created_at": "2026-03-01T08:00:00Z"}
            >>> text = "Role changed from Agent to Admin"
            >>> records = [
            ...     moment | {"id": 1, "change_description": "Enabled"},
            ...     moment | {"id": 2, "change_description": text},
            ... ]
            >>> [record["id"] for record in plan.filter(records)]
            [2]

        Args:
            records: Records, or the decoded JSON objects of records.

        Raises:
            QueryError: the query has stages, whose rows are no records.
            ValueError: while records are taken: one is no record.
        """
        if self.stages:
            raise QueryError([rows_no_records(self)], self.text)
        matches = self.matcher()
        return (given for given in records if matches(_record(given)))

    def matcher(self) -> "Matcher":
        """The compiled filter, made once for each plan."""
        return _matcher(self.query.filter, self.query.zone)

    def explain(self) -> str:
        """The plan for a person: what is asked, what is checked here, and why.

        >>> plan = auditql.compile("actor_name = 'Ada' limit 5")
        >>> print(plan.explain())  # doctest: +ELLIPSIS
        filter   actor_name = 'Ada'
        ...
        here     actor_name = 'Ada': the API has no filter for `actor_name`
        ...
        """
        from auditql.plan.explain import explain

        return explain(self)

    def to_json(self) -> dict[str, object]:
        """The plan as plain values, as `auditql compile --format json` writes it."""
        from auditql.plan.describe import describe

        return describe(self)


def _record(given: Record | Mapping[str, object]) -> Record:
    """The record that is given; an object is checked.

    Raises:
        ValueError: the object is no record.
    """
    return given if isinstance(given, Record) else Record.from_json(dict(given))


def rows_no_records(plan: Plan) -> Diagnostic:
    """What is wrong where records are wanted and a plan has stages."""
    return Diagnostic(
        Code.ROWS_NO_RECORDS,
        "records are wanted here, and stages make other rows of them",
        plan.stages[0].span,
        "a stage",
        "leave out the stages; or take rows: `query` or `rows` of a client, "
        "`auditql.answer(plan, records)`",
    )


@lru_cache(maxsize=64)
def _matcher(filter_: Filter, zone: str) -> "Matcher":
    from auditql.plan.matcher import Matcher

    return Matcher(filter_, zone)
