"""Saved queries and query files, run as a process: what data cannot say."""

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from auditql.catalog.limits import FILE_BYTES

NOW = "2026-03-10T12:00:00Z"

Run = Callable[..., "object"]


def saved(directory: Path, text: str, name: str = "q") -> Path:
    folder = directory / "queries"
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.aql"
    file.write_text(text)
    return file


def test_queries_as_json_say_what_each_takes(run: Run, tmp_path: Path) -> None:
    """One object a query, those that cannot be read among them; nothing is fatal."""
    saved(
        tmp_path,
        "-- Who?\nparam who; param since = -7d;\n"
        "actor_id in :who and created_at >= :since",
        "b",
    )
    saved(tmp_path, "id = = 1", "c")
    (tmp_path / "queries" / "a.aql").symlink_to("a.aql")
    (tmp_path / "queries" / "d.aql").mkdir()
    done = run("queries", "--json")
    assert (0, b"") == (done.returncode, done.stderr)
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert {
        "name": "b",
        "description": "Who?",
        "parameters": [
            {
                "name": "who",
                "kind": "integer",
                "list": True,
                "default": None,
                "required": True,
            },
            {
                "name": "since",
                "kind": "time",
                "list": False,
                "default": "-7d",
                "required": False,
            },
        ],
        "shelf": "./queries",
        "path": "queries/b.aql",
        "hides": [],
        "error": None,
    } == rows["b"]
    assert "Too many levels of symbolic links" in rows["a"]["error"]
    assert rows["c"]["error"].startswith("queries/c.aql:1:6: error[")
    assert "queries/d.aql is a folder, no query file" == rows["d"]["error"]
    assert "bundled" == rows["role-changes"]["shelf"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"-" * (FILE_BYTES + 1), b"is longer than 1,048,576 bytes"),
        (b"-- gr\xf6\xdfe", b"is not UTF-8: line 1 holds the byte 0xf6"),
        (b"\x7fELF\x02\x01\x01\x00" * 9, b"U+007F is no part of a query"),
        (b"\xff\xfei\x00d\x00", b"is not UTF-8: line 1 holds the byte 0xff"),
        (b"id in (" + b"1234567, " * 40_000 + b"1)", b"a query has at most 256 KiB"),
    ],
    ids=["huge", "latin-1", "binary", "utf-16", "long"],
)
@pytest.mark.parametrize("verb", [["run"], ["check"], ["fmt"], ["demo", "run"]])
def test_a_file_that_is_no_query_is_told_by_name(
    run: Run, tmp_path: Path, verb: list[str], content: bytes, says: bytes
) -> None:
    """Each has its own words, exit 2, and nothing on standard output."""
    (tmp_path / "odd.aql").write_bytes(content)
    done = run(*verb, "odd.aql")
    assert (2, b"") == (done.returncode, done.stdout)
    assert says in done.stderr
    assert b"odd.aql" in done.stderr


def test_fmt_keeps_the_permissions_and_the_link(run: Run, tmp_path: Path) -> None:
    """What is replaced is the file, as it was, and not the link to it."""
    file = saved(tmp_path, "ID=1")
    file.chmod(0o640)
    (tmp_path / "link.aql").symlink_to(file)
    assert 0 == run("fmt", "--write", "link.aql").returncode
    assert "id = 1\n" == file.read_text()
    assert 0o640 == stat.S_IMODE(file.stat().st_mode)
    assert (tmp_path / "link.aql").is_symlink()
    before = file.stat()
    assert 0 == run("fmt", "--write", "link.aql").returncode
    assert before.st_ino == file.stat().st_ino, "a canonical file is not written again"


def test_fmt_does_the_others_where_one_cannot_be_written(
    run: Run, tmp_path: Path
) -> None:
    """Exit 8 and the name; the file is as it was."""
    first = saved(tmp_path, "ID=1", "a")
    second = saved(tmp_path, "ID=2", "b")
    Path(f"{first}.part").mkdir()
    done = run("fmt", "--write", "queries")
    assert 8 == done.returncode
    assert b"queries/a.aql" in done.stderr
    assert "ID=1" == first.read_text()
    assert "id = 2\n" == second.read_text()


def test_a_parameter_that_is_not_utf8_is_refused(run: Run) -> None:
    """What the locale makes of its bytes would match nothing, unseen."""
    done = run("compile", "actor_name = :who limit 1", "-p", b"who=gr\xf6\xdfe")
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"`who` is not UTF-8" in done.stderr


def test_a_saved_query_takes_every_option_that_a_query_takes(run: Run) -> None:
    """And which of several is meant."""
    options = {
        verb: set(re.findall(rb"--[a-z-]+", run(*verb.split(), "--help").stdout))
        for verb in ("query", "run", "demo query", "demo run")
    }
    assert {b"--only"} == options["run"] - options["query"]
    assert {b"--only"} == options["demo run"] - options["demo query"]
    assert set() == options["query"] - options["run"]
    assert set() == options["demo query"] - options["demo run"]


def test_what_is_to_be_said_of_the_account_is_said_once(
    run: Run, account: Callable[..., object], to_account: Callable[..., object]
) -> None:
    """Three queries, one connection, one warning that API tokens end."""
    _, server = account()
    environment = to_account(server) | {
        "ZENDESK_EMAIL": "a@example.com",
        "ZENDESK_API_TOKEN": "canary-token-0123456789",
    }
    del environment["ZENDESK_OAUTH_TOKEN"]
    done = run(
        *("run", "-", "-f", "jsonl", "--now", NOW),
        stdin=b"action = login limit 2; action = exported limit 1; id = 0",
        env=environment,
    )
    assert (0, 3) == (done.returncode, len(done.stdout.splitlines())), done.stderr
    assert 1 == done.stderr.count(b"warning: ")


def test_one_of_several_that_stops_goes_on(
    run: Run,
    account: Callable[..., object],
    to_account: Callable[..., object],
    tmp_path: Path,
) -> None:
    """What a checkpoint keeps is the one query, its parameters and its zone."""
    saved(
        tmp_path,
        "param what; tz 'Asia/Tokyo';\nid = :other;\n"
        "action = :what and date(created_at) >= 2026-03-01;",
    )
    _, server = account()
    whole = ("-f", "jsonl", "--now", NOW, "-p", "what=update", "--only", "2")
    env = to_account(server)
    expected = run("run", "q", *whole, env=env).stdout
    assert len(expected.splitlines()) > 100
    out = tmp_path / "out.jsonl"
    limits = ("--max-requests", "1", "--concurrency", "1")
    done = run("run", "q", *whole, "-o", str(out), *limits, env=env)
    assert 6 == done.returncode
    done = run("run", "--resume", str(out), env=env)
    assert 0 == done.returncode, done.stderr
    assert expected == out.read_bytes()
