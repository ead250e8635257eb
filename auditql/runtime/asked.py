"""What a program asks of a client, as a plan.

In: a text, a saved query or a plan, and what belongs to it. Out: the plan to run,
or the plan of the number of rows that it would give. Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from auditql.catalog.kinds import Kind
from auditql.errors import ConfigurationError
from auditql.language.query import Aggregate, Column, Group
from auditql.plan.plan import Plan
from auditql.runtime.compile import compile_text

if TYPE_CHECKING:
    from auditql.library.files import SavedQuery

NUMBER = Column("count", Kind.INTEGER)
"""The only column of the answer to how many rows there are."""


def asked(
    text: str | SavedQuery | Plan,
    *,
    params: Mapping[str, object] | None,
    now: datetime | str | int | None,
    limit: int | None,
    tz: str | None,
) -> Plan:
    """The plan of what is asked.

    Args:
        text: a query, a saved query, or a plan made before.
        params: values of its parameters.
        now: the frozen now; None takes the clock, once.
        limit: most rows, beside what the query itself says.
        tz: zone of days and hours where the text names none.

    Raises:
        QueryError: the text is wrong.
        ConfigurationError: `now` is no moment, or a plan came with what is
            already decided in it.
    """
    if not isinstance(text, Plan):
        return compile_text(text, params=params, now=now, tz=tz, limit=limit)
    if params is not None or now is not None or limit is not None:
        raise ConfigurationError(
            "params, now and limit are decided in a plan already; give them to compile"
        )
    return text


def counting(plan: Plan, *, exact: bool = False) -> Plan:
    """The plan of the number of rows that a plan would give, a row with `count`.

    Warnings of the text are kept; those of how it is read are of the new plan,
    which may read nothing.

    Args:
        plan: any.
        exact: every record is read, though the API has a count of its own.
    """
    from auditql.plan.planner import plan as planned

    own = planned(plan.query, plan.source).diagnostics
    of_text = plan.diagnostics[: max(0, len(plan.diagnostics) - len(own))]
    number = Group((), (Aggregate("count", None, NUMBER),))
    query = replace(plan.query, stages=(*plan.query.stages, number), columns=(NUMBER,))
    made = planned(query, plan.source, reads_all=exact)
    return replace(made, diagnostics=(*of_text, *made.diagnostics))


def number_of(row: Mapping[str, object]) -> int:
    """The number that the only row of such a plan holds."""
    number = row[NUMBER.name]
    assert isinstance(number, int), row
    return number
