"""A time that is no part of a query, written as one: `-7d`, `2026-03-10`, `today`.

In: its text. Out: seconds since 1970 UTC.
"""

from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError, QueryError
from auditql.language.parameters import written
from auditql.plan.span import span_of
from auditql.runtime.compile import compile_text


def moment_of(text: str, zone: str | None, now_s: float) -> int:
    """The second in which a time begins.

    Args:
        text: as a query would have it.
        zone: of days and hours; None means UTC.
        now_s: the frozen now.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        plan = compile_text(
            "created_at >= :time",
            params={"time": written(text)},
            now=int(now_s),
            tz=zone,
        )
        start = span_of(plan.query).start
    except QueryError:
        start = None
    if start is None:
        raise ConfigurationError(
            f"`{safe_text(text)}` is no time: write -7d, 2026-03-10 or 'last month'"
        )
    return start
