"""`query` and `show` against a served account: what is said, kept, and refused."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from auditql.emulator import Emulator, Settings, serve
from auditql.emulator.settings import BearerAuth

NOW = "2026-03-10T12:00:00Z"
NOW_S = 1_773_144_000
CANARY = "canary-token-0123456789"

Run = Callable[..., "object"]


def stats(done: object) -> dict[str, object]:
    """What `--stats` said: the only line of JSON on standard error."""
    (line,) = [x for x in done.stderr.splitlines() if x.startswith(b"{")]
    return json.loads(line)


def test_stats_say_what_was_asked_and_up_to_when_it_is_complete(
    run: Run, account: Callable[..., object], to_account: Callable[..., object]
) -> None:
    """One line; an open end is complete up to five minutes before the server's now."""
    _, server = account()
    done = run(
        *("query", "--stats", "-f", "jsonl", "--now", NOW),
        "action = login and actor_name != 'Zendesk' and created_at >= -2d",
        env=to_account(server),
    )
    assert 0 == done.returncode
    said = stats(done)
    assert len(done.stdout.splitlines()) == said["rows"] > 0
    assert said["rows"] <= said["rows_fetched"]
    assert ["action", "created_at"] == said["pushed"]
    assert "actor_name != 'Zendesk'" == said["residual"]
    assert (True, "2026-03-10T11:55:00Z", None) == (
        said["complete"],
        said["complete_until"],
        said["reason"],
    )
    assert False is said["truncated"]
    assert said["requests"] == said["pages"] > 0
    assert {"retries", "waited_ms", "elapsed_ms"} <= set(said)


@pytest.mark.parametrize(
    ("query", "until"),
    [
        ("created_at in 2026-03-01", "2026-03-02T00:00:00Z"),
        (
            "created_at in 2026-03-01 or created_at in 2026-02-10",
            "2026-03-02T00:00:00Z",
        ),
        ("created_at >= -1h and created_at < now", "2026-03-10T11:55:00Z"),
        ("created_at in 2026-03-01 or actor_id = 1", "2026-03-10T11:55:00Z"),
        ("created_at in 2026-03-01 page 1", None),
        ("action = login and action = create", None),
    ],
)
def test_an_answer_is_complete_up_to_the_end_of_its_time(
    query: str,
    until: str | None,
    run: Run,
    account: Callable[..., object],
    to_account: Callable[..., object],
) -> None:
    """Never beyond it, and never within five minutes of the server's now."""
    _, server = account()
    done = run(
        *("query", "--stats", "-f", "none", "--now", NOW, query),
        env=to_account(server),
    )
    said = stats(done)
    assert True is said["complete"]
    assert until == said["complete_until"]


@pytest.mark.parametrize(
    ("query", "truncated"),
    [
        ("limit 5", True),
        ("created_at in 2026-03-01 limit 2000", False),
        ("page 2", True),
    ],
)
def test_a_limit_that_was_reached_is_said(
    query: str,
    truncated: bool,
    run: Run,
    account: Callable[..., object],
    to_account: Callable[..., object],
) -> None:
    """Rows may have been cut off by the limit or the page, or surely were not."""
    _, server = account()
    done = run("query", "--stats", "-f", "none", query, env=to_account(server))
    assert truncated is stats(done)["truncated"]


def test_show_prints_the_record_whole(
    run: Run, account: Callable[..., object], to_account: Callable[..., object]
) -> None:
    """By its id, one field a line, or as it was received."""
    _, server = account()
    env = to_account(server)
    asked = run("query", "-f", "jsonl", "--now", NOW, "limit 1", env=env)
    record = json.loads(asked.stdout)
    number = str(record["id"])
    shown = run("show", number, env=env)
    assert 0 == shown.returncode
    assert f"id                 | {number}\n" in shown.stdout.decode()
    assert asked.stdout == run("show", "-f", "jsonl", number, env=env).stdout


def test_show_of_a_record_that_is_not_there_is_an_error(
    run: Run, account: Callable[..., object], to_account: Callable[..., object]
) -> None:
    """An error, never an empty answer."""
    _, server = account()
    done = run("show", "-f", "json", "--stats", "5", env=to_account(server))
    assert (1, b"") == (done.returncode, done.stdout)
    assert b"error: the account has no record 5 (status 404)" in done.stderr
    assert False is stats(done)["complete"]


@pytest.mark.parametrize(
    "settings",
    [
        Settings(auth=BearerAuth(("another-token",))),
        Settings(admits=False),
    ],
    ids=["401", "403"],
)
def test_a_credential_that_is_refused_is_exit_4_and_never_shown(
    settings: Settings, run: Run, to_account: Callable[..., object]
) -> None:
    """401 and 403: said, with no row and no secret."""
    with serve(Emulator([], settings)) as server:
        done = run("query", "-f", "json", "limit 1", env=to_account(server))
    assert (4, b"") == (done.returncode, done.stdout)
    assert b"error: " in done.stderr
    assert CANARY.encode() not in done.stderr


@pytest.mark.full  # the tries take seconds
def test_no_account_there_is_exit_3(run: Run) -> None:
    """Nobody listens: it was tried again, and it is said where."""
    env = {"ZENDESK_BASE_URL": "http://127.0.0.1:1", "ZENDESK_OAUTH_TOKEN": CANARY}
    done = run("query", "limit 1", env=env)
    assert (3, b"") == (done.returncode, done.stdout)
    assert b"127.0.0.1:1" in done.stderr
    assert CANARY.encode() not in done.stderr


def test_an_api_token_is_told_to_end(
    run: Run, account: Callable[..., object], to_account: Callable[..., object]
) -> None:
    """The days left and the way to move, on standard error, each time."""
    _, server = account()
    env = {
        "ZENDESK_BASE_URL": server.url,
        "ZENDESK_EMAIL": "jane@example.com",
        "ZENDESK_API_TOKEN": CANARY,
    }
    done = run("query", "-f", "none", "limit 1", env=env)
    assert b"warning: API tokens end on 2027-04-30" in done.stderr
    assert CANARY.encode() not in done.stderr


def test_the_cursors_of_a_page_lead_to_its_neighbours(
    run: Run, account: Callable[..., object], to_account: Callable[..., object]
) -> None:
    """`--stats` has them and `-v` writes the clauses: `page size` begins, `after` goes
    on, `before` comes back."""
    _, server = account()

    def asked(query: str) -> tuple[list[int], dict[str, object], str]:
        done = run(
            *("query", "--stats", "-v", "-f", "jsonl", "--now", NOW, query),
            env=to_account(server),
        )
        assert 0 == done.returncode, done.stderr
        ids = [json.loads(line)["id"] for line in done.stdout.splitlines()]
        return ids, stats(done), done.stderr.decode()

    every, _, _ = asked("action = login limit 10")
    first, said, words = asked("action = login page size 5 limit 5")
    assert every[:5] == first
    after = said["after_cursor"]
    assert f"\nthe pages beside this one: after '{after}' · before '" in words
    second, said, _ = asked(f"action = login page size 5 after '{after}'")
    assert every[5:] == second
    again, _, _ = asked(f"action = login page size 5 before '{said['before_cursor']}'")
    assert first == again


@pytest.mark.parametrize(
    "query", ["limit 5", "page size 5 limit 3", "page size 5 limit 10", "page 1 size 5"]
)
def test_a_cursor_that_leads_past_rows_is_not_shown(
    run: Run,
    account: Callable[..., object],
    to_account: Callable[..., object],
    query: str,
) -> None:
    """The limit fell within the page, several were read, or none by cursor was asked
    for: what lies behind the cursor is not what follows the answer."""
    _, server = account()
    done = run(
        *("query", "--stats", "-v", "-f", "none", "--now", NOW, query),
        env=to_account(server),
    )
    assert 0 == done.returncode
    found = stats(done)
    assert (None, None) == (found["after_cursor"], found["before_cursor"])
    assert b"the pages beside" not in done.stderr


def test_the_socket_and_the_process_give_the_same_answer(
    environment: dict[str, str], run: Run
) -> None:
    """`demo query`, and `query` to `demo serve` of the same now: the same bytes."""
    from auditql.emulator import demo_account

    text = "action in (create, destroy) and created_at >= -30d order by -created_at"
    within = run("demo", "query", "-f", "jsonl", "--now", NOW, text)
    with serve(demo_account(NOW_S)) as server:
        env = {"ZENDESK_BASE_URL": server.url}
        without = run("query", "-f", "jsonl", "--now", NOW, text, env=env)
    assert (0, 0) == (within.returncode, without.returncode)
    assert within.stdout.count(b"\n") > 100
    assert within.stdout == without.stdout


def test_hostile_records_reach_a_file_unchanged(run: Run, tmp_path: Path) -> None:
    """csv through the csv module, the guard undone; jsonl equal as JSON."""
    texts = ["=1+1", "'@x", "a\x1b[2Jb", 'one\r\ntwo\t"q"', "", "\x00", "\u202e", "＝x"]  # noqa: RUF001 - meant
    rows = [
        {
            "id": number,
            "created_at": "2026-03-01T08:00:00Z",
            "actor_name": text,
            "source_label": None,
            "later": {"a": [text]},
        }
        for number, text in enumerate(texts, 2**62)
    ]
    with serve(Emulator(rows, clock=lambda: float(NOW_S))) as server:
        env = {"ZENDESK_BASE_URL": server.url}
        written = {
            name: run("query", "--now", NOW, "-f", name, "order by created_at", env=env)
            for name in ("csv", "jsonl", "table")
        }
    assert [0, 0, 0] == [done.returncode for done in written.values()]
    found = [json.loads(line) for line in written["jsonl"].stdout.splitlines()]
    by_id = {row["id"]: row for row in found}
    for row in rows:
        got = by_id[row["id"]]
        assert row == {key: got[key] for key in row}
        assert "later" == list(got)[-1]
    text = written["csv"].stdout.decode()
    cells = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert {r["id"]: r["actor_name"] for r in rows} == {
        int(c["id"]): c["actor_name"].removeprefix("'") for c in cells
    }
    assert b"\x1b" not in written["table"].stdout
    assert "\u202e" not in written["table"].stdout.decode()
