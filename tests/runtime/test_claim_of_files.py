"""What is said of an answer over files: whole or partial, of which bytes."""

import asyncio
import gzip
import subprocess
from pathlib import Path

import pytest
from filed import Answer, lines, planned, record, written

from auditql.diagnostics.codes import Code
from auditql.errors import ConfigurationError, PartialAnswer
from auditql.providers.files.reader import Wanted
from auditql.runtime.from_files import FilesClient


def test_bad_lines_are_said_once_and_the_answer_is_partial(tmp_path: Path) -> None:
    """Whether the rows come in order or a count at the end; strictly it is refused."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines([record(1)]) + b"{\n" + lines([record(2)]) + b"[]\n")
    for text in ("", "| count", "limit 1"):
        answer = Answer(text, str(path))
        assert [Code.BAD_LINE] == [w.code for w in answer.warned]
        assert answer.client.completeness is not None
        assert "2 lines could not be read" == answer.client.completeness.reason
        with pytest.raises(ConfigurationError, match=r"a\.jsonl:2: is broken JSON"):
            Answer(text, str(path), is_strict=True)
    assert [1, 2] == Answer("", str(path)).ids


def test_a_good_file_is_complete_as_it_stands(tmp_path: Path) -> None:
    """Of what the account holds beside it nothing is claimed."""
    claim = Answer("", written(tmp_path, [record(1)])).client.completeness
    assert claim is not None
    assert (True, None, None) == (claim.complete, claim.reason, claim.until_s)


def test_what_was_read_is_named_with_its_hash(tmp_path: Path) -> None:
    """Of the file as it lies there, packed or not, also where rows stop early."""
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(lines([record(n, n) for n in range(9)])))
    for text in ("limit 1", "| count"):
        (read,) = Answer(text, str(packed), is_hashed=True).client.was_read
        told = subprocess.run(["sha256sum", packed], capture_output=True, check=True)  # noqa: S607
        assert told.stdout.decode().split()[0] == read.sha256
        assert (str(packed), packed.stat().st_size) == (read.name, read.bytes)


def test_a_file_that_changes_while_it_is_read_is_an_error(tmp_path: Path) -> None:
    """Its lines are read again: what was found must still be there.

    Rows are out by then, so the answer is a partial one, as of an account.
    """
    path = Path(written(tmp_path, [record(n, n) for n in range(2000)]))
    plan = planned("", str(path))

    async def read() -> None:
        async with FilesClient(Wanted((str(path),))) as client:
            async for _ in client.rows(plan):
                content = path.read_bytes()
                path.write_bytes(content.replace(b'"id":3,', b'"id":4,'))

    with pytest.raises(PartialAnswer, match=r"read; run .* 2,000 rows are out"):
        asyncio.run(read())
