"""A diagnostic and its parts: where, what, why, and what to write instead."""

from auditql.catalog.forms import form
from auditql.diagnostics.codes import Code, Severity

__all__ = ["Code", "Diagnostic", "Fix", "Severity", "Span"]


@form
class Span:
    """A stretch of the query text, half-open, in code points from its start.

    An empty span (start equal to end) is a place, such as the end of the text.
    """

    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        """The span from this one's start to the other's end."""
        return Span(self.start, other.end)


@form
class Fix:
    """A change that makes the text acceptable: put `text` in place of `span`."""

    span: Span
    text: str

    def apply(self, source: str) -> str:
        """The source with the fix made; the source itself is not changed."""
        return source[: self.span.start] + self.text + source[self.span.end :]


@form
class Diagnostic:
    """One thing wrong with, or to be said of, a query.

    Attributes:
        code: stable name of the fault; scripts match this, never the wording.
        message: what is wrong, one sentence about the query, no full stop.
        span: where; None where no place in the text is meant.
        label: what the marked text is; empty for none.
        help: what to write instead, or how to go on; None where nothing helps.
        expected: what would be accepted at the place, at most a few.
        fix: a change after which the text is accepted there.
        severity: the code's own severity unless `--strict` raised it.
    """

    code: Code
    message: str
    span: Span | None = None
    label: str = ""
    help: str | None = None
    expected: tuple[str, ...] = ()
    fix: Fix | None = None
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        """Whether the query cannot be run because of this."""
        return self.severity is Severity.ERROR
