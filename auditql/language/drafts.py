"""A query whose clauses stand as they were met, to one where each has its place.

In: a Draft of the tree builder. Out: a Query, and a diagnostic for each clause
that comes twice or excludes one before it. Names that are given are checked.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar, assert_never

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.language import syntax
from auditql.language.tree import Clause, Draft, Limit, Offset, Ordering, PageSize

_NAME = re.compile(r"[^\W\d]\w*")

C = TypeVar("C", bound=Clause)


def sorted_out(draft: Draft, problems: list[Diagnostic]) -> syntax.Query:
    """The query of a draft; of a clause that comes twice, the first counts."""
    if not draft.clauses:
        return syntax.Query(draft.filter, stages=draft.stages, span=draft.span)
    met: dict[str, Clause] = {}
    for clause in draft.clauses:
        kind = _kind(clause)
        if met.setdefault(kind, clause) is not clause:
            problems.append(
                _surplus(Code.CLAUSE_TWICE, f"`{kind}` stands twice", clause.span)
            )
    if "after" in met and "before" in met:
        second = max(met["after"].span, met["before"].span, key=lambda s: s.start)
        message = "`after` and `before` exclude each other"
        problems.append(_surplus(Code.PAGING_MIXED, message, second))
    clauses = met.values()
    order, limit = _first(Ordering, clauses), _first(Limit, clauses)
    offset, size = _first(Offset, clauses), _first(PageSize, clauses)
    return syntax.Query(
        filter=draft.filter,
        order=order.keys if order else (),
        limit=limit.number if limit else None,
        offset=offset.number if offset else None,
        page=_first(syntax.Page, clauses),
        page_size=size.number if size else None,
        cursor=_first(syntax.Cursor, clauses),
        stages=draft.stages,
        span=draft.span,
    )


def misnamed(statement: syntax.Statement) -> Iterator[Diagnostic]:
    """A diagnostic for each new name of a statement that is none.

    A word may hold dots, dashes and slashes; a name that a statement gives,
    to a parameter or a column, may not.
    """
    match statement:
        case syntax.Param(name):
            if not _NAME.fullmatch(name):
                yield _no_name(name, statement.name_span)
        case syntax.Query():
            for stage in statement.stages:
                for alias in _aliases(stage):
                    if not _NAME.fullmatch(alias.value):
                        yield _no_name(alias.value, alias.span)
        case syntax.Let() | syntax.Zone():
            return
        case _:
            assert_never(statement)


def _aliases(stage: syntax.Stage) -> Iterator[syntax.Name]:
    """The names that a stage gives with `as`."""
    calls: tuple[syntax.Key | syntax.AggregateCall, ...] = ()
    if isinstance(stage, syntax.Stats):
        calls = stage.aggregates
    if not isinstance(stage, syntax.Where | syntax.OrderBy | syntax.LimitTo):
        calls += stage.keys
    return (call.alias for call in calls if call.alias is not None)


def _no_name(name: str, span: Span) -> Diagnostic:
    plain = re.sub(r"\W+", "_", name).strip("_") or "x"
    return Diagnostic(
        Code.STRAY_CHARACTER,
        f"`{name[:60]}` is no name",
        span,
        "a name holds letters, digits and `_`",
        f"write `{plain}`",
        fix=Fix(span, plain),
    )


def _kind(clause: Clause) -> str:
    """What a clause is called; each may stand once."""
    match clause:
        case Ordering():
            return "order by"
        case Limit():
            return "limit"
        case Offset():
            return "offset"
        case PageSize():
            return "page size"
        case syntax.Page():
            return "page"
        case syntax.Cursor(is_after):
            return "after" if is_after else "before"
        case _:
            assert_never(clause)


def _first(kind: type[C], clauses: Iterable[Clause]) -> C | None:
    return next((c for c in clauses if isinstance(c, kind)), None)


def _surplus(code: Code, message: str, span: Span) -> Diagnostic:
    label = "again here" if code is Code.CLAUSE_TWICE else "one too many"
    help_ = "keep one of the two"
    return Diagnostic(code, message, span, label, help_, fix=Fix(span, ""))
