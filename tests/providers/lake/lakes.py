"""Records written into lakes, and what stands there then."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auditql.catalog.record import Record
from auditql.catalog.strict_json import loads
from auditql.providers.lake.writer import LakeWriter, Written

Raw = dict[str, object]

_MARCH = datetime(2026, 3, 20, 8, tzinfo=UTC)


def record(number: int, days: int = 0, **more: object) -> Record:
    """A record of 2026-03-20, so many days before."""
    when = (_MARCH - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Record.from_json(
        {"id": number, "action": "login", "created_at": when} | more
    )


def write(
    lake: Path,
    *batches: Sequence[Record],
    in_order: bool = True,
    commits: bool = True,
) -> Written:
    """Write an answer; gives what was written."""

    async def answer(writer: LakeWriter) -> Written:
        for batch in batches:
            await writer.add(batch)
        return await writer.finish()

    with LakeWriter(str(lake), {"auditql_query": "it's"}, in_order=in_order) as writer:
        written = asyncio.run(answer(writer))
        if commits:
            writer.commit()
    return written


def kept(lake: Path) -> list[object]:
    """The records that a lake holds, as any engine would find them."""
    found = select(f"SELECT record FROM read_parquet('{lake}/**/*.parquet')")
    return [loads(str(text)) for (text,) in found]


def ids(lake: Path) -> list[object]:
    """The ids of them, sorted."""
    return sorted(number for (number,) in select_from(lake, "id"))  # type: ignore[type-var] # numbers


def select_from(lake: Path, columns: str) -> list[tuple[object, ...]]:
    """Columns of all rows."""
    return select(f"SELECT {columns} FROM read_parquet('{lake}/**/*.parquet')")


def select(sql: str) -> list[tuple[object, ...]]:
    """What a plain DuckDB gives."""
    import duckdb

    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def files(lake: Path) -> dict[str, bytes]:
    """Every file of a folder and its bytes."""
    paths = sorted(path for path in lake.rglob("*") if path.is_file())
    return {str(path.relative_to(lake)): path.read_bytes() for path in paths}
