"""The columns of a table as they are found, and as a profile says they are.

In: names and types of columns, a map. Out: the columns that a statement is made for,
or what does not fit, by name. What nobody mapped is taken where it has the name of
a field; a field whose column is not there is not in the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from types import MappingProxyType

from auditql.catalog.fields import STORED
from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind
from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError
from auditql.providers.warehouse.columns import Columns, Stored, StoredColumn

TABLE = "audit_logs"
"""What the table is called where nobody says otherwise."""

_SHOWN = 15


@form
class Mapped:
    """What a profile says of one field.

    Attributes:
        column: its name in the table.
        holds: its type, or that of the member; None for the one that is found.
        member: the member of a JSON object that the column holds; None for none.
    """

    column: str
    holds: Stored | None = None
    member: str | None = None


@form
class TableMap:
    """What a profile says of a table.

    Attributes:
        table: its name in parts; None where it is not said.
        fields: by the field's name; None for a field that the table lacks.
    """

    table: tuple[str, ...] | None = None
    fields: Mapping[str, Mapped | None] = field(default_factory=dict)

    def __hash__(self) -> int:
        """Equal maps hash equally; a mapping itself has no hash."""
        return hash((self.table, frozenset(self.fields.items())))


@form
class Found:
    """A column that a table has.

    Attributes:
        name: as the table has it.
        holds: what it holds; None for what no field can be.
        type: as the engine calls it, for messages.
        is_odd: as of a StoredColumn.
    """

    name: str
    holds: Stored | None
    type: str
    is_odd: bool = False


def columns_of(
    table: tuple[str, ...], said: TableMap, found: Sequence[Found]
) -> Columns:
    """The columns that statements are made for.

    Args:
        table: its name in parts.
        said: what the profile says of it.
        found: the columns that it has.

    Raises:
        ConfigurationError: a column that is named is not there, or of another
            type; or there is none for `id` or `created_at`.
    """
    there = {column.name: column for column in found}
    folded = {column.name.lower(): column for column in found}
    made: dict[str, StoredColumn] = {}
    for stored in STORED:
        name = stored.name
        mapped = said.fields.get(name, Mapped(name))
        if mapped is None:
            continue
        column = there.get(mapped.column) or folded.get(mapped.column.lower())
        if column is None:
            if name in said.fields:
                raise _missing(table, name, mapped.column, found)
            continue
        made[name] = _fitting(table, name, stored.kind, mapped, column)
    for name in ("id", "created_at"):
        if name not in made:
            raise _missing(table, name, name, found)
    return Columns(table, MappingProxyType(made))


def _fitting(
    table: tuple[str, ...], name: str, kind: Kind, mapped: Mapped, column: Found
) -> StoredColumn:
    """The column of a field.

    Raises:
        ConfigurationError: it is of another type.
    """
    usual = Stored.INTEGER if kind is Kind.INTEGER else Stored.TEXT
    if mapped.member is not None:
        return StoredColumn(column.name, mapped.holds or usual, mapped.member)
    fitting = tuple(Stored) if kind is Kind.TIME else (usual,)
    if column.holds not in fitting:
        words = " or ".join(_WORDS[holds] for holds in fitting)
        raise ConfigurationError(
            f"the column `{safe_text(column.name)}` of the table {_shown(table)} is"
            f" {safe_text(column.type)}; for `{name}` it must hold {words}"
        )
    if mapped.holds is not None and mapped.holds is not column.holds:
        raise ConfigurationError(
            f"the column `{safe_text(column.name)}` of the table {_shown(table)} is"
            f" {safe_text(column.type)}, and the profile says {mapped.holds.value}"
        )
    assert column.holds is not None, "it is one of those that fit"
    return StoredColumn(column.name, column.holds, is_odd=column.is_odd)


_WORDS = {
    Stored.TEXT: "text that is compared letter by letter",
    Stored.INTEGER: "whole numbers",
    Stored.TIMESTAMP: "timestamps",
    Stored.INSTANT: "timestamps with a zone",
}


def _missing(
    table: tuple[str, ...], name: str, column: str, found: Sequence[Found]
) -> ConfigurationError:
    names = [safe_text(one.name) for one in found]
    held = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return ConfigurationError(
        f"the table {_shown(table)} has no column `{safe_text(column)}` for `{name}`;"
        f" it has {held}; [profiles.NAME.columns] says what they are called"
    )


def _shown(table: Sequence[str]) -> str:
    return safe_text(".".join(table))
