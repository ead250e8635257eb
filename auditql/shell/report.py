"""What is said of a run when it is over: one line for a person, one for a program.

In: the counts, the plan, how it ended. Out: text. Nothing is printed here.
"""

import json

from auditql.language.clock import text_of
from auditql.plan.model import ALWAYS
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics

SETTLING_S = 300
"""Records have been seen to become readable minutes after their time, so the
last seconds before the server's now are never claimed (promise P2)."""


def summary(counts: Statistics, seconds: float, *, truncated: bool) -> str:
    """`37 rows · 4,100 read · 41 requests · 0 retries · 8.7 s`."""
    more = " (the limit; more may follow)" if truncated else ""
    return (
        f"{_many(counts.rows, 'row')}{more} · {counts.rows_fetched:,} read · "
        f"{_many(counts.requests, 'request')} · {_many(counts.retries, 'retry')} · "
        f"{seconds:.1f} s"
    )


def statistics_line(
    counts: Statistics, seconds: float, plan: Plan | None, reason: str | None
) -> str:
    """The JSON object of `--stats`, on one line.

    Args:
        counts: what was done.
        seconds: how long it took.
        plan: of the query; None for a single record that was looked up.
        reason: why the answer is not complete; None where it is.
    """
    until = None if reason is not None else complete_until_s(counts, plan)
    return json.dumps(
        {
            "rows": counts.rows,
            "rows_fetched": counts.rows_fetched,
            "requests": counts.requests,
            "pages": counts.pages,
            "retries": counts.retries,
            "waited_ms": counts.waited_ms,
            "elapsed_ms": round(seconds * 1000),
            "truncated": is_truncated(counts, plan),
            "pushed": ["id"] if plan is None else pushed(plan),
            "residual": None if plan is None else plan.residual,
            "complete": reason is None,
            "complete_until": None if until is None else text_of(until),
            "reason": reason,
        }
    )


def is_truncated(counts: Statistics, plan: Plan | None) -> bool:
    """Whether the limit, or the page that was asked for, may have cut rows off.

    It is not known whether more would follow; where none can, this is False.
    """
    if plan is None:
        return False
    if plan.query.page is not None:
        return counts.rows > 0
    return plan.limit is not None and counts.rows >= plan.limit


def pushed(plan: Plan) -> list[str]:
    """The fields that a request filters by, in the order of the alphabet."""
    names = {name for scan in plan.scans for name in scan.box.sets}
    if any(scan.box.created != ALWAYS for scan in plan.scans):
        names.add("created_at")
    return sorted(names)


def complete_until_s(counts: Statistics, plan: Plan | None) -> int | None:
    """Up to when nothing is missing, in seconds since 1970 UTC; None: not known.

    The end of the query's time, but never within the last five minutes of the
    server's, whose time is that of its first answer.
    """
    if counts.server_s is None or (plan is not None and plan.query.page is not None):
        return None
    settled = counts.server_s - SETTLING_S
    ends = [None] if plan is None else [scan.box.created.end for scan in plan.scans]
    known = [end for end in ends if end is not None]
    return min(settled, max(known)) if known and len(known) == len(ends) else settled


def _many(number: int, what: str) -> str:
    plural = what.removesuffix("y") + "ies" if what.endswith("y") else what + "s"
    return f"{number:,} {what if number == 1 else plural}"
