"""What files of Parquet hold: their columns, and what is known of their rows.

In: files, an engine. Out: the table that they are together, or what is wrong with
it. Files that `export` wrote say of themselves that each record is there once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from auditql.catalog.fields import BY_NAME, STORED
from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind
from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError, RunError
from auditql.providers.lake.engine import Engine, exactly
from auditql.providers.lake.files import LakeFile
from auditql.providers.lake.parts import DISTINCT, IDS, MONTH, TEXTS_ALTERED
from auditql.providers.lake.table import ALTERED, RECORD, TIME, columns_altered

TABLE = "auditql_lake"
"""What the files are called together, once they are open."""

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT")
_INTEGERS = (*_WHOLE, "UINTEGER")
_TIMES = (
    *("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"),
    *("TIMESTAMP WITH TIME ZONE", "VARCHAR"),
)
_KINDS: Mapping[Kind, tuple[tuple[str, ...], str]] = {
    Kind.INTEGER: (_INTEGERS, "whole numbers of at most 64 bits"),
    Kind.TIME: (_TIMES, "timestamps, or texts such as 2026-03-01T08:00:00Z"),
}
_TEXTS = (("VARCHAR",), "text")

_SHOWN = 12

_NAMES = (*(field.name for field in STORED), RECORD, ALTERED)
_TABLES = (
    "SELECT held, min(file_name) FROM (SELECT file_name, list((lower(name), type,"
    " logical_type, coalesce(scale, 0)) ORDER BY lower(name)) AS held"
    " FROM parquet_schema(?) WHERE num_children IS NULL"
    " AND list_contains(?, lower(name)) GROUP BY file_name)"
    " GROUP BY held ORDER BY min(file_name)"
)
"""SQL of the different tables that files are: columns and types, one file of each."""


_NO_RECORD = (
    f"SELECT id IS NULL, {TIME} IS NULL, NOT isfinite({TIME}), TRUE FROM {TABLE}"  # noqa: S608 - of our own
    f" WHERE id IS NULL OR {TIME} IS NULL OR NOT isfinite({TIME})"
    f" OR {TIME} NOT BETWEEN TIMESTAMP '0001-01-01'"
    " AND TIMESTAMP '9999-12-31 23:59:59.999999' LIMIT 1"
)
_WHY = (
    "a row without an id",
    "a row without a time",
    "a time that never ends",
    "a year before 1 or beyond 9999",
)


@form
class Contents:
    """A table of records, open in an engine as `TABLE`.

    Attributes:
        files: that hold it.
        columns: the stored fields that it has, in the order of the catalog.
        has_records: it has each record as it was received.
        altered: the columns of which a text is another than in the record.
        is_distinct: it is known that no id is there two times.
    """

    files: tuple[LakeFile, ...]
    columns: tuple[str, ...]
    has_records: bool
    altered: frozenset[str]
    is_distinct: bool


async def opened(
    engine: Engine, files: Sequence[LakeFile], needed: Iterable[str]
) -> Contents:
    """The table that files are together.

    Args:
        engine: that may read them.
        files: at least one.
        needed: the fields that a query names.

    Raises:
        ConfigurationError: a file is no Parquet, a column is not there or of
            another type, or the files have different ones.
    """
    paths = [exactly(file.path) for file in files]
    try:
        types = {
            str(name).lower(): str(type_)
            for name, type_, *_ in await engine.run(
                "DESCRIBE SELECT * FROM read_parquet(?, hive_partitioning = false)",
                (paths,),
            )
        }
        said = await engine.run(
            "SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)"
            " WHERE key IN (encode(?), encode(?), encode(?))",
            (paths, MONTH, IDS, TEXTS_ALTERED),
        )
        tables = await engine.run(_TABLES, (paths, [*_NAMES]))
    except RunError as error:
        raise ConfigurationError(f"{_named(files)} cannot be read: {error}") from error
    _check_same(tables)
    _check(files, types, needed)
    is_ours = {RECORD, ALTERED} <= types.keys()
    months = [value for key, value in said if key == MONTH]
    distinct = [value for key, value in said if (key, value) == (IDS, DISTINCT)]
    is_distinct = is_ours and len(distinct) == len(months) == len(files) == len(
        set(months)
    )
    columns = tuple(f.name for f in STORED if f.name in types)
    await engine.run(f"CREATE TEMP VIEW {TABLE} AS {_view(paths, types, columns)}")
    if len(months) < len(files):
        await _check_records(engine, files)
    lists = [str(value) for key, value in said if key == TEXTS_ALTERED]
    if is_ours and len(lists) < len(files):
        found = f"SELECT {columns_altered()} FROM {TABLE}"  # noqa: S608 - of our own
        lists = [str(value) for (value,) in await engine.run(found)]
    altered = frozenset(",".join(lists).split(",")) & set(columns)
    return Contents(tuple(files), columns, is_ours, altered, is_distinct)


async def _check_records(engine: Engine, files: Sequence[LakeFile]) -> None:
    """See that each row is a record, in files of others.

    A row without a time is on neither side of a test of time, and would be lost
    without a word.

    Raises:
        RunError: one is none.
    """
    for row in await engine.run(_NO_RECORD):
        words = next(words for words, is_so in zip(_WHY, row, strict=True) if is_so)
        raise RunError(f"the lake holds what is no record: {words}: {_named(files)}")


def _view(
    paths: Sequence[str], types: Mapping[str, str], columns: Sequence[str]
) -> str:
    """SQL of the table: its columns under the names of the fields, its time in UTC."""
    more = [name for name in (RECORD, ALTERED) if name in types]
    taken = ", ".join(
        f"{_time(types[name])} AS {name}" if name == TIME else f'"{name}" AS {name}'
        for name in (*columns, *more)
    )
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    return f"SELECT {taken} FROM read_parquet([{listed}], hive_partitioning = false)"  # noqa: S608 - of our own


def _time(type_: str) -> str:
    """SQL of the time in UTC, without a zone."""
    if type_ == "VARCHAR":
        return f"(CAST({TIME} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
    if type_ == "TIMESTAMP WITH TIME ZONE":
        return f"({TIME} AT TIME ZONE 'UTC')"
    if type_ == "TIMESTAMP_NS":  # a cast rounds: into the next second, or day
        ns = f"epoch_ns({TIME})"
        return f"make_timestamp(({ns} - ({ns} % 1000 + 1000) % 1000) // 1000)"
    return TIME if type_ == "TIMESTAMP" else f"CAST({TIME} AS TIMESTAMP)"


def _check_same(tables: Sequence[Sequence[object]]) -> None:
    """See that files are one table: else those of the first decide for all.

    Raises:
        ConfigurationError: they have different columns.
    """
    if len(tables) < 2:
        return
    (first, one), (second, other) = tables[0], tables[1]
    assert isinstance(first, list), "columns"
    assert isinstance(second, list), "columns"
    names = sorted(
        {str(c[0]) for c in [*first, *second] if (c in first) != (c in second)}
    )
    raise ConfigurationError(
        f"{safe_text(str(one))} and {safe_text(str(other))} are no one table: they"
        f" differ in {', '.join(f'`{safe_text(name)}`' for name in names)}; ask each"
        " on its own"
    )


def _check(
    files: Sequence[LakeFile], types: Mapping[str, str], needed: Iterable[str]
) -> None:
    """See that the columns are there that are needed, and of their types.

    Raises:
        ConfigurationError: they are not.
    """
    for name in ("id", TIME, *needed):
        if name not in types:
            held = ", ".join(list(types)[:_SHOWN]) + (
                ", …" if len(types) > _SHOWN else ""
            )
            raise ConfigurationError(
                f"{_named(files)}: there is no column `{name}`; there are"
                f" {safe_text(held)}"
            )
    for name, type_ in types.items():
        known = BY_NAME.get(name)
        if known is None or known.derived_from is not None:
            continue
        fitting, words = _KINDS.get(known.kind, _TEXTS)
        if type_ not in fitting:
            raise ConfigurationError(
                f"{_named(files)}: the column `{name}` is {safe_text(type_)}; it must"
                f" hold {words}"
            )


def _named(files: Sequence[LakeFile]) -> str:
    first = safe_text(files[0].path)
    return first if len(files) == 1 else f"{first} and {len(files) - 1:,} more"
