"""What `auditql sync` says that it will cost, and whom it asks before."""

import os
import pty
import select
from pathlib import Path

from processes import started
from synced import (
    NOW_S,
    Run,
    ToAccount,
    account,
    at,
    held,
    made,
)

from auditql.emulator import Emulator, Settings, serve
from auditql.emulator.settings import RateLimitKind


def test_on_a_terminal_it_asks_before_much_is_read(
    environment: dict[str, str], to_account: ToAccount, tmp_path: Path
) -> None:
    """The cost comes first; `no` reads nothing, and the line of progress is shown."""
    with serve(account(made(5_500), latency_s=0.1)) as server:
        folder, place = at(tmp_path, server)
        env = environment | to_account(server) | folder
        code, screen = answering(env, b"no\n")
        assert 2 == code, screen
        assert "note: the whole account is read: about 5,500 records, 55" in screen
        assert "read it (yes, no): " in screen
        assert "nothing was read" in screen
        assert () == held(place)[1]
        code, screen = answering(env, b"yes\n")
        assert 0 == code, screen
        assert "page " in screen
        assert "the mirror holds from the beginning to 2026-03-10T11:55:00Z" in screen


def answering(env: dict[str, str], words: bytes) -> tuple[int, str]:
    """Exit code of a sync on a terminal where somebody types, and what it showed."""
    ours, theirs = pty.openpty()
    try:
        with started("sync", env=env, stdin=theirs, stderr=theirs) as process:
            os.close(theirs)
            screen = b""
            is_typed = False
            while select.select([ours], [], [], 30)[0]:
                try:
                    screen += os.read(ours, 65_536)
                except OSError:  # the other side has gone: Linux says EIO
                    break
                if not is_typed and b"(yes, no)" in screen:
                    os.write(ours, words)
                    is_typed = True
            return process.wait(30), screen.decode()
    finally:
        os.close(ours)


def test_the_cost_is_said_at_the_rate_of_the_account(
    run: Run, to_account: ToAccount, tmp_path: Path
) -> None:
    """A new mirror takes the whole account: records, requests, time, before it does."""
    settings = Settings(rate_limit=RateLimitKind.FIXED_MINUTE)
    with serve(Emulator(made(400), settings, clock=lambda: float(NOW_S))) as server:
        folder, _ = at(tmp_path, server)
        done = run("sync", env=to_account(server) | folder)
        assert (
            b"note: the whole account is read: about 400 records, 4 requests, ~0 s at"
            b" 560 a minute\n"
        ) == done.stderr
        assert b"" == run("sync", env=to_account(server) | folder).stderr
