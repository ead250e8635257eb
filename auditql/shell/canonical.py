"""The canonical form of a query file, its comments kept.

In: the text of a file. Out: its statements in canonical form, each comment on
lines of its own before the statement that it stood before. A comment inside of
a statement has no such place; rather than lose it, the text is refused.
"""

from auditql.errors import ConfigurationError
from auditql.language.comments import comments
from auditql.language.parser import parse
from auditql.language.printer import format_statement


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
    waiting = [(span.start, text[span.start : span.end]) for span in comments(text)]
    lines: list[str] = []
    for place, statement in enumerate(statements, 1):
        while waiting and waiting[0][0] < statement.span.start:
            lines.append(waiting.pop(0)[1].rstrip())
        if waiting and waiting[0][0] < statement.span.end:
            line = text.count("\n", 0, waiting[0][0]) + 1
            raise ConfigurationError(
                f"{name}:{line}: a comment inside of a query would be lost;"
                " put it before the query"
            )
        ending = ";" if place < len(statements) else ""
        lines.append(format_statement(statement) + ending)
    lines += (comment.rstrip() for _, comment in waiting)
    return "".join(line + "\n" for line in lines)
