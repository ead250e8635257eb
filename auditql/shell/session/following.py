"""What follows the rows that are out, in words.

In: an answer, the run that is over. Out: a clause for its line, a note. Nothing is
sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditql.language.query import OffsetPage
from auditql.shell.report import Ran, cursors

if TYPE_CHECKING:
    from auditql.shell.session.answer import Answer


def what_follows(answer: Answer, ran: Ran) -> str | None:
    """How the rows that follow are shown; None where the report's own words say it."""
    if not ran.claim.complete:
        return ""
    sides = [side for side, token in cursors(ran).items() if token is not None]
    names = {"after": "\\next", "before": "\\prev"}
    if sides or isinstance(answer.plan.query.page, OffsetPage):
        return "one page: " + ", ".join(names[s] for s in sides or names)
    if answer.plan.query.page is None:
        if answer.has_more:
            return f"more {'' if answer.found else 'may '}follow: \\more"
        return _limit(answer, ran)
    return None


def nothing_follows(answer: Answer, ran: Ran | None) -> str:
    """Why an answer that is out cannot go on.

    Args:
        answer: all that it has is out.
        ran: the last run, of this answer or of another.
    """
    is_own = ran is not None and ran.plan is answer.plan
    limit = _limit(answer, ran) if ran is not None and is_own else None
    return "all rows are out" if limit is None else limit


def _limit(answer: Answer, ran: Ran) -> str | None:
    """That the limit ended it; None where it did not."""
    if not ran.is_truncated:
        return None
    whose = "chosen" if answer.was_limited else "query's own"
    return f"the {whose} limit is reached"
