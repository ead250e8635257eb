"""Checked filters: tests of typed values and their connectives."""

from dataclasses import field
from enum import Enum

from auditql.catalog.forms import form
from auditql.catalog.operators import TextOperator
from auditql.diagnostics.model import Span
from auditql.language.query.operands import (
    Network,
    Operand,
    Scalar,
)


class Order(Enum):
    """A strict or loose order between a column and a value."""

    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


@form
class And:
    """All terms hold; with no terms, every record passes."""

    terms: "tuple[Filter, ...]"
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Or:
    """At least one term holds; with no terms, no record passes."""

    terms: "tuple[Filter, ...]"
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Not:
    """The term does not hold; so `x != v` is Not(OneOf(x, (v,)))."""

    term: "Filter"
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class OneOf:
    """The operand equals one of the values; never on kind TIME.

    Values are distinct, in the order written, at least one.
    """

    operand: Operand
    values: tuple[Scalar, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Compare:
    """The operand stands in that order to the value; never on kind TIME."""

    operand: Operand
    op: Order
    value: Scalar
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Between:
    """low <= operand <= high; never on kind TIME."""

    operand: Operand
    low: Scalar
    high: Scalar
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class InRange:
    """start <= operand < end, on kind TIME, in seconds since 1970 UTC.

    None is an open end. At least one of the two is set. start >= end is legal
    and holds for nothing.
    """

    operand: Operand
    start: int | None
    end: int | None
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class InNetworks:
    """The address lies in one of the networks (a network of one is an address)."""

    operand: Operand
    networks: tuple[Network, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class TextMatch:
    """A test of text; `value` is as written, wildcards and escapes included."""

    operand: Operand
    op: TextOperator
    value: str
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Missing:
    """The operand has no value."""

    operand: Operand
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Search:
    """Any of the searched fields contains the text, ignoring case."""

    text: str
    span: Span | None = field(default=None, compare=False, repr=False)


Test = OneOf | Compare | Between | InRange | InNetworks | TextMatch | Missing | Search
Filter = And | Or | Not | Test

EVERYTHING = And(())
"""The filter that every record passes."""
