"""What a text must hold to pass a test: quick tests that let too much through.

In: one test of one text. Out: a piece over `hash` and `value` of a dictionary; whatever
passes the test passes it. Finding pieces of text is far quicker than asking Python.

SQLite's LIKE ignores the case of ASCII letters only, so a text with other characters
always passes where case is ignored; so does what is kept as bytes. The hash tells both.
"""

from collections.abc import Sequence

from auditql.catalog.like import parse_like
from auditql.catalog.operators import TextOperator
from auditql.catalog.text import fold
from auditql.language import query
from auditql.providers.mirror.sql.literals import literals_of
from auditql.providers.mirror.sql.pieces import Piece
from auditql.providers.mirror.texts import NOT_PLAIN

_LONGEST = 1_000
"""Characters that are looked for; SQLite bounds the patterns of LIKE."""

_MOST_PIECES = 8
_MOST_VALUES = 4

_IS_NOT_PLAIN = f"hash >= {NOT_PLAIN}"
_IS_BYTES = f"{_IS_NOT_PLAIN} AND typeof(value) <> 'text'"


def needle(node: query.Test) -> Piece | None:
    """A quick test; None where every text must be asked."""
    match node:
        case query.Search(text):
            return _any_case([text])
        case query.TextMatch(operand, op, value):
            return _of_match(op, value, is_as_it_is=isinstance(operand, query.Column))
        case query.OneOf(query.Column(many=True), values):
            texts = [v for v in values if isinstance(v, str)]
            found = [_exact([text]) for text in texts]
            known = [piece for piece in found if piece is not None]
            if len(known) < len(values) or len(known) > _MOST_VALUES:
                return None
            params = tuple(param for piece in known for param in piece.params)
            return Piece(" OR ".join(piece.text for piece in known), params)
        case _:
            return None


def _of_match(op: TextOperator, value: str, *, is_as_it_is: bool) -> Piece | None:
    """A quick test of a match.

    Args:
        op: of the match.
        value: as written.
        is_as_it_is: what is matched is the text or a part of it, not in lower case.
    """
    match op:
        case TextOperator.LIKE | TextOperator.ILIKE:
            literals = [part for part in parse_like(value) if isinstance(part, str)]
        case TextOperator.MATCHES | TextOperator.IMATCHES:
            literals = literals_of(value)
        case _:
            literals = [value]
    if is_as_it_is and op in (TextOperator.LIKE, TextOperator.MATCHES):
        return _exact(literals)
    return _any_case(literals)


def _exact(literals: Sequence[str]) -> Piece | None:
    """The literals stand in the text, one behind the other."""
    wanted = [text for text in _bounded(literals) if _can_be_held(text)]
    if not wanted:
        return None
    glob = "*".join("".join(_GLOB.get(c, c) for c in text) for text in wanted)
    return Piece(f"value GLOB ? OR {_IS_BYTES}", (f"*{glob}*",))


def _any_case(literals: Sequence[str]) -> Piece | None:
    """The literals stand in the text, one behind the other, in whatever case."""
    folded = _bounded([fold(text) for text in literals])
    if any(not text.isascii() for text in folded):
        return Piece(_IS_NOT_PLAIN)  # no ASCII text folds to one that is none
    wanted = [text for text in folded if _can_be_held(text)]
    if not wanted:
        return None
    like = "%".join("".join(_LIKE.get(c, c) for c in text) for text in wanted)
    return Piece(f"value LIKE ? ESCAPE '\\' OR {_IS_NOT_PLAIN}", (f"%{like}%",))


_GLOB = {"*": "[*]", "?": "[?]", "[": "[[]"}
_LIKE = {"%": "\\%", "_": "\\_", "\\": "\\\\"}


def _bounded(literals: Sequence[str]) -> list[str]:
    """As many of the literals as are looked for, in their order, none empty."""
    most = _LONGEST // _MOST_PIECES
    return [text[:most] for text in literals if text][:_MOST_PIECES]


def _can_be_held(text: str) -> bool:
    """Whether SQLite can hold the text whole."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
