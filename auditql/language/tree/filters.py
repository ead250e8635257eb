"""Operands, tests and their connectives, from their parts to their nodes.

In: the children of a rule. Out: its node. `a or (b or c)` is one Or of three;
parentheses leave no node of their own.
"""

from collections.abc import Iterator
from dataclasses import replace

from lark import Token

from auditql.catalog.forms import form
from auditql.catalog.operators import Comparator, TextOperator
from auditql.diagnostics.model import Span
from auditql.language import syntax
from auditql.language.tree.places import over, span

_COMPARATORS = {c.value: c for c in Comparator}
_TEXT_OPERATORS = {
    "CONTAINS": TextOperator.CONTAINS,
    "STARTS": TextOperator.STARTS_WITH,
    "ENDS": TextOperator.ENDS_WITH,
    "LIKE": TextOperator.LIKE,
    "ILIKE": TextOperator.ILIKE,
}
"""Operators by the terminal of their first word."""

_PATTERNS = {
    "~": (TextOperator.MATCHES, False),
    "~*": (TextOperator.IMATCHES, False),
    "!~": (TextOperator.MATCHES, True),
    "!~*": (TextOperator.IMATCHES, True),
}

Arguments = tuple[syntax.Name | syntax.Duration, ...]
Items = tuple[syntax.Item, ...]


@form
class Sign:
    """An operator of one or more words: whether `not` is among them, and where."""

    negated: bool
    span: Span


@form
class TextSign:
    """The operator of a test of text."""

    op: TextOperator
    negated: bool
    span: Span


# --- operands


def lower(text: str) -> str:
    """The text in lower case, as many characters as before."""
    if text.isascii():
        return text.lower()
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def name(token: Token) -> syntax.Name:
    """`actor_id`, in lower case."""
    return syntax.Name(lower(token), span(token))


def arguments(*given: syntax.Name | syntax.Duration) -> Arguments:
    """What stands between the parentheses of a call."""
    return given


def call(function: Token, _open: Token, given: Arguments, close: Token) -> syntax.Call:
    """`bin(created_at, 1h)`."""
    return syntax.Call(name(function), given, over(function, close))


# --- connectives


def or_(*terms: syntax.Expr) -> syntax.Or:
    """`a or b or c`."""
    return syntax.Or(tuple(_flat(terms, syntax.Or)), over(terms[0], terms[-1]))


def and_(*terms: syntax.Expr) -> syntax.And:
    """`a and b and c`."""
    return syntax.And(tuple(_flat(terms, syntax.And)), over(terms[0], terms[-1]))


def _flat(
    terms: tuple[syntax.Expr, ...], kind: type[syntax.And] | type[syntax.Or]
) -> Iterator[syntax.Expr]:
    """The terms, with those of a nested node of the same kind in its place."""
    for term in terms:
        if isinstance(term, kind):
            yield from term.terms
        else:
            yield term


def not_(word: Token, term: syntax.Expr) -> syntax.Not:
    """`not a`."""
    return syntax.Not(term, over(word, term))


def group(_open: Token, inner: syntax.Expr, _close: Token) -> syntax.Expr:
    """`(a and b)`: what is inside, and that it needs no warning beside `or`."""
    if isinstance(inner, syntax.And):
        return replace(inner, parenthesised=True)
    return inner


# --- tests


def comparison(
    operand: syntax.Operand, op: Token, value: syntax.Value
) -> syntax.Comparison:
    """`actor_id = 42`."""
    return syntax.Comparison(
        operand, _COMPARATORS[op], value, over(operand, value), span(op)
    )


def sign(*words: Token) -> Sign:
    """`in`, `not in`, `between`, `not between`, `during`."""
    return Sign(words[0].type == "NOT", over(words[0], words[-1]))


def text_sign(*words: Token) -> TextSign:
    """`contains`, `not starts with`, `!~`."""
    first, at = words[0], over(words[0], words[-1])
    if first.type == "PATTERN":
        return TextSign(*_PATTERNS[first], at)
    negated = first.type == "NOT"
    return TextSign(_TEXT_OPERATORS[words[negated].type], negated, at)


def in_list(
    operand: syntax.Operand, op: Sign, _open: Token, values: Items, close: Token
) -> syntax.In:
    """`action in (create, destroy)`."""
    return syntax.In(operand, values, op.negated, over(operand, close), op.span)


def in_one(operand: syntax.Operand, op: Sign, value: syntax.Value) -> syntax.InOne:
    """`created_at in 2026-02`, `created_at during last week`."""
    return syntax.InOne(operand, value, op.negated, over(operand, value), op.span)


def between(
    operand: syntax.Operand, op: Sign, low: syntax.Value, high: syntax.Value
) -> syntax.Between:
    """`created_at between a and b`."""
    return syntax.Between(operand, low, high, op.negated, over(operand, high), op.span)


def text_test(
    operand: syntax.Operand, op: TextSign, value: syntax.Value
) -> syntax.TextTest:
    """`actor_name like 'J%'`."""
    return syntax.TextTest(
        operand, op.op, value, op.negated, over(operand, value), op.span
    )


def is_null(operand: syntax.Operand, *words: Token) -> syntax.IsNull:
    """`ip_address is not null`."""
    return syntax.IsNull(operand, len(words) == 2, over(operand, words[-1]))


def search(token: Token) -> syntax.Search:
    """A quoted string alone."""
    from auditql.language.tree.values import text

    found = text(token)
    return syntax.Search(found, found.span)


def reference(token: Token) -> syntax.Reference:
    """`@name`."""
    return syntax.Reference(str(token)[1:], span(token))
