"""The names of the zones, as they may stand in a query or behind a command."""

from collections.abc import Sequence
from functools import cache

from auditql.language.clock import zone_names
from auditql.shell.completion.known import ItemKind
from auditql.shell.completion.literals import quoted
from auditql.shell.completion.offers import Offer


@cache
def zones(quote: str | None) -> Sequence[Offer]:
    """The zones, between quotes unless there is to be none."""
    return tuple(
        Offer(
            name if quote is None else quoted(name, quote),
            ItemKind.VALUE,
            shown=name,
            matched=name,
        )
        for name in ("UTC", *(z for z in zone_names() if z != "UTC"))
    )
