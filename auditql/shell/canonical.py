"""The canonical form of a query file, its comments kept.

In: the text of a file. Out: its statements in canonical form, each on lines of
its own. A comment behind a statement stays on its line, any other stands on
lines of its own before the statement that it stood before. A comment inside of a
statement has no such place; rather than lose it, the text is refused. Before the
first statement an empty line parts what was parted: the first lines describe the
file.
"""

import re

from auditql.diagnostics.model import Span
from auditql.diagnostics.render import Lines
from auditql.errors import ConfigurationError
from auditql.language.comments import comments
from auditql.language.parser import parse
from auditql.language.printer import format_statement

_NEXT_LINE = re.compile(r"(?:\r\n|\n|\r)[ \t]*")


def canonical(text: str, name: str) -> str:
    """The canonical text of a file; ends in one line break, or is empty.

    Args:
        text: what the file says.
        name: what it is called in messages.

    Raises:
        QueryError: it cannot be parsed.
        ConfigurationError: a comment stands inside of a statement.
    """
    statements = parse(text).statements
    waiting = comments(text)
    lines: list[str] = []
    end: int | None = None  # of the statement before
    head: int | None = None  # end of the comment before, where no statement is
    for place, statement in enumerate(statements, 1):
        while waiting and waiting[0].start < statement.span.start:
            if end is None and head is not None:
                _part(text[head : waiting[0].start], lines)
            head = waiting[0].end
            _keep(waiting.pop(0), end, text, lines)
        if waiting and waiting[0].start < statement.span.end:
            line, column = Lines(text).at(waiting[0].start)
            raise ConfigurationError(
                f"{name}:{line}:{column}: a comment inside of a query would be lost;"
                " put it before the query"
            )
        ending = ";" if place < len(statements) else ""
        lines.append(format_statement(statement) + ending)
        end = statement.span.end
    for span in waiting:
        if end is None and head is not None:
            _part(text[head : span.start], lines)
        head = span.end
        _keep(span, end, text, lines)
    return "".join(line + "\n" for line in lines)


def _keep(span: Span, end: int | None, text: str, lines: list[str]) -> None:
    """Put a comment behind the statement that ends there, if it is on its line."""
    comment = text[span.start : span.end].rstrip()
    comment = comment.replace("\r\n", "\n").replace("\r", "\n")
    between = "\n" if end is None else text[end : span.start]
    if "\n" in between or "\r" in between:
        lines.append(comment)
    else:
        lines[-1] += f" {comment}"


def _part(between: str, lines: list[str]) -> None:
    """Keep two comments apart, unless one follows on the next line."""
    if not _NEXT_LINE.fullmatch(between):
        lines.append("")
