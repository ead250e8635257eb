"""Comments: where they stand, and what the first says of its file.

In: a text. Out: spans, the description, and a warning for a comment that may
have been meant as a sign. Comments are never in the tree.
"""

import re

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity, Span

_DASHES = re.compile(r"--(?=\d)")
_LEXEMES = re.compile(
    r"(?P<comment>(?<![^\s(),;|])(?:--|#)[^\n\r]*|/\*.*?\*/)"
    r"""|'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"""
    r'|"[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+"',
    re.S,
)
_ENDS = re.compile(_LEXEMES.pattern + "|(?P<end>;)", re.S)
_FIRST = re.compile(
    r"[\s;]*(?:(?P<lines>(?:(?:--|#)[^\n\r]*(?:\r\n|\n|\r|$)[ \t]*)+)"
    r"|/\*(?P<block>.*?)\*/)",
    re.S,
)


def comments(text: str, start: int = 0) -> list[Span]:
    """Where the comments of a text stand; strings are passed over.

    What stands before `start`, which is in no string and no comment, is not read.
    """
    return [Span(*m.span()) for m in _LEXEMES.finditer(text, start) if m["comment"]]


def ends(text: str) -> list[int]:
    """Where each `;` stands that ends a statement: not in strings and comments."""
    return [m.start() for m in _ENDS.finditer(text) if m["end"]]


def description(text: str) -> str | None:
    """The first comment where it stands before every statement, without its signs.

    Empty statements are none.
    """
    match = _FIRST.match(text.lstrip("\ufeff"))
    if match is None:
        return None
    block, signs = match["block"], "*"
    if block is None:
        block, signs = match["lines"], "-#"
    lines = [line.strip().lstrip(signs).strip() for line in block.splitlines()]
    return "\n".join(lines).strip() or None


def warnings(text: str) -> tuple[Diagnostic, ...]:
    """What the words alone give reason to say: `--5` is a comment, not a sign."""
    if "--" not in text:
        return ()
    return tuple(
        Diagnostic(
            Code.DASHES_BEFORE_DIGIT,
            "`--` begins a comment: what follows is not read",
            comment,
            "a comment",
            "write a blank behind `--` if it is one; a single `-` if not",
            severity=Severity.WARNING,
        )
        for comment in comments(text)
        if _DASHES.match(text, comment.start)
    )
