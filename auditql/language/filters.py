"""Filters as written to checked filters: connectives and names.

In: an expression of the syntax tree, the columns there are, a scope. Out: a
checked filter; where something is wrong, a diagnostic in the scope and a
filter that is never used.
"""

from collections.abc import Iterator, Sequence

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Fix, Span
from auditql.diagnostics.nearest import nearest
from auditql.language import query, syntax
from auditql.language.membership import WRONG
from auditql.language.operands import RECORD, Columns, resolve_operand
from auditql.language.predicates import resolve_test
from auditql.language.printer import format_filter
from auditql.language.scope import MOST_TERMS, Scope


def resolve_filter(expr: syntax.Expr, columns: Columns, scope: Scope) -> query.Filter:
    """The checked filter of an expression."""
    match expr:
        case syntax.Or(terms):
            _mixed(expr, scope)
            made = tuple(resolve_filter(t, columns, scope) for t in terms)
            return query.Or(tuple(_flat(made, query.Or)), expr.span)
        case syntax.And(terms):
            made = tuple(resolve_filter(t, columns, scope) for t in terms)
            return query.And(tuple(_flat(made, query.And)), expr.span)
        case syntax.Not(term):
            return query.Not(resolve_filter(term, columns, scope), expr.span)
        case syntax.Search(text):
            scope.terms += 1
            _check_search(expr.span, columns, scope)
            return query.Search(text.value, expr.span)
        case syntax.Reference():
            return _reference(expr, columns, scope)
        case _:
            scope.terms += 1
            number = _has_number(expr)
            operand = resolve_operand(expr.operand, columns, scope, number=number)
            if operand is None:
                return WRONG
            made_one = resolve_test(expr, operand, scope)
            assert made_one is not WRONG or scope.has_errors, expr
            return made_one


def _has_number(test: syntax.Test) -> bool:
    """Whether a test compares with a number."""
    match test:
        case syntax.Comparison(_, _, value) | syntax.Between(_, value):
            return isinstance(value, syntax.Integer)
        case syntax.In(_, items):
            return isinstance(items[0], syntax.IntegerRun)
        case _:
            return False


def _flat(terms: Sequence[query.Filter], kind: type) -> Iterator[query.Filter]:
    for term in terms:
        if isinstance(term, kind) and isinstance(term, query.And | query.Or):
            yield from term.terms
        else:
            yield term


def _mixed(expr: syntax.Or, scope: Scope) -> None:
    """Show how `and` and `or` side by side are read."""
    loose = [t for t in expr.terms if isinstance(t, syntax.And) and not t.parenthesised]
    if not loose:
        return
    shown = " or ".join(
        f"({format_filter(t)})" if isinstance(t, syntax.And) else format_filter(t)
        for t in expr.terms
    )
    scope.warn(
        Code.MIXED_AND_OR,
        "`and` binds tighter than `or`",
        loose[0].span,
        "read as if in parentheses",
        f"read as `{shown if len(shown) <= 300 else shown[:299] + '…'}`",
        fix=Fix(loose[0].span, f"({scope.written(loose[0].span)})"),
    )


def _check_search(span: Span, columns: Columns, scope: Scope) -> None:
    """A text alone needs a column that it looks into."""
    if columns is RECORD or any(map(query.is_searched, columns.values())):
        return
    scope.error(
        Code.UNKNOWN_COLUMN,
        "a text alone finds nothing to look into here",
        span,
        "no column that is searched is left",
        "name a column; the stage before gives " + ", ".join(columns),
    )


def _reference(expr: syntax.Reference, columns: Columns, scope: Scope) -> query.Filter:
    found = scope.filters.get(expr.name)
    if found is not None:
        scope.terms += size(found)
        if scope.terms > MOST_TERMS:
            scope.error(
                Code.TOO_MANY_TOKENS,
                f"the names of this text stand for more than {MOST_TERMS:,} tests",
                expr.span,
                "too many from here on",
                "use fewer names in each other",
            )
            return WRONG
        return found if _fits(found, expr, columns, scope) else WRONG
    if expr.name == scope.defining:
        scope.error(
            Code.RECURSIVE_NAME,
            f"`@{expr.name}` is defined by itself",
            expr.span,
            "its own name",
            "use only names defined before",
        )
        return WRONG
    meant = nearest(expr.name, scope.filters)
    scope.error(
        Code.UNKNOWN_NAME,
        f"there is no filter `@{expr.name}`",
        expr.span,
        "not defined before this",
        f"did you mean `@{meant[0]}`?"
        if meant
        else f"`let @{expr.name} = …;` defines it",
        fix=Fix(expr.span, f"@{meant[0]}") if meant else None,
    )
    return WRONG


def _fits(
    found: query.Filter, expr: syntax.Reference, columns: Columns, scope: Scope
) -> bool:
    """Whether a named filter, which is about records, can be asked of these columns."""
    if columns is RECORD:
        return True
    for column in _tested(found):
        if column is None:
            _check_search(expr.span, columns, scope)
            continue
        given = columns.get(column.name)
        if given is None or given.kind is not column.kind:
            scope.error(
                Code.UNKNOWN_COLUMN,
                f"`@{expr.name}` tests `{column.name}` of a record",
                expr.span,
                "a column that is no longer there"
                if given is None
                else f"`{column.name}` is {given.kind.value} here",
                f"put `where @{expr.name}` before the stages that leave it out; "
                "the stage before gives " + ", ".join(columns),
            )
            return False
    return True


def _tested(filter_: query.Filter) -> Iterator[query.Column | None]:
    """The columns that a filter tests; None for a text alone."""
    match filter_:
        case query.And(terms) | query.Or(terms):
            for term in terms:
                yield from _tested(term)
        case query.Not(term):
            yield from _tested(term)
        case query.Search():
            yield None
        case _:
            operand = filter_.operand
            yield operand.column if isinstance(operand, query.Apply) else operand


def size(filter_: query.Filter) -> int:
    """The number of tests of a filter."""
    match filter_:
        case query.And(terms) | query.Or(terms):
            return sum(map(size, terms))
        case query.Not(term):
            return size(term)
        case _:
            return 1


def depth(filter_: query.Filter) -> int:
    """How deep a filter is nested; 1 for a single test."""
    match filter_:
        case query.And(terms) | query.Or(terms):
            return 1 + max(map(depth, terms), default=0)
        case query.Not(term):
            return 1 + depth(term)
        case _:
            return 1
