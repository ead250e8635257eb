"""Rows are shown as was chosen: format, columns, zone, number, and shown again."""

import json
import re
from pathlib import Path

from sessions import bench, newest_first, of

from auditql.shell.session.events import Finished, Rows, Warned


def test_format_switches_and_names() -> None:
    """`jsonl` from now on; an unknown one is refused with the nearest."""
    with bench() as b:
        assert "rows are written as table" in b.said("\\format")
        b.said("\\format jsonl")
        (rows,) = of(b.events("limit 1"), Rows)
        assert newest_first(b.all)[0] == json.loads(rows.text)["id"]
        assert rows.is_data
        assert "did you mean csv?" in b.said("\\format cvs")
        assert "jsonl" == b.session.state.format


def test_x_turns_tables_on_their_side() -> None:
    """On and off by itself; `off` never turns, `auto` where it does not fit."""
    with bench() as b:
        assert "created_at" in b.said("limit 1").splitlines()[0]
        b.said("\\x")
        assert b.said("limit 1").startswith("-[ 1 ]-")
        b.said("\\x")
        b.session.state.width = 15
        assert b.said("limit 1").startswith("-[ 1 ]-")
        b.said("\\x off")
        first = b.said("limit 1").splitlines()[0]
        assert len(first) > 150
        assert "url" in first
        assert "`maybe` is no setting" in b.said("\\x maybe")


def test_columns_are_chosen_for_records() -> None:
    """Two, then all again; a misspelled one changes nothing."""
    with bench() as b:
        b.said("\\columns id, action")
        assert ["id", "action"] == b.said("limit 1").splitlines()[0].split()
        assert "did you mean `action`?" in b.said("\\columns actoin")
        assert "id, action" == b.session.state.columns
        assert "count" in b.said("created_at >= -9d | count by action")
        b.said("\\columns all")
        assert b.session.state.columns is None


def test_times_are_in_the_zone_that_the_heading_names() -> None:
    """A `tz` command and a `tz` statement last; data keeps the API's text."""
    with bench() as b:
        b.said("\\columns created_at")
        b.said("\\tz Asia/Tokyo")
        said = b.said("limit 1")
        assert "created_at (Asia/Tokyo)" in said
        assert "+09:00" in said
        b.said("tz 'Europe/Berlin'")
        assert "created_at (Europe/Berlin)" in b.said("limit 1")
        assert "Z" in b.said("\\last jsonl")
        assert "did you mean Europe/Berlin" in b.said("\\tz Europe/Berln")
        assert "those of Europe/Berlin" in b.said("\\tz")


def test_limit_is_how_many_are_shown_at_a_time() -> None:
    """Seven, all, and no nonsense."""
    with bench() as b:
        b.said("\\limit 7")
        assert 7 == len(b.rows("order by -created_at"))
        assert 7 == len(b.rows("\\more"))
        b.said("\\limit off")
        assert 486 == len(b.rows("\\more"))
        assert "no number of rows" in b.said("\\limit 0")
        assert "no number of rows" in b.said("\\limit x")
        assert "all rows" in b.said("\\limit")


def test_last_shows_the_rows_again_without_asking() -> None:
    """In any format, or into a file, which holds them whole."""
    with bench() as b:
        b.events("limit 5")
        asked = b.requests
        assert newest_first(b.all)[:5] == b.rows("\\last csv")
        assert b.said("\\last").count("\n") >= 6
        assert asked == b.requests


def test_last_writes_a_file(home: Path) -> None:
    """Five lines; a name is needed; a folder is refused and nothing ends."""
    with bench() as b:
        assert "there is no answer yet" in b.said("\\last")
        b.events("limit 5")
        assert "5 rows are written to out.jsonl" in b.said("\\last jsonl > out.jsonl")
        lines = Path("out.jsonl").read_text(encoding="utf-8").splitlines()
        assert newest_first(b.all)[:5] == [json.loads(line)["id"] for line in lines]
        assert "a file is missing" in b.said("\\last >")
        b.events("limit 1")
        assert "note: 1 row is written to" in b.said("\\last > ~/one.txt")
        assert (home / "one.txt").exists()
        assert "is a directory" in b.said("\\last > .")


def test_timing_and_chart_are_switches() -> None:
    """Without the line; with and without bars."""
    with bench() as b:
        b.said("\\timing off")
        (done,) = of(b.events("limit 5"), Finished)
        assert "" == done.shown
        text = "created_at >= -40d | count by action"
        assert re.search("[█#]", b.said(text))
        b.said("\\chart off")
        assert not re.search("[█#]", b.said(text))
        b.said("\\chart auto")
        assert "auto" in b.said("\\chart")


def test_all_bars_of_an_answer_have_one_scale() -> None:
    """One row is the longest, however many are shown at a time, and shown again."""
    with bench(limit=3) as b:
        text = "created_at >= -40d | count by source_type | order by count"
        whole = bars(b.said(text + " | limit 100"))
        assert 6 < len(whole)
        assert 320 == max(whole.values()) > sorted(whole.values())[-2]
        first, second = b.said(text), b.said("\\more")
        shown = bars(first) | bars(second)
        assert 6 == len(shown)
        assert shown.items() <= whole.items()
        assert shown == bars(b.said("\\last"))


def bars(shown: str) -> dict[str, int]:
    """The length of the bar of each row, by its first word."""
    found = re.findall(r"^(\S+) .* ([█▏▎▍▌▋▊▉]+|#+)$", shown, re.M)
    parts = " ▏▎▍▌▋▊▉█"
    return {name: sum(parts.find(c) % 9 for c in bar) for name, bar in found}


def test_warnings_of_a_text_come_before_its_rows() -> None:
    """With carets."""
    with bench() as b:
        events = b.events("source_id = 7 limit 2")
        assert isinstance(events[0], Warned)
        assert "source_id" in events[0].shown
