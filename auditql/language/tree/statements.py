"""Queries, definitions and whole texts, from their parts to their nodes.

In: the children of a rule. Out: its node; a query is a Draft until its
clauses are sorted out.
"""

from lark import Token

from auditql.catalog.forms import form
from auditql.diagnostics.model import Span
from auditql.language import syntax
from auditql.language.tree.places import over, span
from auditql.language.tree.stages import Clause
from auditql.language.tree.values import unquote

Part = Clause | syntax.Stage


@form
class Draft:
    """A query whose clauses stand as they were met."""

    filter: syntax.Expr | None
    clauses: tuple[Clause, ...]
    stages: tuple[syntax.Stage, ...]
    span: Span


Statement = Draft | syntax.Param | syntax.Let | syntax.Zone


def filtered(first: syntax.Expr, *parts: Part) -> Draft:
    """A query that begins with a filter."""
    return _draft(first, parts, over(first, parts[-1] if parts else first))


def unfiltered(*parts: Part) -> Draft:
    """A query that begins with a clause or a stage."""
    return _draft(None, parts, over(parts[0], parts[-1]))


def _draft(first: syntax.Expr | None, parts: tuple[Part, ...], at: Span) -> Draft:
    if not parts:
        return Draft(first, (), (), at)
    clauses = tuple(p for p in parts if isinstance(p, Clause))
    return Draft(
        first, clauses, tuple(p for p in parts if isinstance(p, syntax.Stage)), at
    )


def param(
    word: Token, name: Token, default: syntax.Value | None = None
) -> syntax.Param:
    """`param since = -7d`."""
    return syntax.Param(str(name), default, over(word, default or name), span(name))


def param_list(
    word: Token,
    name: Token,
    _open: Token,
    default: tuple[syntax.Item, ...],
    close: Token,
) -> syntax.Param:
    """`param who = (1, 2)`."""
    return syntax.Param(str(name), default, over(word, close), span(name))


def let(word: Token, name: Token, inner: syntax.Expr) -> syntax.Let:
    """`let @name = FILTER`."""
    return syntax.Let(str(name)[1:], inner, over(word, inner))


def zone(word: Token, name: Token) -> syntax.Zone:
    """`tz 'Europe/Berlin'`."""
    return syntax.Zone(syntax.Text(unquote(name), span(name)), over(word, name))


def script(*statements: Statement) -> tuple[Statement, ...]:
    """All statements of a text, in order."""
    return statements
