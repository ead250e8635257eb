"""A checked filter said again as syntax, so that the one printer writes it.

In: a checked filter. Out: an expression that resolves to an equal filter, in
the words a person would use: `!=` for the negation of an equality, times in
UTC to the second.
"""

from typing import assert_never

from auditql.catalog.kinds import WEEKDAYS, Kind
from auditql.catalog.operators import Comparator
from auditql.diagnostics.model import Span
from auditql.language import query, syntax
from auditql.language.clock import text_of

_AT = Span(0, 0)
_COMPARATORS = {
    query.Order.LT: Comparator.LT,
    query.Order.LE: Comparator.LE,
    query.Order.GT: Comparator.GT,
    query.Order.GE: Comparator.GE,
}


def restate(filter_: query.Filter) -> syntax.Expr:
    """The filter as syntax.

    The filters without terms, which no text can say, become a test that
    always or never holds: `id is not null`, `id is null`.
    """
    match filter_:
        case query.And(()):
            return syntax.IsNull(syntax.Name("id", _AT), True, _AT)
        case query.Or(()):
            return syntax.IsNull(syntax.Name("id", _AT), False, _AT)
        case query.And((term,)) | query.Or((term,)):
            return restate(term)
        case query.And(terms):
            return _joined(syntax.And, terms)
        case query.Or(terms):
            return _joined(syntax.Or, terms)
        case query.Not(term):
            return _negation(term)
        case _:
            return _test(filter_, negated=False)


def _joined(
    kind: type[syntax.And] | type[syntax.Or], terms: tuple[query.Filter, ...]
) -> syntax.Expr:
    flat: list[syntax.Expr] = []
    for term in map(restate, terms):
        flat += term.terms if isinstance(term, kind) else (term,)
    return kind(tuple(flat), _AT)


def _negation(term: query.Filter) -> syntax.Expr:
    match term:
        case query.And() | query.Or() | query.Not() | query.Search():
            return syntax.Not(restate(term), _AT)
        case query.Compare():
            return syntax.Not(_test(term, negated=False), _AT)
        case query.InRange(_, start, end):
            made = _test(term, negated=False)
            one_second = start is not None and end == start + 1
            if one_second and isinstance(made, syntax.Comparison):
                return syntax.Comparison(
                    made.operand, Comparator.NE, made.value, _AT, _AT
                )
            if isinstance(made, syntax.Between):
                return syntax.Between(made.operand, made.low, made.high, True, _AT, _AT)
            return syntax.Not(made, _AT)
        case _:
            return _test(term, negated=True)


def _test(test: query.Test, *, negated: bool) -> syntax.Expr:
    match test:
        case query.OneOf(operand, values):
            return _one_of(operand, values, negated=negated)
        case query.Compare(operand, order, value):
            return syntax.Comparison(
                _operand(operand),
                _COMPARATORS[order],
                _value(value, operand.kind),
                _AT,
                _AT,
            )
        case query.Between(operand, low, high):
            return syntax.Between(
                _operand(operand),
                _value(low, operand.kind),
                _value(high, operand.kind),
                negated,
                _AT,
                _AT,
            )
        case query.InRange(operand, start, end):
            return _range(_operand(operand), start, end)
        case query.InNetworks(operand, networks):
            items = tuple(syntax.Address(str(n), _AT) for n in networks)
            if len(items) == 1:
                return syntax.InOne(_operand(operand), items[0], negated, _AT, _AT)
            return syntax.In(_operand(operand), items, negated, _AT, _AT)
        case query.TextMatch(operand, op, text):
            piece = syntax.Text(text, _AT)
            return syntax.TextTest(_operand(operand), op, piece, negated, _AT, _AT)
        case query.Missing(operand):
            return syntax.IsNull(_operand(operand), negated, _AT)
        case query.Search(text):
            return syntax.Search(syntax.Text(text, _AT), _AT)
        case _:
            assert_never(test)


def _one_of(
    operand: query.Operand, values: tuple[query.Scalar, ...], *, negated: bool
) -> syntax.Expr:
    if len(values) == 1:
        op = Comparator.NE if negated else Comparator.EQ
        only = _value(values[0], operand.kind)
        return syntax.Comparison(_operand(operand), op, only, _AT, _AT)
    items = _items(values, operand.kind)
    return syntax.In(_operand(operand), items, negated, _AT, _AT)


def _range(operand: syntax.Operand, start: int | None, end: int | None) -> syntax.Expr:
    """A range of time; both ends of `between` are included, so the last second."""
    if start is not None and end is not None:
        if end == start + 1:
            return syntax.Comparison(operand, Comparator.EQ, _time(start), _AT, _AT)
        return syntax.Between(operand, _time(start), _time(end - 1), False, _AT, _AT)
    if start is not None:
        return syntax.Comparison(operand, Comparator.GE, _time(start), _AT, _AT)
    assert end is not None
    return syntax.Comparison(operand, Comparator.LT, _time(end), _AT, _AT)


def _time(second: int) -> syntax.TimeLiteral:
    return syntax.TimeLiteral(text_of(second), _AT)


def _operand(operand: query.Operand) -> syntax.Operand:
    if isinstance(operand, query.Column):
        return syntax.Name(operand.name, _AT)
    arguments: tuple[syntax.Name | syntax.Duration, ...] = (
        syntax.Name(operand.column.name, _AT),
    )
    if operand.length is not None:
        arguments += (syntax.Duration(operand.length.count, operand.length.unit, _AT),)
    return syntax.Call(syntax.Name(operand.function, _AT), arguments, _AT)


def _items(values: tuple[query.Scalar, ...], kind: Kind) -> tuple[syntax.Item, ...]:
    if kind is Kind.INTEGER:
        numbers = tuple(v for v in values if isinstance(v, int))
        return (syntax.IntegerRun(numbers, syntax.RunSpans(()), _AT),)
    found: list[syntax.Item] = []
    for value in values:
        made = _value(value, kind)
        assert not isinstance(made, syntax.Integer)
        found.append(made)
    return tuple(found)


def _value(value: query.Scalar, kind: Kind) -> syntax.Value:
    if kind is Kind.WEEKDAY:
        assert isinstance(value, int)
        return syntax.Word(WEEKDAYS[value], _AT)
    if isinstance(value, int):
        return syntax.Integer(value, _AT)
    if isinstance(value, str):
        if kind is Kind.WORD and _is_plain(value):
            return syntax.Word(value, _AT)
        return syntax.Text(value, _AT)
    return syntax.Address(str(value), _AT)


def _is_plain(text: str) -> bool:
    """Whether a word needs no quotes: a known one, or a plain run of letters."""
    from auditql.catalog.fields import ACTIONS, SOURCE_TYPES

    return text in ACTIONS or text in SOURCE_TYPES
