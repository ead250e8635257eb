r"""What a text must hold to pass a test: quick tests that let too much through.

In: one test of one text. Out: a piece over `value`, a text of a dictionary; whatever
passes the test passes it. Finding a piece of text is far quicker than asking Python.

SQLite's own LIKE ignores the case of ASCII letters only, so a text with other
characters always passes where case is ignored.
"""

from auditql.catalog.like import parse_like
from auditql.catalog.operators import TextOperator
from auditql.catalog.text import fold
from auditql.language import query
from auditql.providers.mirror.sql.literals import literal_of
from auditql.providers.mirror.sql.pieces import Piece

_LONGEST = 1_000
"""Characters of a piece that are looked for; SQLite bounds the patterns of LIKE."""

_MOST_VALUES = 4

_IS_BEYOND_ASCII = "length(value) <> length(CAST(value AS BLOB))"


def needle(node: query.Test) -> Piece | None:
    """A quick test; None where every text must be asked."""
    match node:
        case query.Search(text):
            return _any_case(text)
        case query.TextMatch(operand, op, value):
            return _of_match(op, value, is_exact=isinstance(operand, query.Column))
        case query.OneOf(query.Column(many=True), values):
            texts = [v for v in values if isinstance(v, str) and v]
            if len(texts) < len(values) or len(texts) > _MOST_VALUES:
                return None
            found = [_exact(text) for text in texts]
            known = [piece for piece in found if piece is not None]
            if len(known) < len(found):
                return None
            params = tuple(param for piece in known for param in piece.params)
            return Piece(" OR ".join(piece.text for piece in known), params)
        case _:
            return None


def _of_match(op: TextOperator, value: str, *, is_exact: bool) -> Piece | None:
    """A quick test of a match.

    Args:
        op: of the match.
        value: as written.
        is_exact: what is matched is the text or a part of it as it is, not in
            lower case.
    """
    match op:
        case TextOperator.LIKE | TextOperator.ILIKE:
            parts = [p for p in parse_like(value) if isinstance(p, str)]
            literal = max(parts, key=len, default=None)
        case TextOperator.MATCHES | TextOperator.IMATCHES:
            literal = literal_of(value)
        case _:
            literal = value
    if literal is None:
        return None
    if is_exact and op in (TextOperator.LIKE, TextOperator.MATCHES):
        return _exact(literal)
    return _any_case(literal)


def _exact(literal: str) -> Piece | None:
    if not literal or not _is_plain(literal):
        return None
    return Piece("instr(value, ?) > 0", (literal[:_LONGEST],))


def _any_case(literal: str) -> Piece | None:
    folded = fold(literal)[:_LONGEST]
    if not folded:
        return None
    if not folded.isascii():
        return Piece(_IS_BEYOND_ASCII)
    if not _is_plain(folded):
        return None
    escaped = "".join("\\" + c if c in "%_\\" else c for c in folded)
    text = f"value LIKE ? ESCAPE '\\' OR {_IS_BEYOND_ASCII}"
    return Piece(text, (f"%{escaped}%",))


def _is_plain(text: str) -> bool:
    """Whether SQLite can hold the text whole."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
