"""A lake holds an answer whole or not at all, each record once and as received."""

import os
import stat
from datetime import datetime
from pathlib import Path

import pytest
from lakes import files, ids, kept, record, select, select_from, write

from auditql.catalog.numbers import written
from auditql.catalog.record import Record
from auditql.catalog.strict_json import loads
from auditql.errors import OutputError, RunError
from auditql.providers.lake.writer import LakeWriter, unfinished

pytestmark = pytest.mark.full


def test_records_come_back_as_they_were_received(tmp_path: Path) -> None:
    """Numbers, unknown fields, nulls, what is absent, halves of pairs: all of it."""
    texts = [
        r'{"id":3,"created_at":"2026-03-20T08:00:00.5Z","x":[1.10,{"y":1E5}],"z":-0}',
        r'{"id":2,"action":null,"created_at":"2026-03-20T09:00:00+02:00"}',
        r'{"url":"u","id":1,"actor_name":"a\ud800b","ip_address":"a\u0000b",'
        r'"change_description":"ü😀\u2028\u001b[1m\\","created_at":"2026-03-20T06:00:00Z"}',
    ]
    raws = [loads(text) for text in texts]
    write(tmp_path / "lake", [Record.from_json(raw) for raw in raws])
    assert list(map(written, raws)) == list(map(written, kept(tmp_path / "lake")))


def test_columns_have_plain_types(tmp_path: Path) -> None:
    """64-bit ids, a timestamp in UTC without a zone, text, and the record itself."""
    write(tmp_path, [record(2**62, actor_id=-1, actor_name="A\ud800", extra=1)])
    described = select(f"DESCRIBE SELECT * FROM '{tmp_path}/**/*.parquet'")
    types = {str(name): str(type_) for name, type_, *_ in described}
    assert {"id": "BIGINT", "actor_id": "BIGINT", "source_id": "BIGINT"} == {
        name: type_ for name, type_ in types.items() if type_ == "BIGINT"
    }
    assert ("TIMESTAMP", "BOOLEAN") == (types.pop("created_at"), types.pop("altered"))
    assert {"VARCHAR"} == {t for n, t in types.items() if not n.endswith("id")}
    (row,) = select_from(tmp_path, "id, actor_id, source_id, created_at, altered")
    assert (2**62, -1, None, datetime(2026, 3, 20, 8), True) == row  # noqa: DTZ001 - without a zone
    assert [("A\ufffd",)] == select_from(tmp_path, "actor_name")


def test_a_month_is_a_folder(tmp_path: Path) -> None:
    """Records go to the month of their time in UTC, and only their owner reads them."""
    lake = tmp_path / "new" / "lake"
    late = Record.from_json({"id": 3, "created_at": "2026-04-01T01:00:00+02:00"})
    write(lake, [record(1, 40), record(2, 30)], [late], in_order=False)
    expected = ["month=2026-02", "month=2026-03"]
    assert expected == sorted(path.name for path in lake.iterdir())
    months = select(
        f"SELECT id, month FROM read_parquet('{lake}/**/*.parquet',"
        " hive_partitioning = true) ORDER BY id"
    )
    assert [(1, "2026-02"), (2, "2026-02"), (3, "2026-03")] == months
    modes = {stat.S_IMODE(path.stat().st_mode) for path in lake.rglob("*.parquet")}
    assert {0o600} == modes
    folders = [lake.parent, lake, *lake.iterdir()]
    assert {0o700} == {stat.S_IMODE(path.stat().st_mode) for path in folders}


def test_the_same_again_doubles_nothing(tmp_path: Path) -> None:
    """A month that is written again takes the place of what it was; more may come."""
    write(tmp_path, [record(2), record(1, 1)])
    write(tmp_path, [record(2), record(1, 1)])
    assert [1, 2] == ids(tmp_path)
    write(tmp_path, [record(3), record(2), record(1, 1)], [record(0, 40)])
    assert [0, 1, 2, 3] == ids(tmp_path)
    write(tmp_path, [record(-1, 40), record(0, 40)])
    assert [-1, 0, 1, 2, 3] == ids(tmp_path)


@pytest.mark.parametrize(
    "answer",
    [[record(2)], [record(2), record(1, 1, actor_name="B")], [record(1, 1)] * 2],
    ids=["fewer", "another content", "another number"],
)
def test_nothing_is_lost(tmp_path: Path, answer: list[Record]) -> None:
    """A month that holds what the answer lacks is not replaced, nor is any other."""
    write(tmp_path, [record(2), record(1, 1)])
    before = files(tmp_path)
    with pytest.raises(OutputError, match="holds 1 record that this answer lacks"):
        write(tmp_path, answer, [record(0, 40)])
    assert before == files(tmp_path)


def test_what_others_wrote_is_left_alone(tmp_path: Path) -> None:
    """Files that are no export's would be read beside ours: refused, and untouched."""
    (tmp_path / "month=2026-03").mkdir()
    (tmp_path / "month=2026-03" / "part-0.parquet").write_bytes(b"PAR1")
    with pytest.raises(OutputError, match=r"part-0\.parquet, which no export"):
        write(tmp_path, [record(1)])
    (tmp_path / "month=2026-03" / "part-0.parquet").rename(
        tmp_path / "month=2026-03" / "auditql.parquet"
    )
    with pytest.raises(OutputError, match="is no export of auditql"):
        write(tmp_path, [record(1)])
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"notes\.txt, which no export"):
        write(tmp_path, [record(1)])
    assert {"month=2026-03/auditql.parquet": b"PAR1", "notes.txt": b"mine"} == files(
        tmp_path
    )


def test_nothing_is_there_before_the_end(tmp_path: Path) -> None:
    """An answer that is not committed leaves nothing, not even its folder."""
    write(tmp_path / "a" / "lake", [record(1)], commits=False)
    assert [] == list(tmp_path.iterdir())


def test_a_month_that_comes_again_is_an_error(tmp_path: Path) -> None:
    """Out of the order of time, a month would be written two times: nothing is."""
    with pytest.raises(RunError, match="out of order"):
        write(tmp_path, [record(3), record(2, 30), record(1)])
    assert {} == files(tmp_path)
    write(tmp_path, [record(3), record(2, 30), record(1)], in_order=False)
    assert [1, 2, 3] == ids(tmp_path)


def test_one_run_writes_at_a_time(tmp_path: Path) -> None:
    """The second is refused, and the first is not disturbed."""
    with LakeWriter(str(tmp_path), {}, in_order=True):
        with pytest.raises(OutputError, match="another run is writing it"):
            LakeWriter(str(tmp_path), {}, in_order=True)
        assert (tmp_path / ".auditql.part").is_dir()
    assert [] == list(tmp_path.iterdir())


def test_parts_of_a_killed_run_are_no_hindrance(tmp_path: Path) -> None:
    """They are removed; a link in their place is not followed."""
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / ".auditql.part").mkdir()
    (tmp_path / "lake" / ".auditql.part" / "2026-03.jsonl").write_text("{")
    write(tmp_path / "lake", [record(1)])
    assert [1] == ids(tmp_path / "lake")
    (tmp_path / "lake" / ".auditql.part").symlink_to(tmp_path)
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "lake", [record(1)])


def test_what_a_kill_left_out_stays_told(tmp_path: Path) -> None:
    """The months that may be missing are named until each of them is written."""
    (tmp_path / "_unfinished").write_text("2026-02\n2026-03\n")
    write(tmp_path, [record(1)])
    assert ("2026-02",) == unfinished(tmp_path)
    write(tmp_path, [record(2, 30)])
    assert () == unfinished(tmp_path)
    assert not os.path.lexists(tmp_path / "_unfinished")


def test_an_empty_answer_writes_nothing(tmp_path: Path) -> None:
    """No record, no month."""
    assert 0 == write(tmp_path).rows
    assert {} == files(tmp_path)


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    """A file in its place, a NUL in its name: an error of the output."""
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", tmp_path / "file" / "lake"):
        with pytest.raises(OutputError, match="cannot be written"):
            write(path, [record(1)])
    with pytest.raises(OutputError, match="the name cannot be used"):
        LakeWriter("a\0b", {}, in_order=True)
