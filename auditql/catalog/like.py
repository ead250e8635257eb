r"""SQL's LIKE: patterns of literal text, `%` and `_`.

In: a pattern as written. Out: a test of text. `%` is any stretch, the empty
one too; `_` is one code point; `\` before `%`, `_` or `\` makes it ordinary,
and any other `\`, also one at the end, is itself ordinary. Line breaks and
dots are ordinary. The whole text must match.

`ilike` compares foldings: literal text stands for its folding, found in the
folding of the text, and `_` for the folding of one code point of the text. So
`stra_e` and `strasse` both match `Straße`, and `%x%` means the same as
`contains 'x'`.

Never built on regular expressions: those take exponential time on some
patterns. Without `_` the pieces are sought from left to right, each at its
first place. With `_` all places that the pattern may have come to are kept as
the bits of one integer, so the time is the pattern's length times the text's
length in machine words, whatever they hold.
"""

from collections.abc import Callable, Sequence
from enum import Enum

from auditql.catalog.forms import form
from auditql.catalog.text import fold


class Wild(Enum):
    """What a pattern holds beside literal text."""

    ANY = "%"
    ONE = "_"


Part = str | Wild

_ORDINARY = {"%", "_", "\\"}


def parse_like(pattern: str) -> tuple[Part, ...]:
    r"""The parts of a pattern in order, escapes resolved.

    Neighbouring literal text is one part and never empty; neighbouring `%` are
    one.
    """
    parts: list[Part] = []
    literal: list[str] = []

    def close() -> None:
        if literal:
            parts.append("".join(literal))
            literal.clear()

    characters = iter(range(len(pattern)))
    for place in characters:
        character = pattern[place]
        if character == "\\" and pattern[place + 1 : place + 2] in _ORDINARY:
            literal.append(pattern[next(characters)])
        elif character == "%":
            close()
            if not parts or parts[-1] is not Wild.ANY:
                parts.append(Wild.ANY)
        elif character == "_":
            close()
            parts.append(Wild.ONE)
        else:
            literal.append(character)
    close()
    return tuple(parts)


def has_wildcard(pattern: str) -> bool:
    """Whether the pattern holds a `%` or `_` that is not escaped."""
    return any(isinstance(part, Wild) for part in parse_like(pattern))


def compile_like(pattern: str, ignores_case: bool) -> Callable[[str], bool]:
    """A test whether a whole text matches the pattern."""
    parts = parse_like(pattern)
    if ignores_case:
        parts = tuple(fold(p) if isinstance(p, str) else p for p in parts)
    if Wild.ONE in parts:
        return _Places(parts, ignores_case).matches
    pieces = _pieces(parts)
    plain = _plain(pieces)
    if ignores_case:
        return lambda text: plain(fold(text))
    return plain


def _pieces(parts: Sequence[Part]) -> tuple[str, ...]:
    """The literal text between the `%`, empty at an end that `%` stands at."""
    pieces = [""]
    for part in parts:
        if isinstance(part, str):
            pieces[-1] = part
        else:
            pieces.append("")
    return tuple(pieces)


def _plain(pieces: tuple[str, ...]) -> Callable[[str], bool]:
    """The test of a pattern that has no `_`."""
    if len(pieces) == 1:
        return pieces[0].__eq__
    first, *middle, last = pieces
    if not middle and not first:
        return lambda text: text.endswith(last)
    if not middle and not last:
        return lambda text: text.startswith(first)
    if len(middle) == 1 and not first and not last:
        only = middle[0]
        return lambda text: only in text

    def matches(text: str) -> bool:
        end = len(text) - len(last)
        at = len(first)
        if end < at or not (text.startswith(first) and text.endswith(last)):
            return False
        for piece in middle:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True

    return matches


@form
class _Places:
    """The test of a pattern that has `_`."""

    parts: tuple[Part, ...]
    ignores_case: bool

    def matches(self, text: str) -> bool:
        """Whether the whole text matches."""
        folded = fold(text) if self.ignores_case else text
        for part in self.parts:
            if isinstance(part, str) and part not in folded:
                return False
        wanted = {c for part in self.parts if isinstance(part, str) for c in part}
        at = _bits(folded, wanted)
        steps = _steps(text) if len(folded) != len(text) else None
        everywhere = (1 << (len(folded) + 1)) - 1
        places = 1  # bit n: the parts so far may end before code point n
        for part in self.parts:
            if part is Wild.ANY:
                lowest = places & -places
                places = everywhere & -lowest
            elif part is Wild.ONE:
                places = _forward(places, steps) & everywhere
            else:
                for character in part:
                    places = (places & at[character]) << 1
                    if not places:
                        return False
            if not places:
                return False
        return bool(places >> len(folded))


def _bits(text: str, wanted: set[str]) -> dict[str, int]:
    """Per wanted character an integer whose bit n says that it stands at n."""
    width = (len(text) + 8) // 8
    found = {c: bytearray(width) for c in wanted}
    for place, character in enumerate(text):
        if character in wanted:
            found[character][place >> 3] |= 1 << (place & 7)
    return {c: int.from_bytes(bits, "little") for c, bits in found.items()}


def _steps(text: str) -> tuple[tuple[int, int], ...]:
    """(length, bits): where in the folded text one of that length begins."""
    widths = [len(fold(c)) for c in text]
    size = sum(widths) // 8 + 1
    found: dict[int, bytearray] = {}
    place = 0
    for width in widths:
        bits = found.setdefault(width, bytearray(size))
        bits[place >> 3] |= 1 << (place & 7)
        place += width
    return tuple((w, int.from_bytes(b, "little")) for w, b in found.items())


def _forward(places: int, steps: tuple[tuple[int, int], ...] | None) -> int:
    """The places one code point of the text further on."""
    if steps is None:
        return places << 1
    moved = 0
    for width, starts in steps:
        moved |= (places & starts) << width
    return moved
