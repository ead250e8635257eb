"""Records in files, and what a query over them gives.

In: records, or a query and the names of files. Out: a file; rows and warnings.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auditql.diagnostics.model import Diagnostic
from auditql.plan.plan import Plan
from auditql.providers.files.reader import Wanted
from auditql.providers.files.source import FilesSource
from auditql.runtime.compile import compile_text
from auditql.runtime.from_files import FilesClient

NOW = "2026-03-10T12:00:00Z"
EIGHT = datetime(2026, 3, 1, 8, tzinfo=UTC)
Raw = dict[str, object]


def record(number: int, second: int = 0, **more: object) -> Raw:
    """A record of 2026-03-01, so many seconds after eight."""
    when = (EIGHT + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"id": number, "action": "login", "created_at": when} | more


def lines(raws: Sequence[object]) -> bytes:
    return b"".join(json.dumps(r, separators=(",", ":")).encode() + b"\n" for r in raws)


def written(tmp_path: Path, raws: Sequence[object], name: str = "a.jsonl") -> str:
    path = tmp_path / name
    path.write_bytes(lines(raws))
    return str(path)


class Answer:
    """What a query over files gave."""

    def __init__(self, text: str, *paths: str, **how: bool) -> None:
        self.rows: list[Mapping[str, object]] = []
        self.warned: list[Diagnostic] = []
        self.client = FilesClient(Wanted(paths, **how), self.warned.append)  # type: ignore[arg-type] # flags
        asyncio.run(self._read(planned(text, *paths)))

    async def _read(self, plan: Plan) -> None:
        async with self.client:
            async for rows in self.client.rows(plan):
                self.rows += rows

    @property
    def ids(self) -> list[object]:
        return [row["id"] for row in self.rows]


def planned(text: str, *paths: str) -> Plan:
    return compile_text(text, now=NOW, source=FilesSource(paths))
