"""`auditql sync` disturbed: killed, ended, twice at once, on a full disk."""

import os
import random
import signal
import subprocess
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from processes import started, wait_for
from synced import (
    DAY_S,
    NOW_S,
    Run,
    ToAccount,
    account,
    at,
    check_whole,
    covers,
    held,
    made,
    undisturbed,
)

from auditql.emulator import Emulator, serve
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.writer import MirrorWriter


@pytest.mark.parametrize(
    ("rounds", "number"),
    [(6, 2_000), pytest.param(200, 8_000, marks=pytest.mark.full)],
    ids=["few", "many"],
)
def test_kill_9_leaves_neither_gap_nor_double(
    rounds: int,
    number: int,
    environment: dict[str, str],
    to_account: ToAccount,
    tmp_path: Path,
) -> None:
    """Killed at random, over and over: in the end as if it had never been."""
    chance = random.Random(rounds)
    records = made(number)
    expected = undisturbed(records)
    homes = [tmp_path / "0"]
    killed = in_the_middle = 0
    emulator = account(records, latency_s=0.01)
    with serve(emulator) as server:
        env = environment | to_account(server)
        while killed < rounds:
            folder, place = at(homes[-1], server)
            emulator.requests.clear()
            target = chance.randrange(number // 120)
            with started("sync", env=env | folder, stderr=subprocess.DEVNULL) as run:
                wait_for(partial(is_far, run, emulator, target))
                with suppress(subprocess.TimeoutExpired):
                    run.wait(chance.random() * 0.03)
                if run.poll() is None:
                    run.kill()
                    run.wait()
                    killed += 1
                    in_the_middle += covers(place, NOW_S - 31 * DAY_S)
                else:
                    assert run.returncode == 0
                    homes.append(tmp_path / str(len(homes)))
            if place.path.exists() and chance.random() < 0.1:
                check_whole(place, expected[0])
        for home in homes:
            folder, place = at(home, server)
            with started("sync", env=env | folder, stderr=subprocess.DEVNULL) as run:
                assert run.wait(60) == 0
            assert held(place) == expected
    assert in_the_middle > rounds / 3, "the kills were too early or too late"


def is_far(run: "subprocess.Popen[bytes]", emulator: Emulator, requests: int) -> bool:
    """Whether a run has sent so many requests, or has ended."""
    return len(emulator.requests) >= requests or run.poll() is not None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_what_was_read(
    number: int, environment: dict[str, str], to_account: ToAccount, tmp_path: Path
) -> None:
    """Exit 130; what was read is in the mirror, and the next run reads the rest."""
    records = made(3_000)
    folder: dict[str, str]
    with serve(account(records, latency_s=0.02)) as server:
        folder, place = at(tmp_path, server)
        env = environment | to_account(server) | folder
        with started("sync", env=env, stderr=subprocess.PIPE) as run:
            wait_for(lambda: place.path.exists() and covers(place))
            run.send_signal(number)
            assert run.wait(30) == 130
            assert run.stderr is not None
            said = run.stderr.read().decode()
        assert "error: interrupted; " in said
        assert "`auditql sync` goes on from there" in said
        check_whole(place, undisturbed(records)[0])
        with started("sync", env=env, stderr=subprocess.DEVNULL) as run:
            assert run.wait(30) == 0
        assert held(place) == undisturbed(records)


def test_of_two_at_once_the_second_is_told_who(
    run: Run, to_account: ToAccount, tmp_path: Path
) -> None:
    """Exit 2 with the process that writes; readers are not in the way."""
    with serve(account(made(300))) as server:
        folder, place = at(tmp_path, server)
        writer = MirrorWriter(place)
        try:
            done = run("sync", env=to_account(server) | folder)
        finally:
            writer.close()
        assert (2, b"") == (done.returncode, done.stdout)
        assert f"is being written by process {os.getpid()}" in done.stderr.decode()
        reader = Mirror(place)
        done = run("sync", env=to_account(server) | folder)
        reader.close()
        assert (0, b"", b"") == (
            done.returncode,
            done.stdout,
            done.stderr.split(b"\n", 1)[1],
        )


def test_two_processes_lose_nothing_and_double_nothing(
    environment: dict[str, str], to_account: ToAccount, tmp_path: Path
) -> None:
    """Both run until they get in; in the end the mirror is as of one."""
    records = made(2_000)
    with serve(account(records, latency_s=0.005)) as server:
        folder, place = at(tmp_path, server)
        env = environment | to_account(server) | folder
        for _ in range(3):
            with (
                started("sync", env=env, stderr=subprocess.DEVNULL) as one,
                started("sync", env=env, stderr=subprocess.DEVNULL) as other,
            ):
                codes = {one.wait(60), other.wait(60)}
                assert codes <= {0, 2}
                assert 0 in codes
        assert held(place) == undisturbed(records)


def test_a_full_disk_keeps_what_was_read(
    environment: dict[str, str], to_account: ToAccount, tmp_path: Path
) -> None:
    """Exit 8 and its own words; with room again the next run goes on."""
    import resource

    records = made(3_000)
    with serve(account(records)) as server:
        folder, place = at(tmp_path, server)
        env = environment | to_account(server) | folder
        limit = 200 * 1024
        done = subprocess.run(
            [*command(), "sync"],
            env=env | {"PYTHONDONTWRITEBYTECODE": "1"},  # it would be cut off as well
            capture_output=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, (limit, limit)
            ),
        )
        assert done.returncode == 8, done.stderr
        assert b"could not be written" in done.stderr
        check_whole(place, undisturbed(records)[0])
        assert held(place)[0]
        with started("sync", env=env, stderr=subprocess.DEVNULL) as run:
            assert run.wait(30) == 0
        assert held(place) == undisturbed(records)


def command() -> list[str]:
    import sys

    return [sys.executable, "-m", "auditql"]
