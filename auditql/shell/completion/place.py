"""Where the cursor stands: in which word, behind what, in a quoted text or not.

In: a text and a cursor. Out: a Place, or None where nothing may be put in: inside
of a comment, or behind what no query can begin with.
"""

import re
from collections.abc import Sequence

from auditql.catalog.forms import form
from auditql.language.comments import comments
from auditql.language.reading import Mark, Reading, read
from auditql.language.stacks import Leaf, pattern_of
from auditql.language.tree.values import unquote

_WHOLE = frozenset({"STRING", "LPAR", "RPAR", "COMMA", "VBAR", "SEMICOLON"})
_OPERATORS = frozenset({"COMPARATOR", "PATTERN", "EQUAL"})
_SIGNS = frozenset({"PLUS", "MINUS"})
_OPERATOR_SIGNS = "!=<>~"
_REST_OF_WORD = re.compile(r"[^\s(),;|=<>!~'\"]*")
_REST_OF_SIGN = re.compile(r"[=<>~*]*")
_LAST_NUMBER = re.compile(r"-?[0-9]+$")


@form
class Place:
    """Where something is put in.

    Attributes:
        text: all of the text.
        start: offset of what is replaced.
        end: its end, at the cursor or behind it.
        typed: what was typed of it, without its quote.
        quote: the quote that it begins with; None for none.
        sign: an operator that the cursor touches; None for none.
        mark: the parser's state before it.
        marks: the places before it, for what a list holds already.
    """

    text: str
    start: int
    end: int
    typed: str
    quote: str | None
    sign: Leaf | None
    mark: Mark
    marks: Sequence[Mark]

    @property
    def touches_before(self) -> bool:
        """Whether what is put in would touch a word or sign before it."""
        before = self.text[: self.start][-1:]
        return bool(before.strip()) and before not in "(+-"

    @property
    def touches_behind(self) -> bool:
        """Whether what is put in would run into a word behind it."""
        behind = self.text[self.end : self.end + 1]
        return behind.isalnum() or (behind != "" and behind in "_'\"@:")


def place_of(text: str, cursor: int) -> Place | None:
    """The place of a cursor; None where nothing is to be completed."""
    before = text[:cursor]
    reading = read(before)
    last = reading.marks[-1]
    if reading.unfit is not None:
        return _unfit(text, cursor, reading)
    for comment in comments(before, last.end):
        if comment.end == cursor and before[comment.start] in "-#":
            return None
    leaf = last.leaf
    if leaf is None or leaf.end < cursor or leaf.kind in _WHOLE:
        return Place(text, cursor, cursor, "", None, None, last, reading.marks)
    if leaf.kind in _OPERATORS:
        return _at_sign(text, cursor, reading)
    if leaf.kind == "INTEGERS":
        return _in_numbers(text, cursor, leaf)
    return _in_word(text, cursor, reading, len(reading.marks) - 1)


def _unfit(text: str, cursor: int, reading: Reading) -> Place | None:
    """The place in a token that does not fit, if it is the last and may yet."""
    leaf = reading.unfit
    assert leaf is not None
    rest = text[leaf.start : cursor]
    if rest[0] in "'\"":
        return _in_quotes(text, cursor, reading, leaf) if leaf.kind == "JUNK" else None
    if rest.startswith("/*") or leaf.kind in _WHOLE or any(c.isspace() for c in rest):
        return None
    if rest[0] in _OPERATOR_SIGNS:
        end = _end(_REST_OF_SIGN, text, cursor)
        mark, marks = reading.marks[-1], reading.marks
        return Place(text, leaf.start, end, rest, None, None, mark, marks)
    return _in_word(text, cursor, reading, len(reading.marks))


def _in_quotes(text: str, cursor: int, reading: Reading, leaf: Leaf) -> Place:
    """The place in a quoted text, which goes to its closing quote if it has one.

    A quote further on that a letter stands behind opens another text.
    """
    quote = text[leaf.start]
    end = cursor
    closed = pattern_of("STRING").match(text, leaf.start)
    if closed is not None and closed.end() > cursor:
        inside = text[cursor : closed.end()]
        if not text[closed.end() : closed.end() + 1].isalnum() and "\n" not in inside:
            end = closed.end()
    typed = unquote(text[leaf.start : cursor] + quote)
    mark = reading.marks[-1]
    return Place(text, leaf.start, end, typed, quote, None, mark, reading.marks)


def _at_sign(text: str, cursor: int, reading: Reading) -> Place:
    """The place behind an operator, or in the middle of one."""
    end = _end(_REST_OF_SIGN, text, cursor)
    *marks, last = reading.marks
    leaf = last.leaf
    assert leaf is not None
    if end == cursor:
        return Place(text, cursor, cursor, "", None, leaf, last, reading.marks)
    return Place(text, leaf.start, end, leaf.text, None, None, marks[-1], marks)


def _in_numbers(text: str, cursor: int, leaf: Leaf) -> Place:
    """The place in the last number of a run, which the parser takes for one token."""
    number = _LAST_NUMBER.search(leaf.text)
    assert number is not None
    start = leaf.start + number.start()
    marks = read(text[:start]).marks
    end = _end(_REST_OF_WORD, text, cursor)
    return Place(text, start, end, text[start:cursor], None, None, marks[-1], marks)


def _in_word(text: str, cursor: int, reading: Reading, index: int) -> Place:
    """The place in a word: with all that is glued together before the cursor.

    Args:
        text: all of the text.
        cursor: where the cursor stands.
        reading: of the text before it.
        index: of the mark behind the word's last token.
    """
    marks, unfit = reading.marks, reading.unfit
    leaves = [mark.leaf for mark in marks[:index]] + (
        [unfit] if index == len(marks) else [marks[index].leaf]
    )
    first = index
    while first > 1:
        leaf, previous = leaves[first], leaves[first - 1]
        assert leaf is not None
        if previous is None or previous.end != leaf.start:
            break
        if previous.kind in _WHOLE or previous.kind in _OPERATORS:
            break
        first -= 1
    leaf = leaves[first]
    assert leaf is not None
    mark, start = marks[first - 1], leaf.start
    if leaf.kind in _SIGNS and "STRING" not in mark.accepts:
        mark, start = marks[first], leaf.end  # the sign of an order or of a shift
        first += 1
    end = _end(_REST_OF_WORD, text, cursor)
    typed = text[start:cursor]
    return Place(text, start, end, typed, None, None, mark, marks[:first])


def _end(rest: re.Pattern[str], text: str, cursor: int) -> int:
    """The end of the word or sign that goes on behind the cursor."""
    match = rest.match(text, cursor)
    return cursor if match is None else match.end()
