"""From text to syntax tree; every fault of form becomes a diagnostic here.

In: the text of a query or a file. Out: a Script, or QueryError with what is
wrong. No exception of lark leaves this module, and no name of a terminal
reaches a person. What names and values mean is not looked at.
"""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from auditql.catalog import limits
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Severity, Span
from auditql.errors import QueryError
from auditql.language import syntax
from auditql.language.grammar import load
from auditql.language.tree import Clause, Draft

if TYPE_CHECKING:
    import lark
    from lark.parsers.lalr_interactive_parser import InteractiveParser

_STRAY_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
_DASHES = re.compile(r"(?<![^\s(),;|])--(?=\d)")


def parse(text: str) -> syntax.Script:
    """The tree of a text: its statements in order.

    A text without statements gives an empty Script, which the resolver reads
    as the query for every record. A byte order mark at the start is ignored.

    Raises:
        QueryError: the text is no script; at most 5 errors, in its order.
    """
    statements = _run(text, "script")
    assert isinstance(statements, tuple)
    finished: list[syntax.Statement] = []
    problems: list[Diagnostic] = []
    for statement in statements:
        if isinstance(statement, Draft):
            finished.append(_query(statement, problems))
        else:
            finished.append(statement)
    if problems:
        raise QueryError(problems[: limits.ERRORS_SHOWN], text)
    return syntax.Script(tuple(finished), _description(text), tuple(_warnings(text)))


def parse_value(text: str) -> syntax.Value | tuple[syntax.Item, ...] | None:
    """The one value or the one list that a text is, else None."""
    try:
        found = _run(text, "default")
    except QueryError:
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
    try:
        found = _run(joined, "value")
    except QueryError:
        return None
    if isinstance(found, syntax.Moment | syntax.Integer):
        return found
    return None


_BLANK_FOR_T = re.compile(r"^(\d{4}-\d\d-\d\d) +(\d\d:\d\d)")


def _run(text: str, start: str) -> object:
    """What the grammar makes of a text, from one of its start rules.

    Raises:
        QueryError: it makes nothing of it. Where a fault can be mended, the
            mended text is read on, so that the next fault is found too.
    """
    check_bounds(text)
    body = " " + text[1:] if text.startswith("\ufeff") else text
    found: list[Diagnostic] = []
    moves: list[tuple[int, int]] = []  # (where, by how much) of the fixes made
    while True:
        result = _attempt(body, start)
        if not isinstance(result, Diagnostic):
            if not found:
                return result
            break
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
    raise QueryError(found, text)


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


def _attempt(text: str, start: str) -> object:
    """The result of the grammar, or the diagnostic of the first fault."""
    from lark.exceptions import UnexpectedToken

    tokens: list[lark.Token] = []
    parser = load().parse_interactive(text, start=start)
    try:
        return _feed(text, parser, tokens)
    except UnexpectedToken as error:
        from auditql.language.syntax_errors import Place, explain

        if tokens and tokens[-1] is error.token:
            tokens.pop()
        return explain(Place(text, error.token, tokens, frozenset(parser.accepts())))


def _feed(text: str, parser: "InteractiveParser", tokens: "list[lark.Token]") -> object:
    """Parse token by token, so that too deep a nesting ends before the parser."""
    from lark import Token

    depth = nots = 0
    for token in parser.lexer_thread.lex(parser.parser_state):
        tokens.append(token)
        kind = token.type
        if kind == "LPAR":
            depth += 1
        elif kind == "RPAR":
            depth -= 1
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


def _query(draft: Draft, problems: list[Diagnostic]) -> syntax.Query:
    """The query of a draft; a clause that comes twice is a problem."""
    met: dict[str, Clause] = {}
    for clause in draft.clauses:
        if clause.kind in met:
            problems.append(
                Diagnostic(
                    Code.CLAUSE_TWICE,
                    f"`{clause.kind}` stands twice",
                    clause.span,
                    "again here",
                    "keep one of the two",
                    fix=Fix(clause.span, ""),
                )
            )
        met.setdefault(clause.kind, clause)
    values: dict[str, object] = {kind: clause.value for kind, clause in met.items()}
    cursors = [c for c in (values.get("after"), values.get("before")) if c]
    if len(cursors) == 2:
        second = max(met["after"], met["before"], key=lambda c: c.span.start)
        problems.append(
            Diagnostic(
                Code.PAGING_MIXED,
                "`after` and `before` exclude each other",
                second.span,
                "one too many",
                "keep one of the two",
                fix=Fix(second.span, ""),
            )
        )
    return syntax.Query(
        filter=draft.filter,
        order=values.get("order by", ()),
        limit=values.get("limit"),
        offset=values.get("offset"),
        page=values.get("page"),
        page_size=values.get("page size"),
        cursor=cursors[0] if cursors else None,
        stages=draft.stages,
        span=draft.span,
    )


def _description(text: str) -> str | None:
    """The first comment where it stands before every statement, without its signs."""
    match = _FIRST_COMMENT.match(text.lstrip("\ufeff"))
    if match is None:
        return None
    if match["block"] is not None:
        lines = [
            line.strip().lstrip("*").strip() for line in match["block"].splitlines()
        ]
    else:
        lines = [
            line.strip().lstrip("-#").strip() for line in match["lines"].splitlines()
        ]
    return "\n".join(lines).strip() or None


_FIRST_COMMENT = re.compile(
    r"\s*(?:(?P<lines>(?:(?:--|#)[^\n\r]*(?:\r\n|\n|\r|$)[ \t]*)+)|/\*(?P<block>.*?)\*/)",
    re.S,
)


def _warnings(text: str) -> list[Diagnostic]:
    """What the words alone give reason to say: `--5` is a comment, not a sign."""
    if "--" not in text:
        return []
    found = []
    for comment in comments(text):
        if _DASHES.match(text, comment.start):
            found.append(
                Diagnostic(
                    Code.DASHES_BEFORE_DIGIT,
                    "`--` begins a comment: what follows is not read",
                    comment,
                    "a comment",
                    "write a blank behind `--` if it is one; a single `-` if not",
                    severity=Severity.WARNING,
                )
            )
    return found


_LEXEMES = re.compile(
    r"(?P<comment>(?<![^\s(),;|])(?:--|#)[^\n\r]*|/\*.*?\*/)"
    r"""|'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"""
    r'|"[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+"',
    re.S,
)


def comments(text: str) -> list[Span]:
    """Where the comments of a text stand; strings are passed over."""
    return [Span(*m.span()) for m in _LEXEMES.finditer(text) if m["comment"]]
