"""What a profile says of a table elsewhere: its name, and where its fields lie.

In: the table `[profiles.NAME.columns]` as TOML gives it. Out: the map, or Wrong with
the key that it is about.
"""

from collections.abc import Mapping
from types import MappingProxyType

from auditql.catalog.fields import STORED
from auditql.diagnostics.nearest import nearest
from auditql.diagnostics.safe_text import safe_text
from auditql.providers.warehouse.columns import IN_MEMBERS, MOST_PARTS, Stored
from auditql.providers.warehouse.running.mapped import Mapped, TableMap
from auditql.runtime.profiles.wrong import Wrong

_TABLE = "table"
_FIELDS = tuple(field.name for field in STORED)
_MEMBERS = ("column", "type", "member")
_TYPES = {stored.value: stored for stored in Stored}


def table_map(value: object) -> TableMap:
    """The map that `columns` holds.

    Raises:
        Wrong: it is none; its path names the key within.
    """
    if not isinstance(value, dict):
        raise Wrong("is written [profiles.NAME.columns]")
    fields: dict[str, Mapped | None] = {}
    for name, said in value.items():
        if name == _TABLE:
            continue
        if name not in _FIELDS:
            near = nearest(name, (*_FIELDS, _TABLE))
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise Wrong(f"has no field `{safe_text(name)}`{hint}", (name,))
        fields[name] = _mapped(name, said)
    table = _table(value[_TABLE]) if _TABLE in value else None
    return TableMap(table, MappingProxyType(fields))


def _table(value: object) -> tuple[str, ...]:
    parts = value.split(".") if isinstance(value, str) else value
    if (
        isinstance(parts, list)
        and 0 < len(parts) <= MOST_PARTS
        and all(isinstance(part, str) and part for part in parts)
    ):
        return tuple(parts)
    raise Wrong(
        'names the table in `table`, "schema.name" or ["schema", "name"]', (_TABLE,)
    )


def _mapped(name: str, said: object) -> Mapped | None:
    """What is said of one field; None where the table lacks it."""
    if said is False:
        return None
    if isinstance(said, str) and said:
        return Mapped(said)
    if not isinstance(said, dict):
        raise Wrong(
            f'takes for `{name}` the name of a column, "{name}", or false where there'
            ' is none, or { column = "…", type = "…", member = "…" }',
            (name,),
        )
    for key in said:
        if key not in _MEMBERS:
            near = nearest(key, _MEMBERS)
            hint = (
                f"did you mean {near[0]}?" if near else "it takes column, type, member"
            )
            raise Wrong(f"has in `{name}` no key `{safe_text(key)}`; {hint}", (name,))
    column = _text(name, said, "column") or name
    holds, member = _holds(name, said), _text(name, said, "member")
    if member is not None and holds is not None and holds not in IN_MEMBERS:
        words = ", ".join(stored.value for stored in IN_MEMBERS)
        raise Wrong(
            f"takes for `type` of `{name}`, a member of JSON, one of {words}", (name,)
        )
    return Mapped(column, holds, member)


def _text(name: str, said: Mapping[str, object], key: str) -> str | None:
    if key not in said:
        return None
    value = said[key]
    if not isinstance(value, str) or not value:
        raise Wrong(f"takes for `{key}` of `{name}` a text in quotes", (name,))
    return value


def _holds(name: str, said: Mapping[str, object]) -> Stored | None:
    if "type" not in said:
        return None
    value = said["type"]
    found = _TYPES.get(value) if isinstance(value, str) else None
    if found is None:
        raise Wrong(f"takes for `type` of `{name}` one of {', '.join(_TYPES)}", (name,))
    return found
