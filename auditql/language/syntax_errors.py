"""What a person meant when the parser met something else.

In: the token that does not fit, the tokens before it, the text. Out: one
Diagnostic, with a fix where one makes the place acceptable. The habits of
other languages come first, then what the place accepts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.diagnostics.nearest import nearest
from auditql.language import syntax_habits
from auditql.language.expected import OPERATOR_WORDS, STAGES, described, keywords

if TYPE_CHECKING:
    from lark import Token

_CLAUSES = frozenset({"ORDER", "LIMIT", "OFFSET", "PAGE", "AFTER", "BEFORE", "VBAR"})
_CLAUSE_WORDS = frozenset({"order", "limit", "offset", "page", "after", "before"})
_BEGINS_A_TEST = frozenset({"WORD", "NOT", "LPAR", "STRING", "REFERENCE"})
_NEXT_WORDS = re.compile(
    r"\s+(?!(?:and|or|order|limit|offset|page|after|before)\b)[^\s()|;,'\"=<>!~]+", re.I
)
_OPERATOR = re.compile(r"\s*(?:[=<>!~]|(?:in|not|is|between|like|ilike)\b)", re.I)
_READABLE = re.compile(
    r"(?P<RPAR>\))|(?P<LPAR>\()|(?P<COMMA>,)|(?P<VBAR>\|)|(?P<SEMICOLON>;)"
    r"""|(?P<STRING>'(?:[^'\\]|\\.|'')*+'|"(?:[^"\\]|\\.|"")*+")"""
    r"|(?P<PARAMETER>:[^\W\d]\w*)|(?P<REFERENCE>@[^\W\d]\w*)"
    r"|(?P<INTEGER>-?\d+(?![\w.:/]|-\d))",
    re.S,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the parser stopped.

    Attributes:
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
        if self.token.type == "$END":
            end = len(self.text.rstrip())
            return Span(end, end)
        start = self.token.start_pos or 0
        return Span(start, start + len(self.token))

    @property
    def last(self) -> "Token | None":
        """The token before; None at the start."""
        return self.before[-1] if self.before else None

    @property
    def after(self) -> str:
        """The text behind the token, without blanks at its start."""
        return self.text[self.at.end :].lstrip()


def _read_again(place: Place) -> Place:
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


def explain(stopped: Place) -> Diagnostic:
    """The one diagnostic of a place where the parser stopped."""
    place = _read_again(stopped)
    for reason in (
        syntax_habits.unclosed,
        syntax_habits.curly_quotes,
        syntax_habits.foreign,
        syntax_habits.operators,
        syntax_habits.comment_signs,
        syntax_habits.times,
        syntax_habits.numbers,
        _ends_early,
        _empty_list,
        _stray_comma,
        _direction_twice,
        _time_arithmetic,
        _unknown_stage,
        _keyword_typo,
        _several_words,
        _missing_and,
    ):
        found = reason(place)
        if found is not None:
            return found
    return _unexpected(place)


def _unexpected(place: Place) -> Diagnostic:
    expected = described(place.accepts)
    shown = str(place.token)
    code = Code.UNEXPECTED_WORD
    if place.token.type == "JUNK":
        code = Code.STRAY_CHARACTER
    return Diagnostic(
        code,
        f"`{shown[:40]}` does not fit here",
        place.at,
        "expected " + " or ".join(expected) if expected else "",
        expected=expected,
    )


def _ends_early(place: Place) -> Diagnostic | None:
    if place.token.type != "$END":
        return None
    opened = sum({"LPAR": 1, "RPAR": -1}.get(t.type, 0) for t in place.before)
    expected = described(place.accepts)
    if opened > 0 and "RPAR" in place.accepts:
        return Diagnostic(
            Code.ENDS_EARLY,
            "a parenthesis is not closed",
            place.at,
            "the text ends here",
            "close it with `)`",
            (")",),
            Fix(place.at, ")" * opened),
        )
    return Diagnostic(
        Code.ENDS_EARLY,
        "the query ends too early",
        place.at,
        "expected " + " or ".join(expected),
        expected=expected,
    )


def _empty_list(place: Place) -> Diagnostic | None:
    if place.token.type != "RPAR" or place.last is None or place.last.type != "LPAR":
        return None
    start = place.last.start_pos or 0
    return Diagnostic(
        Code.EMPTY_LIST,
        "parentheses hold nothing",
        Span(start, place.at.end),
        "empty",
        "write at least one value, as in `action in (create, destroy)`",
    )


def _stray_comma(place: Place) -> Diagnostic | None:
    """`…, limit 10`: a comma in front of a clause."""
    token = place.token
    if token.type == "COMMA":
        following = re.match(r"\w+", place.after)
        if following is None or following[0].lower() not in _CLAUSE_WORDS:
            return None
        comma = place.at
    elif place.last is not None and place.last.type == "COMMA":
        word = str(token).lower()
        if token.type not in _CLAUSES and word not in _CLAUSE_WORDS:
            return None
        start = place.last.start_pos or 0
        comma = Span(start, start + 1)
    else:
        return None
    return Diagnostic(
        Code.STRAY_COMMA,
        "no comma stands before a clause",
        comma,
        "one too many",
        "leave it out",
        fix=Fix(comma, ""),
    )


def _direction_twice(place: Place) -> Diagnostic | None:
    if str(place.token).lower() not in ("asc", "desc"):
        return None
    kinds = [t.type for t in place.before[-8:]]
    if "MINUS" not in kinds:
        return None
    return Diagnostic(
        Code.DIRECTION_TWICE,
        "the direction of a key is said twice",
        place.at,
        "`-` said it already",
        f"leave out `{place.token}`, or the `-`",
        fix=Fix(place.at, ""),
    )


def _time_arithmetic(place: Place) -> Diagnostic | None:
    if place.token.type not in ("MINUS", "PLUS") and str(place.token) not in "+-":
        return None
    last = place.last
    if last is None or last.type not in ("TIME", "PARAMETER", "STRING", "INTEGER"):
        return None
    return Diagnostic(
        Code.TIME_ARITHMETIC,
        "only `now`, `today` and `yesterday` can be shifted",
        place.at,
        f"not behind `{last}`",
        "write the time itself, or shift an anchor, as in `now - 7d`",
    )


def _unknown_stage(place: Place) -> Diagnostic | None:
    if place.last is None or place.last.type != "VBAR" or place.token.type == "$END":
        return None
    meant = nearest(str(place.token), STAGES)
    return Diagnostic(
        Code.UNKNOWN_STAGE,
        f"there is no stage `{str(place.token)[:40]}`",
        place.at,
        "not a stage",
        f"did you mean `{meant[0]}`?" if meant else "stages: " + ", ".join(STAGES),
        STAGES,
        Fix(place.at, meant[0]) if meant else None,
    )


def _keyword_typo(place: Place) -> Diagnostic | None:
    token = place.token
    if token.type == "$END" or not str(token)[:1].isalpha():
        return None
    words = keywords(place.accepts)
    glued = re.fullmatch(r"([a-z]+)(\d+\w*)", str(token), re.I)
    if glued and glued[1].lower() in words:
        apart = f"{glued[1]} {glued[2]}"
        return Diagnostic(
            Code.KEYWORD_TYPO,
            f"`{token}` is one word",
            place.at,
            "a blank is missing",
            f"write `{apart}`",
            fix=Fix(place.at, apart),
        )
    first = {w.split()[0]: w.split()[0] for w in words}
    for pair in ("orderby", "startswith", "endswith", "notin", "isnull", "groupby"):
        if str(token).lower() == pair:
            whole = {
                "orderby": "order by",
                "startswith": "starts with",
                "endswith": "ends with",
                "notin": "not in",
                "isnull": "is null",
            }.get(pair)
            if whole and whole.split()[0] in first:
                return Diagnostic(
                    Code.KEYWORD_TYPO,
                    f"`{token}` is two words",
                    place.at,
                    "a blank is missing",
                    f"write `{whole}`",
                    fix=Fix(place.at, whole),
                )
    meant = nearest(str(token), first)
    if not meant or len(token) < 2:
        return None
    return Diagnostic(
        Code.KEYWORD_TYPO,
        f"`{token}` does not fit here",
        place.at,
        "not a word of the language",
        f"did you mean `{meant[0]}`?",
        meant,
        Fix(place.at, meant[0]),
    )


def _begins_a_test(place: Place) -> bool:
    """Whether what stands here looks like a test: a name and then an operator."""
    if place.token.type in ("NOT", "LPAR", "STRING", "REFERENCE"):
        return True
    if place.token.type != "WORD":
        return False
    following = re.match(r"[a-z]+|[=!<>~]+|\(", place.after, re.I)
    return following is not None and (
        following[0][0] in "=!<>~(" or following[0].lower() in OPERATOR_WORDS
    )


def _several_words(place: Place) -> Diagnostic | None:
    """`actor_name = Jane Doe`: text of several words needs quotes."""
    last = place.last
    if (
        last is None
        or place.token.type not in ("WORD", "INTEGER", "JUNK")
        or last.type not in ("WORD", "INTEGER", "LAST", "THIS")
        or _begins_a_test(place)
        or "AND" not in place.accepts
    ):
        return None
    start = last.start_pos or 0
    end = place.at.end
    for word in _NEXT_WORDS.finditer(place.text, end):
        if word.start() != end or _OPERATOR.match(place.text, word.end()):
            break
        end = word.end()
    value = place.text[start:end]
    quoted = "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
    return Diagnostic(
        Code.NEEDS_QUOTES,
        "text of several words needs quotes",
        Span(start, end),
        "no `and` between these",
        f"write {quoted}",
        fix=Fix(Span(start, end), quoted),
    )


def _missing_and(place: Place) -> Diagnostic | None:
    if "AND" not in place.accepts or place.token.type not in _BEGINS_A_TEST:
        return None
    before = Span(place.at.start, place.at.start)
    return Diagnostic(
        Code.MISSING_AND,
        "two conditions stand side by side",
        place.at,
        "`and` or `or` is missing before this",
        "write `and` between them, or `or`",
        ("and", "or"),
        Fix(before, "and "),
    )
