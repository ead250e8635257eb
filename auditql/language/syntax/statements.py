"""Queries, definitions and whole texts, as written."""

from dataclasses import field

from auditql.catalog.forms import form
from auditql.diagnostics.model import Diagnostic, Span
from auditql.language.syntax.filters import (
    Expr,
)
from auditql.language.syntax.stages import (
    Cursor,
    OrderKey,
    Page,
    Stage,
)
from auditql.language.syntax.values import (
    Integer,
    Item,
    Parameter,
    Text,
    Value,
)


@form
class Query:
    """One query; a clause that was not written is None."""

    filter: Expr | None = None
    order: tuple[OrderKey, ...] = ()
    limit: Integer | Parameter | None = None
    offset: Integer | Parameter | None = None
    page: Page | None = None
    page_size: Integer | Parameter | None = None
    cursor: Cursor | None = None
    stages: tuple[Stage, ...] = ()
    span: Span = field(default=Span(0, 0), compare=False, repr=False)


@form
class Param:
    """`param since = -7d` or `param who`; a list default is a tuple."""

    name: str
    default: Value | tuple[Item, ...] | None
    span: Span = field(compare=False, repr=False)
    name_span: Span = field(compare=False, repr=False)


@form
class Let:
    """`let @name = FILTER`."""

    name: str
    filter: Expr
    span: Span = field(compare=False, repr=False)


@form
class Zone:
    """`tz 'Europe/Berlin'`."""

    name: Text
    span: Span = field(compare=False, repr=False)


Statement = Param | Let | Zone | Query


@form
class Script:
    """A whole text: its statements in order and its first comment.

    Attributes:
        statements: empty for a text that says nothing; the resolver reads
            that as the query for every record.
        description: the first comment, if it stands before every statement.
        warnings: what the words alone give reason to say.
    """

    statements: tuple[Statement, ...]
    description: str | None = field(default=None, compare=False, repr=False)
    warnings: tuple[Diagnostic, ...] = field(default=(), compare=False, repr=False)
