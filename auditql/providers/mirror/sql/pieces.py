"""Pieces of SQL conditions, and how they are put together.

In: pieces of one table's rows. Out: one piece. A piece counts as true where SQL says
1, as false where it says 0 or NULL, so missing values need no care: `and` and `or`
of SQL keep that, and `negated` is the exact opposite. Long chains are put together in
halves, since SQLite has a bound on the depth of an expression.
"""

from collections.abc import Sequence
from dataclasses import field

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
        depth: levels of SQLite's expression tree, at most.
    """

    text: str
    params: tuple[Param | Called, ...] = ()
    cost: int = 1
    depth: int = field(default=4, compare=False)


ALWAYS = Piece("1", cost=0, depth=1)
NEVER = Piece("0", cost=0, depth=1)


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
        pairs = zip(pieces[::2], pieces[1::2], strict=False)
        made = [_pair(word, first, second) for first, second in pairs]
        pieces = made + pieces[len(made) * 2 :]
    return pieces[0]


def _pair(word: str, first: Piece, second: Piece) -> Piece:
    return Piece(
        f"({first.text} {word} {second.text})",
        first.params + second.params,
        first.cost + second.cost,
        1 + max(first.depth, second.depth),
    )
