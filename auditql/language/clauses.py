"""Order, limits and paging of a query, checked.

In: the clauses of the syntax tree. Out: their checked forms, or diagnostics in
the scope. The bounds of pages are those of the API.
"""

from collections.abc import Sequence

from auditql.catalog import limits
from auditql.catalog.kinds import Kind
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Fix, Span
from auditql.language import query, syntax
from auditql.language.operands import Columns, resolve_operand
from auditql.language.scope import Scope
from auditql.language.values import at
from auditql.language.wrong_kind import operand_text, refuse_list

MOST_PAGE_SIZE = 100
DEEPEST = 10_000
"""Records that offset paging reaches; the API refuses a deeper page."""


def number_of(value: syntax.Integer | syntax.Parameter, scope: Scope) -> int | None:
    """The number of a clause, a parameter put in; None and a diagnostic for none."""
    if isinstance(value, syntax.Parameter):
        bound = scope.bound(value, Kind.INTEGER, is_count=True)
        if bound is None:
            return None
        if isinstance(bound, tuple) or not isinstance(bound, syntax.Integer):
            scope.error(
                Code.WRONG_TYPE,
                f"`:{value.name}` is no number",
                value.span,
                "a whole number is needed",
                f"give it like `-p {value.name}=10`",
            )
            return None
        moved = at(bound, value.span)
        assert isinstance(moved, syntax.Integer)
        value = moved
    if 0 <= value.value <= limits.INT64_MAX:
        return value.value
    scope.error(
        Code.NUMBER_OUT_OF_RANGE,
        f"{str(value.value)[:40]} is no count",
        value.span,
        "below 0" if value.value < 0 else "too large",
        "write a number from 0 up" if value.value < 0 else "write a smaller number",
    )
    return None


def at_least_one(
    value: syntax.Integer | syntax.Parameter, what: str, scope: Scope
) -> int | None:
    """A count that must not be 0; None and a diagnostic for one that is."""
    found = number_of(value, scope)
    if found == 0:
        scope.error(
            Code.NUMBER_OUT_OF_RANGE,
            f"{what} begins at 1",
            value.span,
            "0",
            "write 1 or more",
            fix=Fix(value.span, "1") if isinstance(value, syntax.Integer) else None,
        )
        return None
    return found


def page_size(
    value: syntax.Integer | syntax.Parameter | None, scope: Scope
) -> int | None:
    """Records a request, 1 to 100; None for none, or with a diagnostic."""
    if value is None:
        return None
    found = number_of(value, scope)
    if found is not None and not 1 <= found <= MOST_PAGE_SIZE:
        best = "1" if found < 1 else str(MOST_PAGE_SIZE)
        scope.error(
            Code.PAGE_SIZE,
            f"a page has 1 to {MOST_PAGE_SIZE} records",
            value.span,
            f"{found} is outside",
            f"write {best}",
            fix=Fix(value.span, best) if isinstance(value, syntax.Integer) else None,
        )
        return None
    return found


def page_of(
    parsed: syntax.Query, scope: Scope
) -> query.OffsetPage | query.CursorPage | None:
    """The one page that a query asks for; None for a read."""
    page, cursor = parsed.page, parsed.cursor
    if page is not None and cursor is not None:
        later = max(page.span, cursor.span, key=lambda s: s.start)
        scope.error(
            Code.PAGING_MIXED,
            "pages by number and pages by cursor exclude each other",
            later,
            "the second way of paging",
            "keep one of the two; `page size n` goes with both",
            fix=Fix(later, ""),
        )
        return None
    if cursor is not None:
        return _cursor(cursor, scope)
    return None if page is None else _offset(page, parsed, scope)


def _cursor(cursor: syntax.Cursor, scope: Scope) -> query.CursorPage | None:
    token = cursor.token
    if isinstance(token, syntax.Parameter):
        bound = scope.bound(token, Kind.TEXT)
        if bound is None:
            return None
        if not isinstance(bound, syntax.Text | syntax.Word):
            scope.error(
                Code.WRONG_TYPE,
                f"`:{token.name}` is no cursor",
                token.span,
                "text is needed",
                "give the cursor as the API gave it",
            )
            return None
        return query.CursorPage(cursor.is_after, bound.value, cursor.span)
    return query.CursorPage(cursor.is_after, token.value, cursor.span)


def _offset(
    page: syntax.Page, parsed: syntax.Query, scope: Scope
) -> query.OffsetPage | None:
    number = at_least_one(page.number, "a page", scope)
    if page.size is not None and parsed.page_size is not None:
        scope.error(
            Code.CLAUSE_TWICE,
            "the size of a page is said twice",
            parsed.page_size.span,
            "again here",
            "keep one of the two",
        )
    asked = page.size if page.size is not None else parsed.page_size
    size = MOST_PAGE_SIZE if asked is None else page_size(asked, scope)
    if number is None or size is None:
        return None
    if number * size > DEEPEST:
        scope.error(
            Code.PAGE_TOO_DEEP,
            f"pages by number reach {DEEPEST:,} records deep",
            page.span,
            f"page {number} of {size} ends at {number * size:,}",
            f"the last page of that size is {DEEPEST // size}; "
            "without `page` every record is read",
        )
        return None
    return query.OffsetPage(number, size, page.span)


def order_of(
    keys: Sequence[syntax.OrderKey], columns: Columns, scope: Scope
) -> tuple[query.SortKey, ...]:
    """The checked keys of an order; those that are wrong are left out."""
    made = []
    for key in keys:
        operand = resolve_operand(key.operand, columns, scope)
        if operand is None:
            continue
        if refuse_list(operand, "ordered by", key.span, scope):
            continue
        if operand.kind is Kind.ADDRESS:
            scope.error(
                Code.WRONG_OPERATOR,
                "addresses have no order",
                key.span,
                f"`{operand_text(operand)}` is an address",
                "order by another field",
            )
            continue
        made.append(query.SortKey(operand, key.descending, key.span))
    return tuple(made)


def check_page_order(
    order: Sequence[query.SortKey], page: object, scope: Scope
) -> None:
    """One page comes in the API's order: by created_at only."""
    if page is None or not order:
        return
    first = order[0]
    alone = len(order) == 1
    by = first.operand.name if isinstance(first.operand, query.Column) else None
    if alone and by == "created_at":
        return
    start = (first.span or Span(0, 0)).start
    end = (order[-1].span or Span(0, 0)).end
    scope.error(
        Code.PAGING_ORDER,
        "one page comes in the order of created_at",
        Span(start, end),
        "the API cannot sort by this",
        "order by `created_at` or `-created_at`, or leave out the page",
    )
