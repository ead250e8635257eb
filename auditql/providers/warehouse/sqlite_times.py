"""Times in SQLite that are none: it gives NULL for them, or some time, without a word.

In: a column of text, its seconds. Out: the seconds, where it is read as it is written.
"""

from auditql.providers.warehouse.engines import Functions
from auditql.providers.warehouse.nodes import (
    Node,
    call,
    equal,
    every,
    not_null,
    number,
    opposite,
    string,
)

UNREADABLE = "auditql cannot read this time"


def readable(seconds: Node, text: Node, functions: Functions) -> Node:
    """The seconds; the statement fails where a value is no time with its day.

    The day is read alone, so that it is one of the calendar, no number and no word.
    """
    day = call("SUBSTR", text, number(1), number(10))
    # Days are added so that it counts: February 30th becomes another day.
    found = call("STRFTIME", string("%Y-%m-%d"), day, string("+0 days"))
    is_day = equal(found, day)
    is_read = every([is_day, not_null(call("STRFTIME", string("%s"), text))])
    wrong = every([not_null(text), opposite(is_read, nullable=True)])
    return functions.checked(seconds, wrong, UNREADABLE, text)
