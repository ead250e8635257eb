"""What to say of a value that is not of its operand's kind.

In: the value and the operand. Out: a diagnostic in the scope, in the words that
people have for kinds and operands.
"""

from auditql.catalog.fields import BY_NAME
from auditql.catalog.kinds import Kind
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Fix, Span
from auditql.language import syntax
from auditql.language.mending import quoted
from auditql.language.query import Apply, Column, Operand
from auditql.language.scope import Scope

KIND_WORDS = {
    Kind.INTEGER: "a whole number",
    Kind.WORD: "a word",
    Kind.TEXT: "text",
    Kind.ADDRESS: "an IP address",
    Kind.TIME: "a time",
    Kind.WEEKDAY: "a weekday",
    Kind.LIST: "a list",
}

_NAMED_BY = {"actor_id": "actor_name", "source_id": "source_label"}
"""The fields that say in words what an id says."""

_SHOWN = 40  # characters of a text that are shown


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
    elif isinstance(value, syntax.Word | syntax.Text) and not fix:
        help_ = _of_number(value.value, operand)
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


def _of_number(text: str, operand: Operand) -> str | None:
    """What to say of a text where a number is needed: it is several, or a name."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > 1 and all(p.isascii() and p.isdecimal() for p in parts):
        return f"a list stands in parentheses: `({', '.join(parts)})`"
    named_by = _NAMED_BY.get(operand.name) if isinstance(operand, Column) else None
    if named_by is None or len(text) > _SHOWN or not text.isprintable():
        return None
    return f"an id is a number; find it with `{named_by} contains {quoted(text)}`"


def refuse_list(operand: Operand, doing: str, span: Span, scope: Scope) -> bool:
    """Say that a list cannot be used so; False for what is no list.

    Args:
        operand: what may be a list.
        doing: what cannot be done, as in "a list cannot be …".
        span: where it is asked for.
        scope: is told.
    """
    if operand.kind.is_single:
        return False
    name = operand_text(operand)
    scope.error(
        Code.WRONG_OPERATOR,
        f"`{name}` is a list and cannot be {doing}",
        span,
        "only `select` and `is null` take a list",
        "use `changed`, `changed_from` or `changed_to`: any line may match",
    )
    return True


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
