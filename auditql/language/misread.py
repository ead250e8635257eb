"""Values that are accepted and say something else than they seem to.

In: a value of the syntax tree, what it was made to, its operand. Out: a warning
in the scope where the value is likely to be a mistake.
"""

import re

from auditql.catalog.changes import NO_VALUE
from auditql.catalog.operators import Comparator
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Fix, Span
from auditql.language import query, syntax
from auditql.language.mending import apart, quoted
from auditql.language.scope import Scope
from auditql.language.wrong_kind import operand_text

_WILD = re.compile(r"[*%].+|.+\*|.*\D%", re.S)
"""A text that begins or ends with a wildcard; `100%` does not."""

_READ_VALUES = ("changed_from", "changed_to")


def warn_of_text(
    value: syntax.Value, text: str, operand: query.Operand, scope: Scope
) -> None:
    """Warn of a text that no value is equal to, or is not likely to be."""
    if not isinstance(operand, query.Column):
        return
    if operand.name in _READ_VALUES and text in NO_VALUE:
        scope.warn(
            Code.UNKNOWN_VALUE,
            f"`{operand.name}` is never '{text}'",
            value.span,
            "read as no value at all",
            f"`{operand.name} is null` finds these, and records that tell no change",
        )


def warn_of_wildcard(
    test: syntax.Comparison, text: str, operand: query.Operand, scope: Scope
) -> None:
    """Warn of `= 'Bob*'`: equality takes every sign as it is."""
    if test.op not in (Comparator.EQ, Comparator.NE) or not _WILD.fullmatch(text):
        return
    folds = isinstance(operand, query.Column) and operand.folds_case
    negated = "not " if test.op is Comparator.NE else ""
    word = f"{negated}{'ilike' if folds else 'like'}"
    written = f"{word} {quoted(like_pattern(text))}"
    is_here = isinstance(test.value, syntax.Text)  # and no parameter, bound elsewhere
    span = Span(test.op_span.start, test.span.end)
    scope.warn(
        Code.LITERAL_WILDCARD,
        f"`{test.op.value}` has no wildcards",
        test.value.span,
        "every sign is taken as it is",
        f"write `{operand_text(operand)} {written}`"
        if len(written) <= 80
        else f"use `{word}`",
        fix=Fix(span, apart(written, span, scope.text)) if is_here else None,
    )


def like_pattern(text: str) -> str:
    r"""The pattern of LIKE for a text with wildcards of a shell, `*`, or of SQL, `%`.

    Beside a `*` every other sign is ordinary.
    """
    if "*" not in text:
        return text
    return re.sub(r"([%_\\])", r"\\\1", text).replace("*", "%")
