"""The place where the parser stopped, and what can be asked of it.

In: the token that did not fit, those before it, what would have fitted. Out:
answers about the place; what a person meant is guessed elsewhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from auditql.catalog.fields import BY_NAME
from auditql.catalog.functions import FUNCTIONS_BY_NAME
from auditql.catalog.kinds import Kind
from auditql.catalog.other_names import meant_by
from auditql.diagnostics.model import Span
from auditql.language.expected import OPERATOR_WORDS

if TYPE_CHECKING:
    from lark import Token

CLAUSE_WORDS = frozenset({"order", "limit", "offset", "page", "after", "before"})
VALUES = frozenset(
    {"WORD", "INTEGER", "STRING", "ADDRESS", "TIME", "ANCHOR", "DURATION", "PARAMETER"}
    | {"LAST", "THIS", "INTEGERS"}
)
"""Terminals that are values, or end one."""

_OPERATORS = frozenset(
    {"COMPARATOR", "PATTERN", "IN", "DURING", "BETWEEN", "CONTAINS", "STARTS", "ENDS"}
    | {"WITH", "LIKE", "ILIKE", "NOT"}
)
_READABLE = re.compile(
    r"(?P<RPAR>\))|(?P<LPAR>\()|(?P<COMMA>,)|(?P<VBAR>\|)|(?P<SEMICOLON>;)"
    r"""|(?P<STRING>'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"""
    r"""|"[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+")"""
    r"|(?P<PARAMETER>:[^\W\d]\w*)|(?P<REFERENCE>@[^\W\d]\w*)"
    r"|(?P<INTEGER>-?\d+(?![\w.:/]|-\d))",
    re.S,
)
_GOES_ON = re.compile(r"[a-z]+|[=!<>~]+|\(", re.I)
_UNBROKEN = re.compile(r"[^\s(),;|]*")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the parser stopped.

    Attributes:
        text: all of the text.
        token: what did not fit; of type `$END` at the end of the text.
        before: the tokens that fitted, in order.
        accepts: names of the terminals that would have fitted.
    """

    text: str
    token: "Token"
    before: "Sequence[Token]"
    accepts: frozenset[str]

    @property
    def at(self) -> Span:
        """The token's place; the end of the text for the end."""
        if self.is_end:
            end = len(self.text.rstrip())
            return Span(end, end)
        start = self.token.start_pos or 0
        return Span(start, start + len(self.token))

    @property
    def is_end(self) -> bool:
        """Whether the text ended here."""
        return self.token.type == "$END"

    @property
    def is_word(self) -> bool:
        """Whether a name or word stands here, a keyword out of place among them."""
        return not self.is_end and str(self.token)[:1].isalpha()

    @property
    def last(self) -> "Token | None":
        """The token before; None at the start."""
        return self.before[-1] if self.before else None

    @property
    def before_type(self) -> str:
        """The type of the token before; empty at the start."""
        return self.before[-1].type if self.before else ""

    @property
    def last_span(self) -> Span:
        """Where the token before stands; empty, at the start, where there is none."""
        if self.last is None:
            return Span(0, 0)
        start = self.last.start_pos or 0
        return Span(start, start + len(self.last))

    @property
    def after(self) -> str:
        """The next few signs behind the token, without blanks at their start."""
        end = self.at.end
        return self.text[end : end + 200].lstrip()

    @property
    def unbroken(self) -> Span:
        """From the token to the next blank, comma, bar or parenthesis."""
        start = self.at.start
        match = _UNBROKEN.match(self.text, start)
        end = match.end() if match else start
        return Span(start, end if end > start else self.at.end)

    @property
    def shown(self) -> str:
        """The token as written, cut where it is long."""
        written = str(self.token)
        return written if len(written) <= 40 else written[:39] + "…"

    @property
    def is_glued(self) -> bool:
        """Whether the token stands right behind the one before, without a blank."""
        return self.last is not None and self.last_span.end == self.at.start

    @property
    def test_is_whole(self) -> bool:
        """Whether the conditions so far could stand by themselves."""
        return "OR" in self.accepts

    @property
    def statement(self) -> "Sequence[Token]":
        """The tokens of the statement that was being read, the misfit last."""
        begin = 0
        for index, token in enumerate(self.before):
            if token.type == "SEMICOLON":
                begin = index + 1
        return (*self.before[begin:], self.token)

    @property
    def opened(self) -> int:
        """Parentheses that are open before the token; below 0 for none at all."""
        return sum(
            {"LPAR": 1, "RPAR": -1}.get(token.type, 0) for token in self.statement[:-1]
        )

    def begins_a_test(self) -> bool:
        """Whether what stands here looks like a condition: a name, then an operator."""
        if self.token.type in ("LPAR", "STRING", "REFERENCE"):
            return True
        if self.token.type not in ("WORD", "NOT"):
            return False
        if str(self.token).lower() == "not":
            return bool(self.after)
        following = _GOES_ON.match(self.after)
        return following is not None and (
            following[0][0] in "=!<>~(" or following[0].lower() in OPERATOR_WORDS
        )

    def kind(self) -> Kind | None:
        """The kind of the operand whose value is being read; None for not known."""
        index = len(self.before) - 1
        while index > 0 and self.before[index].type not in _OPERATORS:
            index -= 1
        while index > 0 and self.before[index].type in _OPERATORS:
            index -= 1
        if index < 0:
            return None
        if self.before[index].type == "RPAR":
            while index > 0 and self.before[index].type != "LPAR":
                index -= 1
            function = FUNCTIONS_BY_NAME.get(str(self.before[index - 1]).lower())
            return None if function is None else function.gives
        name = str(self.before[index]).lower()
        if name == "count" or name.startswith("count_"):
            return Kind.INTEGER  # as aggregates are named where no `as` names them
        field = BY_NAME.get(next(iter(meant_by(name)), name))
        return None if field is None else field.kind


def read_again(place: Place) -> Place:
    """The place with what was taken for junk read as what it is by itself.

    The lexer knows only what may come, so a closing parenthesis at a place
    for a value reaches us as junk.
    """
    if place.token.type != "JUNK":
        return place
    match = _READABLE.match(place.text, place.token.start_pos or 0)
    if match is None or match.lastgroup is None:
        return place
    token = place.token.update(type=match.lastgroup, value=match[0])
    return replace(place, token=token)
