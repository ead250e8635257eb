"""`o` writes whole answers to a file, or says why there is none."""

import asyncio
import json
import os
from pathlib import Path

import httpx
import pytest
from sessions import bench, newest_first, of

from auditql.shell.session.events import Failed, Interrupted, Note, Rows


def test_o_writes_whole_answers_to_a_file(home: Path) -> None:
    """All 500 rows of two answers, there once it is closed."""
    with bench() as b:
        b.said("\\format jsonl")
        b.said("\\o out.jsonl")
        events = b.events("order by -created_at")
        assert not of(events, Rows)
        assert "500 rows are written to out.jsonl" in of(events, Note)[0].text
        b.events("limit 3")
        assert not Path("out.jsonl").exists()
        assert "out.jsonl is written: 503 rows" in b.said("\\o")
        lines = Path("out.jsonl").read_text("utf-8").splitlines()
        expected = newest_first(b.all)
        assert expected + expected[:3] == [json.loads(line)["id"] for line in lines]
        assert newest_first(b.all)[:3] == b.rows("limit 3")


def test_the_end_of_its_name_is_the_format_of_a_file(home: Path) -> None:
    """Where none was chosen, and until one is; that is said, and `~` is the home."""
    with bench() as b:
        said = b.said("\\o ~/a.jsonl")
        assert f"answers go to {home / 'a.jsonl'} as jsonl, as its name says" in said
        b.events("limit 2")
        b.said("\\o")
        lines = Path("a.jsonl").read_text("utf-8").splitlines()
        assert newest_first(b.all)[:2] == [json.loads(line)["id"] for line in lines]
        assert "table" == b.session.state.format
        assert "as markdown, as" in b.said("\\o b.md")
        assert "as csv, as its name says" in b.said("\\o c.CSV")
        b.said("\\format tsv")
        b.events("| select id, action | limit 1")
        b.said("\\o")
        assert "id\taction" == Path("c.CSV").read_text("utf-8").splitlines()[0]
        assert "d.csv as tsv, all" in b.said("\\o d.csv")
        b.said("\\format table")
        assert "e.csv as table, all" in b.said("\\o e.csv")
        assert "f as table, all" in b.said("\\o f")


def test_o_takes_the_place_of_a_file_only_when_told(home: Path) -> None:
    """Refused with the way to do it; the file that is open is not lost either."""
    Path("a.csv").write_text("mine", "utf-8")
    with bench() as b:
        said = b.said("\\o a.csv")
        assert "a.csv is there already; \\o! a.csv takes its place" in said
        assert 1 == len(b.rows("limit 1"))
        assert "mine" == Path("a.csv").read_text("utf-8")
        b.said("\\o! a.csv")
        b.events("limit 1")
        said = b.said("\\o a.csv")
        assert "a.csv is written: 1 row" in said
        assert "is there already" in said
        assert 2 == len(Path("a.csv").read_text("utf-8").splitlines())
        assert "name of a file is missing" in b.said("\\o!")


def test_o_keeps_formats_apart_and_the_end_of_the_session_closes_it(home: Path) -> None:
    """A csv holds one answer; leaving writes what is open."""
    with bench() as b:
        b.said("\\format csv")
        b.said("\\o out.csv")
        b.events("limit 3")
        assert "close it with \\o" in b.said("limit 3")
    assert 4 == len(Path("out.csv").read_text("utf-8").splitlines())


def test_a_full_disk_gives_the_file_up_and_the_session_lives(home: Path) -> None:
    """The error, then answers on the screen again."""
    with bench() as b:
        b.said("\\format jsonl")
        b.said("\\o out.jsonl")
        descriptor = b.session.state.output._file._file
        os.dup2(os.open("/dev/full", os.O_WRONLY), descriptor.fileno())
        (failed,) = of(b.events("limit 300"), Failed)
        assert "No space left on device" in failed.message
        assert "answers go to the screen again" in failed.message
        assert b.session.state.output is None
        assert newest_first(b.all)[:3] == b.rows("limit 3")


def test_o_to_where_nothing_can_be_written_changes_nothing(home: Path) -> None:
    """The screen is still where answers go."""
    with bench() as b:
        assert "cannot be written" in b.said("\\o nowhere/out.csv")
        assert 3 == len(b.rows("limit 3"))


@pytest.mark.parametrize("name", ["jsonl", "csv", "json"])
def test_an_answer_that_goes_on_goes_on_in_its_file(name: str, home: Path) -> None:
    """Interrupted, resumed: the file is what it would have been, and is there."""
    with bench(format=name) as whole:
        whole.said("\\o whole")
        whole.events("limit 450")
        whole.said("\\o")

    async def hang(response: httpx.Response, at: int) -> httpx.Response:
        if at == 3:
            b.session.interrupt()
            await asyncio.Event().wait()
        return response

    with bench(format=name, change=hang) as b:
        b.said("\\o part")
        assert of(b.events("limit 450"), Interrupted)
        b.events("\\resume")
        assert "part is written: 450 rows" in b.said("\\o")
    assert Path("whole").read_bytes() == Path("part").read_bytes()


def test_a_file_whose_answer_is_not_whole_is_not_made(home: Path) -> None:
    """It stays a part, and that is said, by `o` and at the end of the session."""

    async def gone(response: httpx.Response, at: int) -> httpx.Response:
        if at >= 2:
            raise httpx.ConnectError("gone")
        return response

    for leaves in (False, True):
        with bench(format="jsonl", change=gone) as b:
            b.said("\\o out.jsonl")
            assert of(b.events("limit 450"), Failed)
            said = b.session.close().shown if leaves else b.said("\\o")
        assert "out.jsonl is not made, for an answer is not whole" in said
        assert "out.jsonl.part" in said
        assert not Path("out.jsonl").exists()
        assert 100 == len(Path("out.jsonl.part").read_text("utf-8").splitlines())
