"""The line that says how far a read is: its words, and where it is shown."""

import asyncio
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable

import pyte
import pytest
from processes import WITHIN_S

from auditql.emulator.settings import RateLimitKind
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.runtime.compile import compile_text
from auditql.shell.progress import Progress, Seen, Waits, expected_pages, line

NOW_S = 1_773_144_000  # 2026-03-10T12:00:00Z
NOW = "2026-03-10T12:00:00Z"
DAY_S = 86_400


@pytest.mark.parametrize(
    ("expected", "seen"),
    [
        (
            "page 12/~41 · 1,200 rows · 4.6 req/s · ~6 s",
            Seen(12, 41.2, 1200, 12, 2.6),
        ),
        ("page 12 · 1,200 rows · 4.6 req/s", Seen(12, None, 1200, 12, 2.6)),
        ("page 1/~1 · 1 row · 1.0 req/s · ~0 s", Seen(1, 0.4, 1, 1, 1.0)),
        ("page 9/~900 · 9 rows · 1.0 req/s · ~15 min", Seen(9, 900.0, 9, 9, 9.0)),
        ("page 9/~9,000 · 9 rows · 1.0 req/s · ~2.5 h", Seen(9, 9e3, 9, 9, 9.0)),
        ("waiting for the first page · 2 s", Seen(0, None, 0, 1, 2.2)),
        (
            "rate limited, going on in 34 s (Ctrl-C keeps 1,200 rows)",
            Seen(12, 41.2, 1200, 12, 2.6, 33.8, is_limited=True),
        ),
        ("rate limited, going on in 1 s", Seen(0, None, 0, 1, 2, 0.1, is_limited=True)),
        (
            "waiting to ask again, going on in 4 s (Ctrl-C keeps 1 row)",
            Seen(1, 3.0, 1, 1, 2, 4.0),
        ),
        (
            "page 12/~41 · 1,200 read · 4.6 req/s · ~6 s",
            Seen(12, 41.2, 1200, 12, 2.6, streams=False),
        ),
        (
            "rate limited, going on in 34 s",
            Seen(12, None, 1200, 12, 2.6, 33.8, is_limited=True, streams=False),
        ),
    ],
)
def test_the_line_says_what_is_known(expected: str, seen: Seen) -> None:
    """Estimates have a `~`; what nobody can say is left out."""
    assert expected == line(seen)


def planned(text: str) -> Plan:
    return compile_text(text, now=NOW_S)


@pytest.mark.parametrize(
    ("expected", "text", "reached_s", "rows"),
    [
        (40, "created_at >= -8d", NOW_S - 2 * DAY_S, 1000),
        (40, "created_at >= -8d order by created_at", NOW_S - 6 * DAY_S, 1000),
        (20, "created_at >= -8d limit 2000", NOW_S - 2 * DAY_S, 1000),
        (40, "created_at >= -8d limit 9000", NOW_S - 2 * DAY_S, 1000),
        (30, "action = login limit 3000", NOW_S - 2 * DAY_S, 1000),
        (40, "created_at >= -8d order by action limit 9", NOW_S - 2 * DAY_S, 0),
        (None, "action = login", NOW_S - 2 * DAY_S, 1000),
        (10, "created_at >= -8d", NOW_S - 9 * DAY_S, 1000),
        (40, "created_at >= -8d | count", NOW_S - 2 * DAY_S, 0),
        (None, "action = login limit 3000 | where id > 9", NOW_S - 2 * DAY_S, 10),
        (3, "id in (1, 2, 3)", None, 1),
        (1, "page 2 size 10", None, 0),
    ],
)
def test_pages_are_estimated_by_time_or_by_the_limit(
    expected: int | None, text: str, reached_s: int | None, rows: int
) -> None:
    """10 pages of 100 are read: a quarter of the time, or so much of the limit."""
    counts = Statistics(
        rows_fetched=1000, pages=10, rows_read=1000, reached_s=reached_s
    )
    assert expected == expected_pages(planned(text), counts, rows)


def test_what_is_read_ahead_is_not_taken_for_progress() -> None:
    """20 pages came and 10 were taken: the whole is four times those ten."""
    counts = Statistics(
        rows_fetched=2000, pages=20, rows_read=1000, reached_s=NOW_S - 2 * DAY_S
    )
    assert 40 == expected_pages(planned("created_at >= -8d"), counts, 1000)


def test_a_wait_is_for_the_limit_unless_something_failed() -> None:
    """A failure counts until a page comes; a refusal by the limit is none."""
    now = [0.0]
    counts, waits = Statistics(pages=3, retries=1, limited=1), Waits(lambda: now[0])
    progress = Progress(
        planned("action = login"), counts, lambda: 7, waits, print, lambda: now[0]
    )
    now[0] = 2.5
    seen = progress.seen()
    assert (True, 2.5, 7) == (seen.is_limited, seen.elapsed_s, seen.rows)
    counts.retries = 2
    assert not progress.seen().is_limited
    counts.pages = 4
    assert progress.seen().is_limited


def test_where_all_rows_come_at_the_end_the_records_are_counted() -> None:
    """Nothing is out while groups are counted; what was read says how far it is."""
    counts, waits = Statistics(pages=3, rows_read=250), Waits(lambda: 0.0)
    seen = Progress(
        *(planned("created_at >= -8d | count by action"), counts),
        *(lambda: 0, waits, print, lambda: 0.0),
        streams=False,
    ).seen()
    assert (250, False) == (seen.rows, seen.streams)


def test_the_wait_that_ends_first_is_counted_down() -> None:
    """Short ones are part of the pace; None where nobody waits."""
    now = [0.0]
    left: list[float | None] = []

    async def asleep(_seconds: float) -> None:
        left.append(waits.left_s())

    waits = Waits(lambda: now[0], asleep)
    asyncio.run(waits.sleep(0.5))
    asyncio.run(waits.sleep(34.0))
    assert [None, 34.0, None] == [*left, waits.left_s()]


# --- on a terminal


def screen_of(
    arguments: tuple[str, ...],
    env: dict[str, str],
    seen: Callable[[str], bool],
    stdout: int | None = None,
) -> tuple[list[str], bytes, bool]:
    """Run on a pseudo-terminal until it ends.

    Gives the screen in the end, all bytes that came, and whether the line was seen.
    """
    ours, theirs = pty.openpty()
    screen = pyte.Screen(100, 30)
    stream = pyte.ByteStream(screen)
    process = subprocess.Popen(
        [sys.executable, "-m", "auditql", *arguments],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=theirs if stdout is None else stdout,
        stderr=theirs,
    )
    os.close(theirs)
    all_, was_seen = b"", False
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        if not select.select([ours], [], [], 0.05)[0]:
            continue
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        all_ += piece
        stream.feed(piece)
        was_seen = was_seen or any(seen(text) for text in screen.display)
    os.close(ours)
    process.wait(WITHIN_S)
    return [text.rstrip() for text in screen.display if text.strip()], all_, was_seen


def is_progress(text: str) -> bool:
    return text.startswith("page ") and " req/s" in text


def test_a_terminal_sees_the_line_and_then_the_answer_alone(
    environment: dict[str, str], account: Callable[..., object], to_account: object
) -> None:
    """Rewritten in place, gone in the end: only rows and the summary are left."""
    _, server = account(latency_s=0.25)
    query = ("--now", NOW, "-f", "csv", "--columns", "id", "created_at >= -40d")
    env = environment | to_account(server) | {"NO_COLOR": "1"}
    screen, _, was_seen = screen_of(("query", *query), env, is_progress)
    assert was_seen
    assert all(text.isdigit() for text in screen)


def test_rows_into_a_pipe_leave_the_line_to_standard_error(
    environment: dict[str, str], account: Callable[..., object], to_account: object
) -> None:
    """The screen is empty in the end; what went into the pipe is the answer."""
    _, server = account(latency_s=0.25)
    inward, outward = os.pipe()
    query = ("--now", NOW, "-f", "none", "created_at >= -40d")
    screen, _, was_seen = screen_of(
        ("query", *query), environment | to_account(server), is_progress, outward
    )
    os.close(outward)
    os.close(inward)
    assert was_seen
    assert [] == screen


def test_a_dumb_terminal_gets_no_control(
    environment: dict[str, str], account: Callable[..., object], to_account: object
) -> None:
    """No line there: it could not be taken back."""
    _, server = account(latency_s=0.25)
    env = environment | to_account(server) | {"TERM": "dumb"}
    query = ("--now", NOW, "-f", "none", "created_at >= -40d")
    _, came, was_seen = screen_of(("query", *query), env, is_progress)
    assert not was_seen
    assert b"\x1b" not in came


def test_a_wait_for_the_rate_limit_is_said(
    environment: dict[str, str], account: Callable[..., object], to_account: object
) -> None:
    """How long, and what Ctrl-C would keep; exit 5 once it takes too long."""
    _, server = account(rate_limit=RateLimitKind.BUCKET, per_minute=5)
    env = environment | to_account(server)
    query = ("--now", NOW, "-f", "none", "--timeout", "4", "created_at >= -40d")
    _, _, was_seen = screen_of(
        ("query", *query), env, lambda text: text.startswith("rate limited, going on")
    )
    assert was_seen
