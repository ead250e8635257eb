"""What is said of a run when it is over: one line for a person, one for a program.

In: a run that is over. Out: text. Nothing is printed here.
"""

import json

from auditql.catalog.forms import form
from auditql.language.clock import text_of
from auditql.language.printer import quoted
from auditql.language.query import LimitTo
from auditql.plan.model import ALWAYS
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.results.completeness import Completeness

_OFF_S = 60
"""How far this machine's clock may be from the server's before it is said."""

SERVER_COUNT = "server count; --exact reads every record"
"""What is said of a number that the API counted."""


@form
class Ran:
    """A run that is over.

    Attributes:
        counts: what was done.
        seconds: how long it took.
        plan: of the query; None for a single record that was looked up.
        claim: what may be claimed of the answer.
        rows_before: rows of the answer that an earlier run gave out.
    """

    counts: Statistics
    seconds: float
    plan: Plan | None
    claim: Completeness
    rows_before: int = 0

    @property
    def is_truncated(self) -> bool:
        """Whether the limit, or the page that was asked for, may have cut rows off.

        It is not known whether more would follow; where none can, this is False.
        """
        if self.plan is None:
            return False
        if self.plan.query.page is not None:
            return self.counts.rows > 0
        limit = self.plan.limit
        if not self.plan.stages:
            return limit is not None and self.counts.rows + self.rows_before >= limit
        # How many records went into the stages is known to them alone.
        if limit is not None and self.counts.rows_fetched >= limit:
            return True
        last = self.plan.stages[-1]
        return isinstance(last, LimitTo) and self.counts.rows >= last.number


def summary(
    ran: Ran,
    *,
    shown: bool = False,
    more: str | None = None,
    names_cursors: bool = True,
) -> str:
    """`37 rows · 4,100 read · 41 requests · 0 retries · 8.7 s · complete`.

    Args:
        ran: the run.
        shown: a person looks at the rows, and so at nothing where there is none:
            then that is said first, on a line of its own.
        more: what is said instead where rows may follow; empty for nothing.
        names_cursors: the clauses for the pages beside a page are written out.
    """
    counts, claim = ran.counts, ran.claim
    if more is None:
        more = f"{_cut(ran)}; more may follow" if ran.is_truncated else ""
    more = f" ({more})" if more else ""
    before = f", {ran.rows_before:,} before" if ran.rows_before else ""
    until = f" up to {text_of(claim.until_s)}" if claim.until_s is not None else ""
    nothing = ""
    if shown and claim.complete and not counts.rows:
        nothing = _nothing(ran.plan) + "\n"
    count = f" · {SERVER_COUNT}" if claim.server_count else ""
    mirrored = ""
    if counts.sql_answers:
        mirrored = " (answered by the mirror)"
    elif counts.rows_mirrored:
        mirrored = f" ({counts.rows_mirrored:,} from the mirror)"
    clauses = [
        f"{side} {quoted(text)}"
        for side, text in cursors(ran).items()
        if text and names_cursors
    ]
    return (
        f"{nothing}{_many(counts.rows, 'row')}{before}{more} · "
        f"{counts.rows_fetched:,} read{mirrored} · "
        f"{_many(counts.requests, 'request')} · {_many(counts.retries, 'retry')} · "
        f"{ran.seconds:.1f} s · {f'complete{until}' if claim.complete else 'partial'}"
        f"{count}"
        + (f"\nthe pages beside this one: {' · '.join(clauses)}" if clauses else "")
    )


def cursors(ran: Ran) -> dict[str, str | None]:
    """The cursors beside the one page that was read, by the clause that takes them.

    None where the answer is no page by cursor: where no page was asked for, as
    `page size`, `after` and `before` do, or several were read, or the limit left
    records of the page out, which lie before its cursor.
    """
    counts, plan = ran.counts, ran.plan
    nowhere: dict[str, str | None] = {"after": None, "before": None}
    if plan is None or counts.pages != 1 or ran.rows_before or plan.offset:
        return nowhere
    query = plan.query
    is_asked = query.page_size is not None or query.page is not None
    is_cut = plan.limit is not None and counts.rows_fetched > plan.limit
    if not is_asked or is_cut or len(plan.scans) != 1:
        return nowhere
    return {"after": counts.after_cursor, "before": counts.before_cursor}


def _cut(ran: Ran) -> str:
    """What may have cut rows off."""
    is_page = ran.plan is not None and ran.plan.query.page is not None
    return "one page" if is_page else "the limit"


def _nothing(plan: Plan | None) -> str:
    """What is said of a complete answer without rows."""
    is_part = plan is not None and (plan.query.page is not None or plan.offset > 0)
    if is_part or (plan is not None and plan.limit == 0):
        return "no record of this part of the answer matches"
    if plan is not None and plan.stages:
        return "the answer has no row"
    return "no record matches"


def clock_warning(counts: Statistics) -> str | None:
    """What to say where this machine's clock and the server's are far apart."""
    if counts.server_s is None or counts.local_s is None:
        return None
    off_s = counts.local_s - counts.server_s
    if abs(off_s) <= _OFF_S:
        return None
    way = "ahead of" if off_s > 0 else "behind"
    return (
        f"this machine's clock is {abs(off_s):,} s {way} the server's: `now` and"
        " relative times such as -7d follow this machine's"
    )


def statistics_line(ran: Ran, place: tuple[int, int] | None = None) -> str:
    """The JSON object of `--stats`, on one line.

    Args:
        ran: the run.
        place: which query it was, and of how many; None where it is alone.
    """
    query, queries = place or (1, 1)
    counts, plan, claim = ran.counts, ran.plan, ran.claim
    until = claim.until_s
    found = cursors(ran)
    return json.dumps(
        {
            "query": query,
            "queries": queries,
            "rows": counts.rows,
            "rows_before": ran.rows_before,
            "rows_fetched": counts.rows_fetched,
            "requests": counts.requests,
            "pages": counts.pages,
            "retries": counts.retries,
            "waited_ms": counts.waited_ms,
            "elapsed_ms": round(ran.seconds * 1000),
            "truncated": ran.is_truncated,
            "pushed": ["id"] if plan is None else pushed(plan),
            "residual": None if plan is None else plan.residual,
            "complete": claim.complete,
            "complete_until": None if until is None else text_of(until),
            "reason": claim.reason,
            "server_count": claim.server_count,
            "rows_from_mirror": counts.rows_mirrored,
            "answered_by_mirror": counts.sql_answers > 0,
            "after_cursor": found["after"],
            "before_cursor": found["before"],
        }
    )


def pushed(plan: Plan) -> list[str]:
    """The fields that a request filters by, in the order of the alphabet."""
    names = {name for scan in plan.scans for name in scan.box.sets}
    if any(scan.box.created != ALWAYS for scan in plan.scans):
        names.add("created_at")
    return sorted(names)


def _many(number: int, what: str) -> str:
    plural = what.removesuffix("y") + "ies" if what.endswith("y") else what + "s"
    return f"{number:,} {what if number == 1 else plural}"
