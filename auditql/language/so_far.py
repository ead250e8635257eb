"""What a statement has said so far, token by token: for what may still be said.

In: what was said before a token, the token, its kind and the kind before. Out:
what is said with it. Nothing is parsed here: which kind a token has was decided
by the parser, so that `limit` here is a clause and never a word.
"""

from dataclasses import replace

from auditql.catalog.fields import BY_NAME
from auditql.catalog.forms import form


@form
class SoFar:
    """What stands before a place.

    Attributes:
        clauses: the clauses of the statement, as people spell them.
        fields: the names of fields that stand in the statement.
        first_bar: offset of the statement's first `|`; None before it.
        last_bar: offset of its last.
        names: filters that were named with `let`, without `@`.
        parameters: parameters that were declared.
    """

    clauses: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    first_bar: int | None = None
    last_bar: int | None = None
    names: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()

    def with_clause(self, clause: str) -> "SoFar":
        """The same and a clause."""
        return replace(self, clauses=self.clauses | {clause})


_CLAUSES = {
    "ORDER": "order by",
    "LIMIT": "limit",
    "OFFSET": "offset",
    "AFTER": "after",
    "BEFORE": "before",
}


def with_token(before: SoFar, previous: str, kind: str, text: str, at: int) -> SoFar:
    """What is said with one token more.

    Args:
        before: what was said so far.
        previous: the kind of the token before; empty at the start.
        kind: the kind of the token.
        text: the token.
        at: its offset.
    """
    if kind == "WORD":
        if previous == "PARAM":
            return replace(before, parameters=(*before.parameters, text))
        name = text.lower()
        if name not in BY_NAME or name in before.fields:
            return before
        return replace(before, fields=before.fields | {name})
    if kind == "REFERENCE" and previous == "LET":
        return replace(before, names=(*before.names, text[1:]))
    if kind == "SEMICOLON":
        return SoFar(names=before.names, parameters=before.parameters)
    if kind == "VBAR":
        first = at if before.first_bar is None else before.first_bar
        return replace(before, first_bar=first, last_bar=at)
    if before.first_bar is not None:
        return before
    clause = _CLAUSES.get(kind)
    if previous == "PAGE":
        clause = "page size" if kind == "SIZE" else "page"
    elif kind == "SIZE":
        clause = "page size"
    return before if clause is None else before.with_clause(clause)


def is_free(keyword: str, said: SoFar) -> bool:
    """Whether a keyword that begins a clause may still stand in the statement."""
    clauses = said.clauses
    numbered, sized = "page" in clauses, "page size" in clauses
    by_cursor = "after" in clauses or "before" in clauses
    match keyword:
        case "page":
            return not (sized and (numbered or by_cursor))
        case "size":
            return not sized
        case "after" | "before":
            return not (numbered or by_cursor)
        case _:
            return keyword not in clauses
