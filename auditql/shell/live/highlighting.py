"""The text of a query, or of a command, in pieces of one style each.

In: any text, however broken. Out: pieces that joined are exactly the text. What
the parser could read is coloured by what it read; behind the first misfit the
terminals of the grammar and their neighbours decide.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from auditql.catalog.fields import BY_NAME
from auditql.language.parser import Reading
from auditql.shell.live.command_lines import QUERY_COMMANDS, split
from auditql.shell.live.reading import LONG, reading_of
from auditql.shell.live.scanning import Stretch, scanner, stretches
from auditql.shell.live.styles import STYLE_OF, Style

Piece = tuple[Style, str]

_KEPT = 32  # texts whose pieces are kept

_BEFORE_A_VALUE = frozenset(
    {"COMPARATOR", "EQUAL", "PATTERN", "IN", "DURING", "BETWEEN", "CONTAINS"}
    | {"WITH", "LIKE", "ILIKE"}
)
_UNITS = frozenset(
    {"SECOND", "SECONDS", "MINUTE", "MINUTES", "HOUR", "HOURS", "DAY", "DAYS"}
    | {"WEEK", "WEEKS", "MONTH", "MONTHS", "QUARTER", "QUARTERS", "YEAR", "YEARS"}
)
_TIMES = frozenset({"LAST", "THIS"})  # keywords where a value stands
_BEFORE_A_UNIT = frozenset({"INTEGER", "LAST", "THIS"})
_BLANKS = frozenset({"WS", "COMMENT"})
_STAGES = frozenset(
    {"WHERE", "SELECT", "COUNT", "STATS", "TOP", "DISTINCT", "TIMELINE"}
)
_CALLED = frozenset({"WORD", "COUNT"})
_NAMED = {"AS": Style.NAME, "PARAM": Style.PARAMETER}
_NUMBERS = re.compile(r"[-0-9]+|,|\s+")


def highlight(text: str) -> list[Piece]:
    """The text in pieces, in order; none is empty, and a long text is one."""
    if len(text) >= LONG:
        return [(Style.BLANK, text)]
    return list(_pieces(text))


@lru_cache(maxsize=_KEPT)
def _pieces(text: str) -> tuple[Piece, ...]:
    line = split(text)
    if line is None:
        return tuple(_of_query(text))
    pieces = [(Style.BLANK, line.indent), (Style.COMMAND, line.word)]
    if line.name in QUERY_COMMANDS:
        pieces += _of_query(line.rest)
    else:
        pieces += _of_arguments(line.rest)
    return tuple(piece for piece in pieces if piece[1])


def _of_arguments(text: str) -> Iterator[Piece]:
    """What stands behind a command: values, of which none is wrong."""
    for name, start, end in stretches(text, 0, len(text)):
        style = STYLE_OF[name]
        yield Style.WORD if style is Style.ERROR else style, text[start:end]


def _of_query(text: str) -> Iterator[Piece]:
    reading = reading_of(text)
    found = _read(text, reading)
    found += _unread(text, found[-1][2] if found else 0)
    misfit = None
    if reading.misfit is not None and not reading.is_unfinished:
        misfit = reading.misfit.start_pos
    written = len(text.rstrip())
    for (name, start, end), style in zip(found, _styles(text, found), strict=True):
        # The last word may be one that is still being typed.
        if start == misfit and end < written and name != "STRING":
            yield Style.ERROR, text[start:end]
        elif name == "INTEGERS":
            yield from _numbers(text[start:end])
        else:
            yield style, text[start:end]


def _read(text: str, reading: Reading) -> list[Stretch]:
    """The tokens that the parser took, and what stands between them."""
    found: list[Stretch] = []
    end = 0
    for token in reading.tokens:
        start = token.start_pos or 0
        if start > end:
            found += _between(text, end, start)
        end = start + len(token)
        found.append((token.type, start, end))
    if reading.misfit is None and reading.refusal is None:
        found += _between(text, end, len(text))
    return found


def _between(text: str, start: int, end: int) -> Iterator[Stretch]:
    """Blanks and comments; a byte order mark is a blank to the parser too."""
    if text[start:end].isspace():
        yield "WS", start, end
        return
    for name, begin, stop in stretches(text, start, end):
        yield name if name == "COMMENT" else "WS", begin, stop


def _unread(text: str, start: int) -> Iterator[Stretch]:
    """What the parser did not come to; keywords are not told from words here."""
    if not start and text.startswith("\ufeff"):
        start = 1
        yield "WS", 0, start
    yield from stretches(text, start, len(text))


def _numbers(text: str) -> Iterator[Piece]:
    """A run of integers is one token: `1, 2, 3`."""
    for found in _NUMBERS.finditer(text):
        piece = found[0]
        if piece == ",":
            yield Style.PUNCTUATION, piece
        else:
            yield Style.BLANK if piece.isspace() else Style.NUMBER, piece


def _styles(text: str, found: list[Stretch]) -> Iterator[Style]:
    """The style of each stretch, by its terminal and its neighbours."""
    place = _Place()
    for index, (name, start, end) in enumerate(found):
        if name in _BLANKS:
            yield STYLE_OF[name]
            continue
        written = text[start:end]
        if name == "WORD":
            name = place.terminal(written)
        called = name in _CALLED and _is_called(found, index)
        yield place.style(name, written, is_called=called)
        place.take(name)


def _is_called(found: list[Stretch], index: int) -> bool:
    """Whether an open parenthesis is the next sign."""
    for place in range(index + 1, len(found)):
        name = found[place][0]
        if name not in _BLANKS:
            return name == "LPAR"
    return False


class _Place:
    """Where in a query the next token stands, as far as those before it say."""

    def __init__(self) -> None:
        self._last = ""
        self._lists = [False]  # of each open parenthesis: does it hold values
        self._ranges = False  # the next `and` joins the two ends of a `between`
        self._value = False  # a value comes next

    def terminal(self, word: str) -> str:
        """The terminal of a word: a keyword's, where one can stand here."""
        name = scanner().keywords.get(word.lower(), "WORD")
        if self._value or self._last in _NAMED:
            return name if self._value and name in _TIMES else "WORD"
        if name in _UNITS and self._last not in _BEFORE_A_UNIT:
            return "WORD"
        if name in _STAGES and self._last != "VBAR":
            return "WORD"
        return name

    def style(self, name: str, written: str, *, is_called: bool) -> Style:
        """The style of the token."""
        if is_called and not self._value:
            return Style.FUNCTION
        if name != "WORD" or self._value:
            return STYLE_OF[name]
        if self._last in _NAMED:
            return _NAMED[self._last]
        return Style.FIELD if written.lower() in BY_NAME else Style.NAME

    def take(self, name: str) -> None:
        """Go past the token."""
        joins = name == "AND" and self._ranges
        self._ranges = name == "BETWEEN" or (
            self._ranges and name not in ("AND", "RPAR", "VBAR", "SEMICOLON")
        )
        if name == "LPAR":
            self._lists.append(self._value)
        elif name == "RPAR" and len(self._lists) > 1:
            self._lists.pop()
        opens = name in ("LPAR", "COMMA") and self._lists[-1]
        defines = name in ("EQUAL", "COMPARATOR") and self._last == "REFERENCE"
        self._value = joins or opens or (name in _BEFORE_A_VALUE and not defines)
        self._last = name
