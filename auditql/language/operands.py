"""Names and calls to operands: the column meant, the function and its kind.

In: an operand as written and the columns there are. Out: an Operand, or None
and a diagnostic with the nearest names.
"""

from collections.abc import Mapping, Sequence

from auditql.catalog.fields import FIELDS
from auditql.catalog.functions import AGGREGATES_BY_NAME, FUNCTIONS, FUNCTIONS_BY_NAME
from auditql.catalog.kinds import Kind, Unit
from auditql.catalog.other_names import meant_by
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Fix
from auditql.diagnostics.nearest import nearest
from auditql.language import syntax
from auditql.language.query import Apply, Column, Length, Operand
from auditql.language.scope import Scope

Columns = Mapping[str, Column]
"""What a name can mean, by name: the fields, or what the stage before gives."""

RECORD: Columns = {
    f.name: Column(f.name, f.kind, f.folds_case, f.derived_from is not None)
    for f in FIELDS
}
"""The columns of a record: its fields, the derived ones too."""


def resolve_operand(
    operand: syntax.Operand, columns: Columns, scope: Scope, *, number: bool = False
) -> Operand | None:
    """The operand that is meant, or None and a diagnostic.

    `number` says that it is compared with one, for a name that is not known.
    """
    if isinstance(operand, syntax.Name):
        return resolve_name(operand, columns, scope, number=number)
    return _call(operand, columns, scope)


def resolve_name(
    name: syntax.Name,
    columns: Columns,
    scope: Scope,
    kinds: Sequence[Kind] = (),
    *,
    number: bool = False,
) -> Column | None:
    """The column of that name, or None and a diagnostic that names the nearest.

    Only columns of those kinds are named; of any kind where none is given.
    """
    found = columns.get(name.value)
    if found is not None:
        return found
    fitting = [n for n, c in columns.items() if not kinds or c.kind in kinds]
    other = [n for n in meant_by(name.value, number=number) if n in fitting]
    meant = tuple(dict.fromkeys((*other, *nearest(name.value, fitting))))[:4]
    if columns is RECORD:
        code, thing = Code.UNKNOWN_FIELD, "field"
        others = "`auditql fields` lists them"
    else:
        code, thing = Code.UNKNOWN_COLUMN, "column"
        others = "the stage before gives " + ", ".join(columns)
    function = FUNCTIONS_BY_NAME.get(name.value)
    help_ = others
    if function is not None and not other:
        help_ = f"`{name.value}` is a function: `{function.example}`"
    elif meant:
        help_ = f"did you mean `{meant[0]}`?"
        if len(other) > 1:
            help_ += f" (`{other[1]}` holds the {'name' if number else 'id'})"
        if columns is not RECORD:
            help_ += f" ({others})"
    scope.error(
        code,
        f"there is no {thing} `{name.value[:60]}`",
        name.span,
        f"not a {thing}",
        help_,
        fix=Fix(name.span, meant[0]) if meant else None,
        expected=meant,
    )
    return None


def _call(call: syntax.Call, columns: Columns, scope: Scope) -> Operand | None:
    name = call.function.value
    function = FUNCTIONS_BY_NAME.get(name)
    if function is None:
        meant = nearest(name, FUNCTIONS_BY_NAME)
        help_ = f"did you mean `{meant[0]}`?" if meant else None
        if name in AGGREGATES_BY_NAME:
            help_ = f"`{name}` counts groups of records: `| stats {name}(…) by …`"
        scope.error(
            Code.UNKNOWN_FUNCTION,
            f"there is no function `{name[:60]}`",
            call.function.span,
            "not a function",
            help_ or "functions: " + ", ".join(f.name for f in FUNCTIONS),
            fix=Fix(call.function.span, meant[0]) if meant else None,
            expected=meant,
        )
        return None
    first, rest = call.arguments[0], call.arguments[1:]
    wanted = 2 if function.takes_duration else 1
    column = (
        resolve_name(first, columns, scope, function.takes)
        if isinstance(first, syntax.Name)
        else None
    )
    length: Length | None = None
    if function.takes_duration and len(rest) == 1:
        length = _length(rest[0])
    good = isinstance(first, syntax.Name) and len(call.arguments) == wanted
    if not good or (function.takes_duration and length is None):
        scope.error(
            Code.WRONG_ARGUMENT,
            f"`{name}` takes "
            + ("a field and a length of time" if wanted == 2 else "one field"),
            call.span,
            "not these",
            f"write it like `{function.example}`",
        )
        return None
    if column is None:
        return None
    if column.kind not in function.takes:
        kinds = " or ".join(k.value for k in function.takes)
        scope.error(
            Code.WRONG_ARGUMENT,
            f"`{name}` takes a column of {kinds}",
            first.span,
            f"`{column.name}` is {column.kind.value}",
            f"write it like `{function.example}`",
        )
        return None
    return Apply(function.name, column, function.gives, length)


def _length(node: syntax.Name | syntax.Duration) -> Length | None:
    if isinstance(node, syntax.Duration) and 1 <= node.count <= MOST_UNITS:
        return Length(node.count, node.unit)
    return None


MOST_UNITS = 10_000
"""Longest bucket, in its own unit."""


def step_of(duration: syntax.Duration, scope: Scope) -> Length | None:
    """The bucket of a timeline, or None and a diagnostic."""
    length = _length(duration)
    if length is None:
        scope.error(
            Code.NUMBER_OUT_OF_RANGE,
            f"a bucket has 1 to {MOST_UNITS:,} units",
            duration.span,
            "not this many",
            "write it like `1h`, `1d` or `1w`",
        )
    return length


DAY = Length(1, Unit.DAY)
"""The bucket of a timeline that names none."""
