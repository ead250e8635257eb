"""The plan: what is asked, in which order it is read, what is checked here."""

from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.diagnostics.model import Diagnostic
from auditql.language.query import Filter, Query, SortKey, Stage
from auditql.plan.capability import Source
from auditql.plan.model import Request, Scan

if TYPE_CHECKING:
    from auditql.plan.matcher import Matcher


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
        """The first request of every scan, in the order of `scans`."""
        return tuple(scan.request for scan in self.scans)

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
        return all(request.exact for request in self.requests)

    def matches(self, record: Record | Mapping[str, object]) -> bool:
        """Whether a record passes the whole filter.

        Args:
            record: a Record, or the decoded JSON object of one.

        Raises:
            BadRecord: the object is no record.
        """
        if not isinstance(record, Record):
            record = Record.from_json(dict(record))
        return self.matcher()(record)

    def matcher(self) -> "Matcher":
        """The compiled filter, made once for each plan."""
        return _matcher(self.query.filter, self.query.zone)

    def explain(self) -> str:
        """The plan for a person: what is asked, what is checked here, and why."""
        from auditql.plan.explain import explain

        return explain(self)

    def to_json(self) -> dict[str, object]:
        """The plan as plain values, as `auditql compile --format json` writes it."""
        from auditql.plan.describe import describe

        return describe(self)


@lru_cache(maxsize=64)
def _matcher(filter_: Filter, zone: str) -> "Matcher":
    from auditql.plan.matcher import Matcher

    return Matcher(filter_, zone)
