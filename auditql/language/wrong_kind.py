"""What to say of a value that is not of its operand's kind.

In: the value and the operand. Out: a diagnostic in the scope, in the words that
people have for kinds and operands.
"""

from auditql.catalog.fields import BY_NAME
from auditql.catalog.kinds import Kind
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Fix
from auditql.language import syntax
from auditql.language.query import Apply, Operand
from auditql.language.scope import Scope

KIND_WORDS = {
    Kind.INTEGER: "a whole number",
    Kind.WORD: "a word",
    Kind.TEXT: "text",
    Kind.ADDRESS: "an IP address",
    Kind.TIME: "a time",
    Kind.WEEKDAY: "a weekday",
}


def operand_text(operand: Operand) -> str:
    """The operand as a person writes it, for messages."""
    if isinstance(operand, Apply):
        inner = operand.column.name
        if operand.length is not None:
            inner += f", {operand.length.count}{operand.length.unit.value}"
        return f"{operand.function}({inner})"
    return operand.name


def wrong_type(
    value: syntax.Value, operand: Operand, scope: Scope, fix: Fix | None = None
) -> None:
    """Say that a value is not of the operand's kind."""
    wanted = KIND_WORDS[operand.kind]
    help_ = f"write `{fix.text}`" if fix else None
    if isinstance(value, syntax.Word) and value.value.lower() == "null":
        help_ = f"for records without a value use `{operand_text(operand)} is null`"
    elif isinstance(value, syntax.Word) and value.value.lower() in BY_NAME:
        help_ = "a field is never on the right side; write the value itself"
    if isinstance(value, syntax.Duration) and operand.kind is Kind.TIME:
        code = Code.BARE_DURATION
    else:
        code = Code.WRONG_TYPE
    scope.error(
        code,
        f"`{operand_text(operand)}` is {wanted}",
        value.span,
        f"this is {_described(value)}",
        help_,
        fix=fix,
    )


def _described(value: syntax.Value) -> str:
    match value:
        case syntax.Text():
            return "quoted text"
        case syntax.Word():
            return "a word"
        case syntax.Integer():
            return "a number"
        case syntax.Address():
            return "an address or network"
        case syntax.Duration():
            return "a length of time"
        case syntax.Parameter():
            return "a parameter"
        case _:
            return "a time"
