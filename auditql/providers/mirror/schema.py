"""The tables of a mirror, and the marks by which its file is known.

In: nothing. Out: SQL as data. Repeated texts stand once, in a dictionary a field; a
record holds their codes. What the fields cannot say is in `shape` and `extra`, so
that every record can be had back as it was received:

* `shape` says which keys a record has, in which order, what its `url` begins with
  where it ends in the id, and whether its `created_at` is spelt in the usual way.
* `extra` is JSON of what remains: unknown fields, an unusual `url` or `created_at`.

A code is NULL where the field is null or absent; the shape tells them apart. The key
of `record` is the order of answers. A record whose id is held already, with other
content, has a `variant` above 0.
"""

from auditql.catalog.fields import STORED
from auditql.catalog.kinds import Kind

APPLICATION_ID = 0x6171_6C6D
"""`aqlm`: the file is a mirror of auditql."""

FORMAT = 1
"""Which tables these are; a file with a higher number was made by a newer auditql."""

AIM = "aim_s"
"""The key of `meta` that says from when on the mirror is meant to hold everything."""

INTEGERS = ("actor_id", "source_id")
"""Columns that hold the field itself."""

TEXTS = tuple(
    f.name
    for f in STORED
    if f.kind is not Kind.INTEGER and f.name not in ("url", "created_at")
)
"""Columns that hold a code, each of its own dictionary, `text_…`."""

FIELDS = (*INTEGERS, *TEXTS)

NAMES = ("created_s", "id", "variant", *FIELDS, "shape", "extra")
"""The columns of `record`, in order."""

COLUMNS = ", ".join(f"record.{name}" for name in NAMES)
"""What to select of `record` for rows that `Mirror.restored` takes."""

ORDER = "record.created_s DESC, record.id, record.variant"
"""The order of answers; no sort is needed for it."""

BETWEEN = (
    f"SELECT {COLUMNS} FROM record WHERE created_s >= ? AND created_s < ? "  # noqa: S608
    f"ORDER BY {ORDER}"
)
"""The records of an interval in the order of answers."""

DICTIONARIES = (*(f"text_{name}" for name in TEXTS), "shape")
"""Tables of code, hash and value."""


def _dictionary(table: str) -> tuple[str, str]:
    return (
        f"CREATE TABLE {table} (code INTEGER PRIMARY KEY, hash INTEGER NOT NULL, "
        "value NOT NULL)",
        f"CREATE INDEX {table}_hash ON {table} (hash)",
    )


TABLES: tuple[str, ...] = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    "CREATE TABLE slice (start_s INTEGER PRIMARY KEY, end_s INTEGER NOT NULL, "
    "count INTEGER NOT NULL, sha256 BLOB NOT NULL, read_s INTEGER NOT NULL)",
    "CREATE TABLE record (created_s INTEGER NOT NULL, id INTEGER NOT NULL, "
    "variant INTEGER NOT NULL, "
    + "".join(f"{name} INTEGER, " for name in FIELDS)
    + "shape INTEGER NOT NULL, extra TEXT, "
    "PRIMARY KEY (created_s DESC, id, variant)) WITHOUT ROWID",
    "CREATE INDEX record_id ON record (id)",
    "CREATE INDEX record_action ON record (action, created_s DESC)",
    "CREATE INDEX record_conflict ON record (id) WHERE variant > 0",
    *(sql for table in DICTIONARIES for sql in _dictionary(table)),
)
"""What makes the tables, in this order."""
