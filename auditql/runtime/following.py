"""New matches of a query, each once, asked for again and again.

In: a plan, a reader, a mark of how far the last answer went. Out: rows, oldest
first, and the mark behind them. Records become readable some time after their own:
each poll reads again from the settled time on, and what was given is left out by
its id and content. Nothing is written here, and nobody waits.
"""

import hashlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from itertools import chain

from auditql.catalog.fields import BY_NAME
from auditql.catalog.numbers import written
from auditql.catalog.record import Record
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity, Span
from auditql.errors import PartialAnswer, QueryError
from auditql.language.clock import text_of
from auditql.language.query import And, Column, InRange, Select, SortKey, Where
from auditql.plan.model import Interval
from auditql.plan.plan import Plan
from auditql.plan.planner import plan as planned
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.results.completeness import OUT_OF_ORDER, SETTLING_S
from auditql.results.executor import unwrapped_batches
from auditql.results.formats import Row
from auditql.results.stages.pipeline import Pipeline
from auditql.results.telling import Warn
from auditql.runtime.settling import apart, count_since, known_s, settled_s

LAG_S = SETTLING_S
"""How late a record may become readable and still be found, unless it is said."""

_TIME = Column("created_at", BY_NAME["created_at"].kind)
_HELP = "tail gives each match as it comes: keep the filter, `where` and `select`"


@dataclass(slots=True)
class Mark:
    """How far matches are out.

    Attributes:
        settled_s: all that is older is out, or never will be; seconds since 1970.
        seen: of the ids that are out and not older, each content that came, by its
            digest, with its second.
    """

    settled_s: int
    seen: dict[int, dict[str, int]] = field(default_factory=dict)

    def advance(self, second: int) -> None:
        """Let everything before a second be settled; never goes back."""
        if second > self.settled_s:
            self.settled_s = second
            self.seen = {
                number: left
                for number, contents in self.seen.items()
                if (left := {d: at for d, at in contents.items() if at >= second})
            }

    def takes(self, record: Record) -> bool:
        """Whether a record is not out yet; it is from now on."""
        digest = _digest(record)
        before = self.seen.get(record.id, {})
        if digest in before:
            return False
        self.seen[record.id] = {**before, digest: record.created_s}
        return True

    def copy(self) -> "Mark":
        """The same, for itself."""
        return Mark(self.settled_s, dict(self.seen))


def _digest(record: Record) -> str:
    """The same for records that are the same JSON, whatever the order of fields."""
    text = written(_sorted(record.raw), is_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]


def _sorted(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return list(map(_sorted, value)) if isinstance(value, list) else value


def check_followed(plan: Plan) -> None:
    """See that the matches of a plan make sense one by one, as they come.

    Raises:
        QueryError: it orders, limits or pages them, or a stage must see them all.
    """
    query = plan.query
    faults: list[tuple[str, Span | None]] = []
    if query.order:
        faults.append(("an order", query.order[0].span))
    if query.limit is not None or query.offset:
        faults.append(("a limit or an offset", None))
    if query.page is not None:
        faults.append(("a page", query.page.span))
    faults += [
        ("a stage that must see every match", stage.span)
        for stage in query.stages
        if not isinstance(stage, Where | Select)
    ]
    if faults:
        found = [
            Diagnostic(
                Code.NOT_FOLLOWED,
                f"matches that are followed have no end, and {what} needs one",
                span,
                what if span is not None else "",
                _HELP,
            )
            for what, span in faults
        ]
        raise QueryError(found, query.text)


class Follower:
    """Follows the matches of one query.

    Attributes:
        mark: how far the rows that were given go.
        is_over: no later record can match.
    """

    def __init__(
        self,
        plan: Plan,
        reader: ZendeskReader,
        statistics: Statistics,
        wall: Callable[[], float],
        *,
        lag_s: int = LAG_S,
        mark: Mark | None = None,
        on_warning: Warn = lambda _warning: None,
    ) -> None:
        """Stand at a mark.

        Args:
            plan: one that `check_followed` lets pass.
            reader: of the account.
            statistics: of the reader.
            wall: this machine's time, in seconds since 1970 UTC.
            lag_s: how late a record may become readable.
            mark: where an earlier run stopped; None begins with `begin`.
            on_warning: is told what of the answers gives reason to warn.
        """
        self.mark = mark if mark is not None else Mark(0)
        self.is_over = False
        self._plan = plan
        self._reader = reader
        self._statistics = statistics
        self._wall = wall
        self._lag_s = lag_s
        self._on_warning = on_warning
        self._pipeline = Pipeline(plan) if plan.stages else None
        self._is_in_order = True
        self._server_s = 0

    async def begin(self) -> None:
        """Stand at the account's own now; what is older is not followed.

        Raises:
            RunError: it does not answer.
        """
        now_s = int(self._wall())
        await count_since(self._reader, self._statistics, Interval(now_s, None), now_s)
        self.mark = Mark(known_s(self._statistics.server_s, self._wall()))

    async def poll(self) -> AsyncGenerator[Sequence[Row], None]:
        """The rows that are new, some at a time; the mark is behind each of them.

        A poll that fails may be made again: nothing is lost and nothing repeated.

        Raises:
            PartialAnswer: records came out of order; the mark is where it was before
                the poll, so that none is lost, and those of this poll may come again.
            RunError: the account could not be read to the end.
        """
        from_s = self.mark.settled_s
        plan = self.plan_since(from_s)
        self.is_over = not plan.scans
        if self.is_over:
            return
        self._statistics.forget_time()
        self._is_in_order = True
        batches = unwrapped_batches(plan, self._reader, self._warn, self._statistics)
        async with aclosing(batches):
            async for batch in batches:
                # What tells no time is refused before anything of it counts as out.
                known_s(self._statistics.server_s, self._wall())
                new = [record for record in batch if self._takes(record)]
                self._settle(batch[-1].created_s)
                rows = self._rows(new)
                if rows:
                    yield rows
        self._settle(None)
        if not self._is_in_order:
            self.mark.settled_s = from_s
            raise PartialAnswer(f"{OUT_OF_ORDER}, from {text_of(from_s)} on")

    def clocks(self) -> str | None:
        """What is to be said of the clocks after a poll; None for nothing."""
        return apart(self._server_s, self._wall())

    def plan_since(self, second: int) -> Plan:
        """The plan of the records from a second on, oldest first."""
        query = self._plan.query
        recent = And((query.filter, InRange(_TIME, second, None)))
        now_s = max(int(self._wall()), self._server_s, second)
        bare = replace(
            query,
            filter=recent,
            stages=(),
            order=(SortKey(_TIME, False),),
            now_s=now_s,
        )
        return planned(bare, self._plan.source)

    def _settle(self, read_s: int | None) -> None:
        """Let the mark follow what was read; None is all that there is."""
        server_s = self._statistics.server_s
        settled = settled_s(server_s, self._wall(), self._lag_s)
        self._server_s = max(self._server_s, server_s or 0)
        if self._is_in_order:
            self.mark.advance(settled if read_s is None else min(read_s, settled))

    def _takes(self, record: Record) -> bool:
        """Whether a record is given; one that came otherwise before is told of."""
        is_known = record.id in self.mark.seen
        is_new = self.mark.takes(record)
        if is_known and is_new:
            self._on_warning(
                Diagnostic(
                    Code.SAME_ID,
                    f"record {record.id} came twice with different content",
                    help="both are kept; the log should never change",
                    severity=Severity.WARNING,
                )
            )
        return is_new

    def _rows(self, records: Sequence[Record]) -> Sequence[Row]:
        if self._pipeline is None:
            return [record.raw for record in records]
        return self._pipeline.add(records)

    def _warn(self, warning: Diagnostic) -> None:
        if warning.code is Code.OUT_OF_ORDER:
            self._is_in_order = False
            return
        self._on_warning(warning)


def warnings_of(plan: Plan, followed: Plan) -> tuple[Diagnostic, ...]:
    """What the text gives reason to warn of, once it is followed.

    Args:
        plan: of the query as it is written.
        followed: as it is asked for: what was said of the whole account is not
            so of its newest time.
    """
    own = planned(plan.query, plan.source).diagnostics
    of_text = plan.diagnostics[: max(0, len(plan.diagnostics) - len(own))]
    return tuple(chain(of_text, followed.diagnostics))
