"""Pieces of SQL conditions, and how they are put together.

In: pieces of one table's rows. Out: one piece. A piece counts as true where SQL says
1, as false where it says 0 or NULL, so missing values need no care: `and` and `or`
of SQL keep that, and `negated` is the exact opposite. SQLite bounds both the depth of
an expression, which a long chain has, and of parentheses: chains are put together in
groups.
"""

from collections.abc import Sequence
from dataclasses import field
from itertools import chain

from auditql.catalog.forms import form

Param = int | str | bytes | float | None
"""What SQLite is given for a `?`; how a test is called is a `Called`."""


@form
class Called:
    """Stands for a `?` that gets the number of a registered test."""

    place: int


@form
class Piece:
    """A condition.

    Attributes:
        text: SQL, closed in parentheses wherever that matters.
        params: for its `?`, in order.
        cost: what it takes for one row, roughly, beside a comparison of numbers.
        depth: levels of parentheses above a test.
    """

    text: str
    params: tuple[Param | Called, ...] = ()
    cost: int = 1
    depth: int = field(default=0, compare=False)


DEEPEST = 18
"""Most levels of parentheses.

The parser of SQLite has a stack of 100 places. A level takes three of them, `(`, what
stands before and the word behind it; a test and what stands around a condition take
some thirty, where rows are grouped.
"""

_GROUP = 24
"""Pieces of a chain that stand behind one another."""

ALWAYS = Piece("1", cost=0)
NEVER = Piece("0", cost=0)


def negated(piece: Piece) -> Piece:
    """What holds exactly where the piece does not."""
    if piece == ALWAYS:
        return NEVER
    if piece == NEVER:
        return ALWAYS
    return Piece(f"({piece.text} IS NOT 1)", piece.params, piece.cost, piece.depth + 1)


def all_of(pieces: Sequence[Piece]) -> Piece:
    """What holds where all pieces do, the cheap ones first."""
    if NEVER in pieces:
        return NEVER
    return _joined("AND", [piece for piece in pieces if piece != ALWAYS], ALWAYS)


def any_of(pieces: Sequence[Piece]) -> Piece:
    """What holds where one of the pieces does, the cheap ones first."""
    if ALWAYS in pieces:
        return ALWAYS
    return _joined("OR", [piece for piece in pieces if piece != NEVER], NEVER)


def _joined(word: str, pieces: list[Piece], empty: Piece) -> Piece:
    if not pieces:
        return empty
    pieces.sort(key=lambda piece: piece.cost)
    while len(pieces) > 1:
        starts = range(0, len(pieces), _GROUP)
        pieces = [_group(word, pieces[start : start + _GROUP]) for start in starts]
    return pieces[0]


def _group(word: str, pieces: Sequence[Piece]) -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    return Piece(
        f"({f' {word} '.join(piece.text for piece in pieces)})",
        tuple(chain.from_iterable(piece.params for piece in pieces)),
        sum(piece.cost for piece in pieces),
        1 + max(piece.depth for piece in pieces),
    )
