"""A drawn query as a person would write it.

In: a checked query. Out: text of the language that means the same.
"""

from auditql.language.printer import format_filter
from auditql.language.query import Column, OffsetPage, Query, SortKey
from auditql.language.restate import restate


def text_of_query(query: Query) -> str:
    """The text of a query without stages."""
    parts = [format_filter(restate(query.filter))]
    if query.order:
        parts.append("order by " + ", ".join(map(_key, query.order)))
    for word, number in (
        ("limit", query.limit),
        ("offset", query.offset or None),
        ("page size", query.page_size),
    ):
        if number is not None:
            parts.append(f"{word} {number}")
    match query.page:
        case OffsetPage(number, size):
            parts.append(f"page {number} size {size}")
        case _:
            assert query.page is None
    return " ".join(parts)


def _key(key: SortKey) -> str:
    assert isinstance(key.operand, Column)
    return ("-" if key.descending else "") + key.operand.name
