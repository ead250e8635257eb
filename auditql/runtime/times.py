"""A time that is no part of a query, written as one: `-7d`, `2026-03-10`, `today`.

In: its text. Out: seconds since 1970 UTC.
"""

from auditql.diagnostics.nearest import nearest
from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError, QueryError
from auditql.language.clock import UnknownZone, zone_named, zone_names
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
        ConfigurationError: it is none, or there is no such zone.
    """
    if zone is not None:
        _check_zone(zone)
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


def past_moment_of(text: str, zone: str | None, now_s: float) -> int:
    """The same of a time that has begun; see `moment_of`.

    Raises:
        ConfigurationError: it is none, or is still to come; there is no such zone.
    """
    start_s = moment_of(text, zone, now_s)
    if start_s > now_s:
        raise ConfigurationError(
            f"`{safe_text(text)}` is still to come: name a time before now"
        )
    return start_s


def _check_zone(name: str) -> None:
    """See that there is such a zone.

    Raises:
        ConfigurationError: there is none.
    """
    try:
        zone_named(name)
    except UnknownZone:
        near = nearest(name[:_LONGEST], zone_names(), most=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ConfigurationError(
            f"there is no zone `{safe_text(name[:_LONGEST])}`{hint}"
        ) from None


_LONGEST = 64  # of a name of a zone
