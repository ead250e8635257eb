"""The page beside a page.

In: the plan of a page, the cursors that came with it. Out: the plan of the page
behind or before it. Nothing is sent.
"""

from collections.abc import Mapping
from dataclasses import replace

from auditql.language.query import CursorPage, OffsetPage
from auditql.plan.plan import Plan
from auditql.plan.planner import plan as planned


def beside(
    plan: Plan, cursors: Mapping[str, str | None], *, is_after: bool
) -> Plan | None:
    """The plan of the page on that side; None where there is none.

    Args:
        plan: of the page.
        cursors: `after` and `before`, as they came with it.
        is_after: the page behind it.
    """
    query = plan.query
    page: OffsetPage | CursorPage
    if isinstance(query.page, OffsetPage):
        number = query.page.number + (1 if is_after else -1)
        if number < 1 or number * query.page.size > 10_000:
            return None
        page = OffsetPage(number, query.page.size)
    else:
        token = cursors.get("after" if is_after else "before")
        if token is None:
            return None
        page = CursorPage(is_after, token)
    return planned(replace(query, page=page), plan.source)
