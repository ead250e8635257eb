"""A file against its manifest: what auditql wrote is found as it was written."""

import csv
import hashlib
import io
import json
import random
from pathlib import Path

import pytest

from auditql.errors import ConfigurationError
from auditql.runtime import verifying
from auditql.runtime.verifying import verify
from auditql.shell.commands.demo_query import run
from auditql.shell.exits import Exit
from auditql.shell.output import Output

QUERY = "created_at >= -10d"


def manifest(content: bytes, format_: str, rows: int) -> dict[str, object]:
    return {
        "auditql_manifest": 1,
        "auditql": "0.1.0",
        "account": "files",
        "query": "",
        "parameters": {},
        "limit": None,
        "now": "2026-03-10T12:00:00Z",
        "tz": "UTC",
        "format": format_,
        "rows": rows,
        "complete": True,
        "complete_until": None,
        "reason": None,
        "file": {
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        },
    }


@pytest.mark.parametrize("format_", ["jsonl", "json", "csv", "tsv", "table"])
@pytest.mark.parametrize("text", [QUERY, f"{QUERY} | count by action", "id = 0"])
def test_what_was_written_is_as_it_was_written(
    tmp_path: Path, text: str, format_: str
) -> None:
    """In every format, with hostile names, without a row; a byte more is not."""
    path = tmp_path / "answer"
    now = ("--now", "2026-03-10T12:00:00Z")
    asked = [text, *now, "-f", format_, "-o", str(path), "--manifest"]
    assert Exit.OK == run(asked, Output.standard())
    verdict = verify(str(path))
    assert ((), format_ != "table") == (verdict.differences, verdict.counted)
    assert text == verdict.claimed.query
    assert verdict.claimed.grammar is not None
    with path.open("ab") as file:
        file.write(b"\n")
    assert "SHA-256" in verify(str(path)).differences[0]


@pytest.mark.parametrize("is_beside", [False, True])
def test_an_export_has_its_manifest_in_its_folder(
    tmp_path: Path, is_beside: bool
) -> None:
    """Where none is beside the file under its own name; of no other file there."""
    path = tmp_path / "auditql.parquet"
    path.write_bytes(b"PAR1")
    named = "auditql.parquet.manifest.json" if is_beside else "_manifest.json"
    (tmp_path / named).write_text(json.dumps(manifest(b"PAR1", "parquet", 1)))
    (tmp_path / "_manifest.json").touch()
    assert () == verify(str(path)).differences
    path.rename(tmp_path / "other.parquet")
    with pytest.raises(ConfigurationError, match=r"/other\.parquet\.manifest\.json"):
        verify(str(tmp_path / "other.parquet"))
    (tmp_path / named).unlink()
    (tmp_path / "_manifest.json").unlink(missing_ok=True)
    with pytest.raises(ConfigurationError, match=r"/_manifest\.json cannot be read"):
        verify(str(path))


def test_rows_of_cells_are_counted_wherever_the_file_is_cut_into_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as the standard library reads, pieces of few bytes or of many."""
    path, chosen = tmp_path / "a.csv", random.Random(5)
    for _ in range(30):
        text = io.StringIO()
        number = chosen.randrange(5)
        rows = [["id", "x"]] + [
            ["".join(chosen.choices('a"\n,', k=6)) for _ in range(2)]
            for _ in range(number)
        ]
        csv.writer(text, lineterminator="\n").writerows(rows)
        content = text.getvalue().encode()
        path.write_bytes(content)
        beside = tmp_path / "a.csv.manifest.json"
        beside.write_text(json.dumps(manifest(content, "csv", number)))
        for size in (1, 2, 3, 1000):
            monkeypatch.setattr(verifying, "_PIECE", size)
            assert () == verify(str(path)).differences
