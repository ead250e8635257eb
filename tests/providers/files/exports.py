"""Files to read: two records, how they are written, read, and cut into pieces.

In: records or bytes. Out: a file that holds them; what was read, and its faults.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from auditql.providers.files.faults import Faults
from auditql.providers.files.inputs import Input
from auditql.providers.files.reading import batches

TIME = "2026-03-01T08:00:00Z"
ONE: dict[str, object] = {"id": 1, "action": "login", "created_at": TIME}
TWO: dict[str, object] = {"id": 2, "created_at": TIME, "new": {"a": [1.5, None]}}


def line(raw: object) -> str:
    return json.dumps(raw, separators=(",", ":")) + "\n"


def read(path: Path, format_: str | None = None) -> tuple[list[object], Faults]:
    """All records of a file, and what was wrong."""

    async def all_() -> list[object]:
        with Input(str(path)) as input_:
            found = batches(input_, faults, format_=format_)
            return [r.raw async for batch in found for r in batch.records]

    faults = Faults()
    return asyncio.run(all_()), faults


def written(tmp_path: Path, content: str | bytes, name: str = "a.jsonl") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


async def arriving(pieces: Sequence[bytes]) -> AsyncGenerator[bytes, None]:
    for piece in pieces:
        yield piece


def cut(content: bytes, places: Sequence[int]) -> list[bytes]:
    """The content in pieces, none of them empty."""
    ends = sorted({place % (len(content) + 1) for place in places} | {len(content)})
    starts = [0, *ends]
    pieces = [content[a:b] for a, b in zip(starts, ends, strict=False)]
    return [piece for piece in pieces if piece]
