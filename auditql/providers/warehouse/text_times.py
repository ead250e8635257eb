"""Times that a column holds as text, made texts that name their zone.

In: a column of text. Out: the same text with a zone, and where it cannot be read. An
engine takes a text without a zone for a time of its session, and guesses at one whose
day does not come last of year, month and day; ours is of UTC, or is not read.
"""

from auditql.providers.warehouse.engines import Functions
from auditql.providers.warehouse.nodes import (
    Node,
    cases,
    every,
    joined,
    not_null,
    opposite,
    string,
)

UNREADABLE = "auditql cannot read this time"

_DAY = "[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?"
_CLOCK = "[T ][0-9][0-9]?:[0-9][0-9](:[0-9][0-9]([.][0-9]+)?)?"
_ZONE = " ?(Z|UTC|[+-][0-9:]+)"
_ZONED = ":.*[ZU+-]"
"""What a time with a zone holds, and one without does not."""


def is_unreadable(text: Node, functions: Functions) -> Node:
    """Whether it is none of the forms of a time, never NULL."""
    engine = functions.engine
    form = f"{engine.begin}{_DAY}({_CLOCK}({_ZONE})?)?{engine.end}"
    reads = functions.matches(text, string(form))
    return every([not_null(text), opposite(reads, nullable=False)])


def zoned(text: Node, functions: Functions) -> Node:
    """A time of such a form with its zone, a day with its first hour too."""
    has_zone = functions.matches(text, string(_ZONED))
    has_clock = functions.contains(text, string(":"))
    return cases(
        [(has_zone, text.copy()), (has_clock, joined(text, string("Z")))],
        joined(text, string("T00:00:00Z")),
    )
