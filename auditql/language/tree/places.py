"""Where the parts of a rule stand in the text.

In: tokens and finished nodes. Out: the span they take up. A rule's children
come in the order of the text, so its first and last say where it is.
"""

from typing import Protocol

from lark import Token

from auditql.diagnostics.model import Span


class Placed(Protocol):
    """A node that knows where it stands."""

    @property
    def span(self) -> Span:
        """The node's place in the text."""


def span(token: Token) -> Span:
    """The place of a token in the text."""
    start = token.start_pos or 0
    return Span(start, start + len(token))


def over(first: Token | Placed, last: Token | Placed) -> Span:
    """From the start of the first to the end of the last."""
    start = first.start_pos or 0 if isinstance(first, Token) else first.span.start
    if isinstance(last, Token):
        return Span(start, (last.start_pos or 0) + len(last))
    return Span(start, last.span.end)
