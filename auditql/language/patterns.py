"""Regular expressions as written: refused here if they are none.

In: a pattern and the value it was written as. Out: whether it is one, or a
diagnostic with the place inside the pattern.
"""

import re

from auditql.catalog import limits
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Span
from auditql.language import syntax
from auditql.language.scope import Scope

_CHARACTER = re.compile(r"\\u[0-9a-fA-F]{4}|\\[nt\\'\"]|''|\"\"|.", re.S)


def check_pattern(pattern: str, value: syntax.Value, scope: Scope) -> bool:
    """Whether RE2 takes a pattern; if not, a diagnostic says where and why."""
    if len(pattern) > limits.PATTERN_CHARACTERS:
        scope.error(
            Code.PATTERN_TOO_LONG,
            f"a pattern has at most {limits.PATTERN_CHARACTERS:,} characters",
            value.span,
            f"this one has {len(pattern):,}",
            "test for several shorter ones with `or`",
        )
        return False
    from auditql.catalog.patterns import check

    bad = check(pattern)
    if bad is None:
        return True
    scope.error(
        Code.BAD_PATTERN,
        f"the pattern is no regular expression: {bad.message}",
        _inside(value, bad.position, scope),
        "here" if bad.position is not None else "RE2 refuses it",
        "patterns are RE2: no look-around, no back-references; "
        "`\\` takes a sign as it is",
    )
    return False


def _inside(value: syntax.Value, position: int | None, scope: Scope) -> Span:
    """The place in the text of a character of the pattern, escapes considered."""
    span = value.span
    written = scope.written(span)
    if (
        position is None
        or not isinstance(value, syntax.Text)
        or written[:1] not in "'\""
    ):
        return span
    for count, match in enumerate(_CHARACTER.finditer(written, 1, len(written) - 1)):
        if count == position:
            return Span(span.start + match.start(), span.start + match.end())
    return Span(span.end - 1, span.end)
