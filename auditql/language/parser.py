"""From text to syntax tree; every fault of form becomes a diagnostic here.

In: the text of a query or a file. Out: a Script, or QueryError with what is
wrong. No exception of lark leaves this module, and no name of a terminal
reaches a person. What names and values mean is not looked at.
"""

import re
from dataclasses import field, replace
from typing import TYPE_CHECKING

from auditql.catalog import limits
from auditql.catalog.forms import form
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.errors import QueryError
from auditql.language import syntax
from auditql.language.comments import comments, description, warnings
from auditql.language.drafts import misnamed, sorted_out
from auditql.language.grammar import Parsing, begin
from auditql.language.tree import Draft

if TYPE_CHECKING:
    import lark

_STRAY_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
_BLANK_FOR_T = re.compile(r"^(\d{4}-\d\d-\d\d) +(\d\d:\d\d)")


@form
class Reading:
    """How far the grammar reads a text; nothing is explained yet.

    Attributes:
        text: that was read, a blank in place of a byte order mark.
        tokens: those that fitted, in order.
        result: what the grammar makes of it; None where it makes nothing.
        misfit: the token that did not fit, of type `$END` where the text ended too
            early; None where all fitted, or a bound was met first.
        refusal: the bound that was met.
        parser: where it stopped.
    """

    text: str
    tokens: "tuple[lark.Token, ...]"
    result: object | None
    misfit: "lark.Token | None" = None
    refusal: QueryError | None = None
    parser: Parsing | None = field(default=None, compare=False, repr=False)

    @property
    def accepts(self) -> frozenset[str]:
        """Names of the terminals that would have fitted in place of the misfit."""
        return frozenset() if self.parser is None else frozenset(self.parser.accepts())

    @property
    def is_unfinished(self) -> bool:
        """Whether more text behind it could make it fit, which needs that."""
        if self.misfit is None or self.misfit.type not in ("$END", "JUNK"):
            return False
        begins = str(self.misfit)
        if self.misfit.type == "$END" or begins.startswith("/*"):
            return True
        # No quote is junk where a text may stand, unless it is never closed.
        return begins[0] in "'\"" and "STRING" in self.accepts


def parse(text: str, reading: Reading | None = None) -> syntax.Script:
    """The tree of a text: its statements in order.

    A text without statements gives an empty Script, which the resolver reads
    as the query for every record. A byte order mark at the start is ignored.

    Args:
        text: of any number of statements.
        reading: what `read` gave for the text; None reads it here.

    Raises:
        QueryError: the text is no script; at most 5 errors, in its order.
    """
    statements = _run(text, read(text) if reading is None else reading)
    assert isinstance(statements, tuple)
    finished: list[syntax.Statement] = []
    problems: list[Diagnostic] = []
    for statement in statements:
        if isinstance(statement, Draft):
            finished.append(sorted_out(statement, problems))
        else:
            finished.append(statement)
        problems += misnamed(finished[-1])
    if problems:
        raise QueryError(problems[: limits.ERRORS_SHOWN], text)
    return syntax.Script(tuple(finished), description(text), warnings(text))


def parse_value(text: str) -> syntax.Value | tuple[syntax.Item, ...] | None:
    """The one value or the one list that a text is, else None."""
    found = _quietly(text, "default")
    if found is None:
        return None
    if isinstance(found, tuple):
        return found
    assert isinstance(found, syntax.Value)
    return found


def parse_moment(text: str) -> syntax.Moment | syntax.Integer | None:
    """The time that the text of a quoted string says, else None.

    A blank may stand for the `T` between day and time of day.
    """
    joined = _BLANK_FOR_T.sub(r"\1T\2", text.strip())
    found = _quietly(joined, "value")
    if isinstance(found, syntax.Moment | syntax.Integer):
        return found
    return None


def _quietly(text: str, start: str) -> object | None:
    """What the grammar makes of a text, from one of its start rules; None for nothing.

    A list may hold thousands of texts that are no times: none is explained.
    """
    from lark.exceptions import UnexpectedToken

    if comments(text):
        return None  # `Bob #2` is a text, and never `Bob`
    try:
        check_bounds(text)
        return _feed(text, begin(text, start), [])
    except (UnexpectedToken, QueryError):
        return None


def read(text: str) -> Reading:
    """How far the grammar reads a text as a script."""
    from lark.exceptions import UnexpectedToken

    tokens: list[lark.Token] = []
    body = " " + text[1:] if text.startswith("\ufeff") else text
    try:
        check_bounds(text)
    except QueryError as refusal:
        return Reading(body, (), None, refusal=refusal)
    parser = begin(body, "script")
    try:
        result = _feed(body, parser, tokens)
    except QueryError as refusal:
        return Reading(body, tuple(tokens), None, refusal=refusal)
    except UnexpectedToken as error:
        if tokens and tokens[-1] is error.token:
            tokens.pop()
        return Reading(body, tuple(tokens), None, error.token, parser=parser)
    return Reading(body, tuple(tokens), result)


def _run(text: str, reading: Reading) -> object:
    """What the grammar makes of a whole text.

    Raises:
        QueryError: it makes nothing of it. Where a fault can be mended, the
            mended text is read on, so that the next fault is found too.
    """
    body = reading.text
    result = _understood(reading)
    if not isinstance(result, Diagnostic):
        return result
    found: list[Diagnostic] = []
    moves: list[tuple[int, int]] = []  # (where, by how much) of the fixes made
    while isinstance(result, Diagnostic):
        moved = _moved(result, moves)
        if moved is None:
            break
        found.append(moved)
        fix = result.fix
        if fix is None or len(found) == limits.ERRORS_SHOWN:
            break
        body = fix.apply(body)
        length = fix.span.end - fix.span.start
        moves.append((fix.span.start + len(fix.text), length - len(fix.text)))
        try:
            result = _understood(read(body))
        except QueryError:
            break  # a bound of the whole text, which what was found may explain
    raise QueryError([*found, *warnings(text)], text)


def _moved(found: Diagnostic, moves: list[tuple[int, int]]) -> Diagnostic | None:
    """The diagnostic with its places in the text as written, before the fixes.

    None where it stands inside or before a fix: that fault may be the fix's.
    """
    if found.span is None or not moves:
        return found
    shift = sum(by for _, by in moves)
    if found.span.start < max(where for where, _ in moves):
        return None
    fix = found.fix
    if fix is not None:
        if fix.span.start < max(where for where, _ in moves):
            fix = None
        else:
            fix = Fix(Span(fix.span.start + shift, fix.span.end + shift), fix.text)
    span = Span(found.span.start + shift, found.span.end + shift)
    return replace(found, span=span, fix=fix)


def _understood(reading: Reading) -> object:
    """The result of the grammar, or the diagnostic of the first fault.

    Raises:
        QueryError: a bound was met.
    """
    if reading.refusal is not None:
        raise reading.refusal
    if reading.misfit is None:
        return reading.result
    return first_fault(reading)


def first_fault(reading: Reading) -> Diagnostic:
    """Why the misfit of a reading does not fit; the faults behind it are not met."""
    from auditql.language.syntax_errors import Place, explain

    assert reading.misfit is not None
    return explain(Place(reading.text, reading.misfit, reading.tokens, reading.accepts))


def _feed(text: str, parser: Parsing, tokens: "list[lark.Token]") -> object:
    """Parse token by token, so that too deep a nesting ends before the parser."""
    from lark import Token

    depth = nots = 0
    outside: list[int] = []  # how many `not` stand before each open parenthesis
    for token in parser.lexer_thread.lex(parser.parser_state):
        tokens.append(token)
        kind = token.type
        if kind == "LPAR":
            outside.append(nots)
            depth += 1 + nots
        elif kind == "RPAR" and outside:
            depth -= 1 + outside.pop()
        nots = nots + 1 if kind == "NOT" else 0
        if depth + nots > limits.NESTING:
            raise QueryError([_too_deep(token)], text)
        if len(tokens) > limits.TOKENS:
            raise QueryError([_too_many(token)], text)
        parser.feed_token(token)
    last = tokens[-1] if tokens else Token("$END", "", 0, 1, 1)
    return parser.feed_eof(last)


def check_bounds(text: str) -> None:
    """Refuse a text that is too long or holds what no query can hold.

    Raises:
        QueryError: it is over 256 KiB, or has control characters.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > limits.TEXT_BYTES:
        fault = Diagnostic(
            Code.TEXT_TOO_LONG,
            f"a query has at most {limits.TEXT_BYTES // 1024} KiB; "
            f"this one has {size // 1024} KiB",
            help="give long lists as a parameter, or ask in several queries",
        )
        raise QueryError([fault], text)
    stray = _STRAY_CONTROL.search(text)
    if stray is not None:
        at = Span(*stray.span())
        fault = Diagnostic(
            Code.STRAY_CHARACTER,
            f"the control character U+{ord(stray[0]):04X} is no part of a query",
            at,
            "not allowed, not even in a string",
            f"in a string write \\u{ord(stray[0]):04x}",
        )
        raise QueryError([fault], text)


def _too_deep(token: "lark.Token") -> Diagnostic:
    start = token.start_pos or 0
    return Diagnostic(
        Code.NESTED_TOO_DEEP,
        f"parentheses and `not` may be nested {limits.NESTING} deep",
        Span(start, start + len(token)),
        "too deep here",
        "a list of values goes into `in (…)`; a part can be named with `let`",
    )


def _too_many(token: "lark.Token") -> Diagnostic:
    start = token.start_pos or 0
    return Diagnostic(
        Code.TOO_MANY_TOKENS,
        f"a query has at most {limits.TOKENS:,} words and signs",
        Span(start, start + len(token)),
        "too many from here on",
        "ask in several queries",
    )
