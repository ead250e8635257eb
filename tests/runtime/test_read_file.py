"""A program reads a file itself: `read_file`, with and without an event loop."""

import asyncio
from pathlib import Path

import pytest
from filed import NOW, Raw, lines, record, written

import auditql
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.errors import ConfigurationError
from auditql.runtime.from_files import read_file


def test_a_file_is_read_by_a_program(tmp_path: Path) -> None:
    """In its order, as it stands; `answer` and `Plan.filter` take it."""
    raws = [record(n, n, action=("login", "update")[n % 2]) for n in range(5)]
    path = written(tmp_path, raws)
    assert raws == list(read_file(path))
    plan = auditql.compile("action = update | count", now=NOW)
    assert [{"count": 2}] == list(auditql.answer(plan, read_file(path)))
    Path(path).write_bytes(lines(raws[:2]) + b"{}\n")
    with pytest.raises(ConfigurationError, match=":3: a record's id"):
        list(read_file(path))
    warned: list[Diagnostic] = []
    assert raws[:2] == list(read_file(path, strict=False, on_warning=warned.append))
    assert [Code.BAD_LINE] == [w.code for w in warned]
    for row in read_file(path, strict=False):
        assert raws[0] == row
        break  # the file is closed then


def test_a_file_is_read_inside_of_an_event_loop(tmp_path: Path) -> None:
    """Without one of its own."""
    path = written(tmp_path, [record(1)])

    async def inside() -> list[Raw]:
        return list(read_file(path))

    assert [record(1)] == asyncio.run(inside())
