"""Operands, tests and their connectives, as written."""

from dataclasses import field

from auditql.catalog.forms import form
from auditql.catalog.operators import Comparator, TextOperator
from auditql.diagnostics.model import Span
from auditql.language.syntax.values import (
    Duration,
    Item,
    Text,
    Value,
)


@form
class Name:
    """A field, function or column, in lower case."""

    value: str
    span: Span = field(compare=False, repr=False)


@form
class Call:
    """`date(created_at)`, `bin(created_at, 1h)`: a function of a field."""

    function: Name
    arguments: tuple[Name | Duration, ...]
    span: Span = field(compare=False, repr=False)


Operand = Name | Call


@form
class Or:
    """Two or more alternatives; no term is an Or."""

    terms: "tuple[Expr, ...]"
    span: Span = field(compare=False, repr=False)


@form
class And:
    """Two or more conditions; no term is an And.

    `parenthesised` says that the person wrote parentheses around it, so
    mixing it with `or` needs no warning.
    """

    terms: "tuple[Expr, ...]"
    span: Span = field(compare=False, repr=False)
    parenthesised: bool = field(default=False, compare=False, repr=False)


@form
class Not:
    """`not` before a filter; a test's own `not in`, `!=` is in the test."""

    term: "Expr"
    span: Span = field(compare=False, repr=False)


@form
class Comparison:
    """`actor_id = 42`."""

    operand: Operand
    op: Comparator
    value: Value
    span: Span = field(compare=False, repr=False)
    op_span: Span = field(compare=False, repr=False)


@form
class In:
    """`action in (create, destroy)`."""

    operand: Operand
    items: tuple[Item, ...]
    negated: bool
    span: Span = field(compare=False, repr=False)
    op_span: Span = field(compare=False, repr=False)


@form
class InOne:
    """`created_at in 2026-02`, `during`, `in 10.0.0.0/8`, `in :list`."""

    operand: Operand
    value: Value
    negated: bool
    span: Span = field(compare=False, repr=False)
    op_span: Span = field(compare=False, repr=False)


@form
class Between:
    """`created_at between a and b`."""

    operand: Operand
    low: Value
    high: Value
    negated: bool
    span: Span = field(compare=False, repr=False)
    op_span: Span = field(compare=False, repr=False)


@form
class TextTest:
    """`actor_name like 'J%'`, `!~`, `not contains`."""

    operand: Operand
    op: TextOperator
    value: Value
    negated: bool
    span: Span = field(compare=False, repr=False)
    op_span: Span = field(compare=False, repr=False)


@form
class IsNull:
    """`ip_address is null`, `is not null`."""

    operand: Operand
    negated: bool
    span: Span = field(compare=False, repr=False)


@form
class Search:
    """A quoted string alone: any of several fields contains it."""

    text: Text
    span: Span = field(compare=False, repr=False)


@form
class Reference:
    """`@name`: a filter named with `let`."""

    name: str
    span: Span = field(compare=False, repr=False)


Test = Comparison | In | InOne | Between | TextTest | IsNull | Search | Reference
Expr = Or | And | Not | Test
