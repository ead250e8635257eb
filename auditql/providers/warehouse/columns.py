"""Where the fields of a record lie in a table.

In: the name of a table, and what its columns are called and hold. Out: the form
that the compiler and whoever runs its statements agree on. A field that is not
named is not in the table: a query that needs it is refused.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from auditql.catalog.fields import BY_NAME, STORED
from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind
from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError

MOST_PARTS = 3
"""Of a table's name: its catalog, its schema, its own."""


class Stored(Enum):
    """What a column, or a member of an object in it, holds."""

    TEXT = "text"
    INTEGER = "integer"  # as a time: whole seconds since 1970 UTC
    TIMESTAMP = "timestamp"  # without a zone, read as UTC
    INSTANT = "timestamptz"  # with a zone of its own or the session's


IN_MEMBERS = (Stored.TEXT, Stored.INTEGER)
"""What a member of a JSON object holds: JSON has no times."""


@form
class StoredColumn:
    """One column of a table.

    Attributes:
        name: as the table has it; quoted where it is no plain word.
        holds: its type, or that of the member.
        member: the field is this member of the JSON object that the column holds,
            as text or as the engine's own type; None for the column itself.
        is_odd: it is text that its engine may pad, or compare otherwise than letter
            by letter, by how it is declared.
    """

    name: str
    holds: Stored
    member: str | None = None
    is_odd: bool = False


@form
class Columns:
    """A table of records.

    Attributes:
        table: its name in parts, at most (catalog, schema, name).
        fields: by the field's name, its column; only stored fields, among them at
            least `id` and `created_at`.
    """

    table: tuple[str, ...]
    fields: Mapping[str, StoredColumn]

    def __hash__(self) -> int:
        """Equal tables hash equally; a mapping itself has no hash."""
        return hash((self.table, frozenset(self.fields.items())))


def column_of(name: str, *, holds: Stored | None = None) -> StoredColumn:
    """The column of a field as a table of records has it by default."""
    usual = {Kind.INTEGER: Stored.INTEGER, Kind.TIME: Stored.TIMESTAMP}
    return StoredColumn(name, holds or usual.get(BY_NAME[name].kind, Stored.TEXT))


def usual_columns(
    table: tuple[str, ...], *, created_at: Stored = Stored.TIMESTAMP
) -> Columns:
    """A table whose columns are called as the fields are.

    Args:
        table: its name in parts.
        created_at: what that column holds.
    """
    fields = {f.name: column_of(f.name) for f in STORED}
    fields["created_at"] = column_of("created_at", holds=created_at)
    return Columns(table, MappingProxyType(fields))


def checked(columns: Columns) -> Columns:
    """The columns themselves.

    Raises:
        ConfigurationError: a name is no stored field, `id` or `created_at` is not
            there, or a field or a member cannot be of the type that is said.
    """
    known = {f.name: f for f in STORED}
    for name, column in columns.fields.items():
        if name not in known:
            raise ConfigurationError(f"`{name}` is no field that a table can hold")
        kind = known[name].kind
        fits = {
            Kind.INTEGER: (Stored.INTEGER,),
            Kind.TIME: tuple(Stored),
        }.get(kind, (Stored.TEXT,))
        if column.holds not in fits:
            words = " or ".join(s.value for s in fits)
            raise ConfigurationError(
                f"the column of `{name}` is {column.holds.value}; it must be {words}"
            )
        if column.member is not None and column.holds not in IN_MEMBERS:
            words = " or ".join(s.value for s in IN_MEMBERS)
            raise ConfigurationError(
                f"the member `{safe_text(column.member)}` of the column"
                f" `{safe_text(column.name)}` is {column.holds.value}; a member of"
                f" JSON must be {words}"
            )
    for name in ("id", "created_at"):
        if name not in columns.fields:
            raise ConfigurationError(f"the table has no column for `{name}`")
    return columns
