"""Answers of stages: what is out when a run ends early, and what is known of them."""

import hashlib
import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from changing import (
    broken,
    gone_after_two,
    ran,
    silent_after_two,
    unasked,
    unchanged,
)
from processes import WITHIN_S, started, wait_for

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity
from auditql.runtime.compile import compile_text
from auditql.shell.exits import Exit
from auditql.shell.staged import staged

NOW = "2026-03-10T12:00:00Z"
ALL = "created_at >= -40d"
WHOLE = ("count by action", "top 3 actor_name", "timeline 1d", "order by actor_name")
PASSING = ("select id", "where action = login | select id", "distinct id", "limit 400")

OUT_OF_ORDER = Diagnostic(Code.OUT_OF_ORDER, "odd", severity=Severity.WARNING)


@pytest.mark.parametrize("stages", WHOLE)
@pytest.mark.parametrize("name", ["json", "csv", "table"])
def test_what_needs_every_record_is_never_given_in_part(stages: str, name: str) -> None:
    """The read fails midway: its own exit code, and not one byte: it would mislead."""
    done = ran(gone_after_two, "-f", name, text=f"{ALL} | {stages}")
    assert (Exit.CONNECTION, "") == (done.code, done.stdout)
    assert "the connection failed" in done.stderr
    assert "rows are out" not in done.stderr
    assert "would mislead, so no row is given" in done.stderr
    assert (0, False) == (done.stats["rows"], done.stats["complete"])


@pytest.mark.parametrize("stages", PASSING)
def test_what_lets_records_through_gives_those_so_far(stages: str) -> None:
    """Exit 6; every row that is out is one of the whole answer, in its place."""
    whole = ran(unchanged, "-f", "jsonl", text=f"{ALL} | {stages}")
    assert Exit.OK is whole.code
    part = ran(gone_after_two, "-f", "jsonl", text=f"{ALL} | {stages}")
    assert Exit.PARTIAL is part.code
    lines = part.stdout.splitlines()
    assert len(lines) > 40
    assert whole.stdout.splitlines()[: len(lines)] == lines
    assert f"{len(lines)} rows are out, and more may follow" in part.stderr
    assert "this answer cannot go on: run it again" in part.stderr


def test_a_time_out_while_counting_is_5_with_nothing_out() -> None:
    """Pages came, and no row: never 6."""
    text = f"{ALL} | count by action"
    done = ran(silent_after_two, "-f", "json", "--timeout", "0.3", text=text)
    assert (Exit.RAN_OUT, "") == (done.code, done.stdout)
    assert "--timeout: 0.3 s are over, and no row is out" in done.stderr


def test_an_answer_that_is_no_page_is_no_count() -> None:
    """An error is never a count of 0, by the API or here."""
    for text in ("action = login | count", f"{ALL} | count"):
        done = ran(broken, "-f", "csv", text=text)
        assert (Exit.FAILED, "") == (done.code, done.stdout)


def test_records_out_of_order_are_not_counted() -> None:
    """Some may be missing: exit 6 and no row, though all pages came."""
    for stages in WHOLE:
        text = f"{ALL} | {stages}"
        done = ran(unchanged, "-f", "csv", text=text, warned=[OUT_OF_ORDER])
        assert (Exit.PARTIAL, "") == (done.code, done.stdout)
        assert "out of order" in done.stats["reason"]
    done = ran(unchanged, "-f", "csv", text=f"{ALL} | select id", warned=[OUT_OF_ORDER])
    assert (Exit.PARTIAL, 501) == (done.code, len(done.stdout.splitlines()))


def test_strict_gives_no_count_where_the_run_gave_a_warning() -> None:
    """Records outside of the filter: counted without them, or refused."""
    text = "action = login and created_at >= -20d | count by action"
    assert Exit.OK is ran(unasked, "-f", "csv", text=text).code
    done = ran(unasked, "-f", "csv", "--strict", text=text)
    assert (Exit.FAILED, "") == (done.code, done.stdout)


@pytest.mark.parametrize("exact", [False, True])
def test_a_file_of_counts_has_its_manifest(exact: bool, tmp_path: Path) -> None:
    """Rows, hash, and who counted; a limit of the command line is asked again."""
    path = tmp_path / "count.csv"
    more = ("--exact",) if exact else ()
    done = ran(
        unchanged,
        *("-f", "csv", "-o", str(path), "--manifest", "--limit", "7", *more),
        text="action = login | count",
    )
    assert (Exit.OK, "") == (done.code, done.stdout)
    assert {"count.csv", "count.csv.manifest.json"} == {
        p.name for p in tmp_path.iterdir()
    }
    said = json.loads((tmp_path / "count.csv.manifest.json").read_bytes())
    assert (1, 7, exact) == (said["rows"], said["limit"], said["exact"])
    assert "action = login | count" == said["query"]
    assert (True, not exact) == (said["complete"], said["server_count"])
    assert hashlib.sha256(path.read_bytes()).hexdigest() == said["file"]["sha256"]


def test_a_file_of_counts_that_cannot_be_had_is_not_there(tmp_path: Path) -> None:
    """Neither the file nor its part nor a checkpoint."""
    done = ran(
        gone_after_two,
        *("-f", "csv", "-o", str(tmp_path / "count.csv"), "--manifest"),
        text=f"{ALL} | count by action",
    )
    assert Exit.CONNECTION is done.code
    assert [] == list(tmp_path.iterdir())


def test_a_file_of_rows_so_far_cannot_go_on(tmp_path: Path) -> None:
    """The part is there, and no checkpoint beside it."""
    done = ran(
        gone_after_two,
        *("-f", "jsonl", "-o", str(tmp_path / "ids.jsonl")),
        text=f"{ALL} | select id",
    )
    assert Exit.PARTIAL is done.code
    assert ["ids.jsonl.part"] == [p.name for p in tmp_path.iterdir()]
    assert 200 == len((tmp_path / "ids.jsonl.part").read_text().splitlines())


def test_ctrl_c_while_counting_leaves_nothing_on_standard_output(
    environment: dict[str, str], account: Callable[..., object], to_account: object
) -> None:
    """Exit 130 after some pages, and the words say that no row is out."""
    emulator, server = account(latency_s=0.2)
    with started(
        *("query", "-f", "jsonl", "--concurrency", "1", "--now", NOW),
        f"{ALL} | count by action",
        env=environment | to_account(server),
        stderr=subprocess.PIPE,
    ) as process:
        wait_for(lambda: len(emulator.requests) >= 3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=WITHIN_S)
    assert (130, b"") == (process.returncode, out)
    assert b"error: interrupted, and no row is out" in err


# --- what is known before the first row


@pytest.mark.parametrize(
    ("stages", "drawn", "counts", "streams"),
    [
        ("count by action", "count", (), False),
        ("count", None, ("count",), False),
        ("stats count() as n, min(id) by action", "n", (), False),
        ("stats min(id) by action", None, (), False),
        ("stats min(id), count_distinct(id) as ids by action", "ids", (), False),
        ("top 3 action | where count > 2", "count", (), False),
        ("timeline 1d by action", "count", ("count",), False),
        ("timeline | select time as t, count as n", "n", ("n",), False),
        ("count by action | select action", None, (), False),
        ("count by action | count", None, ("count",), False),
        ("count by action | distinct action", None, (), False),
        ("select id | limit 3", None, (), True),
        ("where action = login", None, (), True),
        ("distinct action", None, (), True),
        ("order by id", None, (), False),
    ],
)
def test_what_is_known_of_an_answer_follows_from_its_stages(
    stages: str, drawn: str | None, counts: tuple[str, ...], streams: bool
) -> None:
    """What is drawn, what is 0 where nothing matched, whether a part would be right."""
    found = staged(compile_text(f"{ALL} | {stages}", now=NOW))
    assert (drawn, counts, streams) == (found.drawn, found.counts, found.streams)


def test_only_stages_that_make_rows_fix_the_columns() -> None:
    """Records that are filtered keep fields that nobody knows yet."""
    known = {
        stages: staged(compile_text(f"{ALL} | {stages}", now=NOW)).columns
        for stages in ("where action = login | limit 3", "select id, hour(created_at)")
    }
    assert [None, ["id", "hour"]] == [
        columns and [column.name for column in columns] for columns in known.values()
    ]
