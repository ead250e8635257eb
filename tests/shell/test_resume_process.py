"""Runs that are ended from outside, and gone on with by another process."""

import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import WITHIN_S, started, wait_for

NOW = "2026-03-10T12:00:00Z"
QUERY = "created_at >= -40d"
Env = dict[str, str]


def arguments(wanted: Path, text: str = QUERY) -> tuple[str, ...]:
    """A query into a file."""
    return ("query", "-f", "csv", "-o", str(wanted), "--now", NOW, text)


def ran(*words: str, env: Env) -> "subprocess.CompletedProcess[bytes]":
    """A run to its end."""
    return subprocess.run(
        [sys.executable, "-m", "auditql", *words],
        env=env,
        capture_output=True,
        timeout=WITHIN_S,
        check=False,
    )


def whole(wanted: Path, env: Env) -> bytes:
    """The answer of a run that nobody stops."""
    done = ran(*arguments(wanted), env=env)
    assert (0, b"") == (done.returncode, done.stderr)
    content = wanted.read_bytes()
    wanted.unlink()
    return content


def killed(words: tuple[str, ...], env: Env, emulator: object, pages: int) -> None:
    """Kill -9 a run once so many more pages were asked for."""
    emulator.requests.clear()
    with started(*words, env=env, stderr=subprocess.DEVNULL) as process:
        wait_for(lambda: len(emulator.requests) >= pages or process.poll() is not None)
        process.kill()
        process.wait(WITHIN_S)


@pytest.mark.parametrize(
    "rounds", [3, pytest.param(50, marks=pytest.mark.full)], ids=["few", "many"]
)
@pytest.mark.timeout(600)
def test_kill_9_at_any_time_and_go_on(
    rounds: int,
    environment: Env,
    account: Callable[..., object],
    to_account: Callable[..., Env],
    tmp_path: Path,
) -> None:
    """Killed at any page, gone on with, killed again: in the end the same bytes."""
    emulator, server = account(latency_s=0.02)
    env = environment | to_account(server)
    wanted = tmp_path / "rows.csv"
    resume = tmp_path / "rows.csv.part.resume"
    expected = whole(wanted, env)
    gone_on = 0
    for number in range(rounds):
        words = arguments(wanted)
        for pages in (1 + number % 15, 1 + number % 4, 1 + number % 7):
            killed(words, env, emulator, pages)
            if wanted.exists():  # it was quicker than the kill
                break
            goes_on = resume.exists()
            gone_on += goes_on
            words = ("query", "--resume", str(wanted)) if goes_on else arguments(wanted)
        if not wanted.exists():
            done = ran(*words, env=env)
            assert (0, b"") == (done.returncode, done.stderr)
        assert expected == wanted.read_bytes()
        assert {wanted} == set(tmp_path.iterdir())
        wanted.unlink()
    assert gone_on >= rounds // 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_names_what_goes_on(
    number: signal.Signals,
    environment: Env,
    account: Callable[..., object],
    to_account: Callable[..., Env],
    tmp_path: Path,
) -> None:
    """Exit 130; standard error says what to run, and that gives the rest."""
    emulator, server = account(latency_s=0.1)
    env = environment | to_account(server)
    wanted = tmp_path / "rows.csv"
    expected = whole(wanted, env)
    asked = len(emulator.requests)
    with started(*arguments(wanted), env=env, stderr=subprocess.PIPE) as process:
        part = tmp_path / "rows.csv.part"
        wait_for(lambda: part.exists() and part.stat().st_size > 0)
        process.send_signal(number)
        assert 130 == process.wait(WITHIN_S)
        said = process.stderr.read().decode()
    assert f"to go on: auditql query --resume {wanted}\n" in said
    assert len(emulator.requests) > asked
    assert b"canary" not in (tmp_path / "rows.csv.part.resume").read_bytes()
    done = ran("query", "--resume", str(wanted), env=env)
    assert (0, b"") == (done.returncode, done.stderr)
    assert expected == wanted.read_bytes()


def test_a_full_disk_leaves_what_goes_on(
    environment: Env,
    account: Callable[..., object],
    to_account: Callable[..., Env],
    tmp_path: Path,
) -> None:
    """Exit 8, the checkpoint of what was written before, and the words for it."""
    _, server = account()
    env = environment | to_account(server)
    wanted = tmp_path / "rows.csv"
    expected = whole(wanted, env)
    done = subprocess.run(
        [sys.executable, "-m", "auditql", *arguments(wanted)],
        env=env,
        capture_output=True,
        timeout=WITHIN_S,
        check=False,
        preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (len(expected) // 2, len(expected) // 2)
        ),
    )
    assert 8 == done.returncode
    said = done.stderr.decode()
    assert f"once there is room: auditql query --resume {wanted}\n" in said
    assert "cannot be written: File too large" in said
    done = ran("query", "--resume", str(wanted), env=env)
    assert (0, b"") == (done.returncode, done.stderr)
    assert expected == wanted.read_bytes()


def test_the_served_demo_account_goes_on(environment: Env, tmp_path: Path) -> None:
    """The made-up account, frozen, over HTTP, by three processes."""
    wanted = tmp_path / "rows.csv"
    with started("demo", "serve", "--now", NOW, env=environment) as served:
        url = served.stdout.readline().decode().partition("=")[2].strip()
        env = environment | {"ZENDESK_BASE_URL": url}
        expected = whole(wanted, env)
        done = ran(*arguments(wanted), "--max-requests", "9", env=env)
        assert 6 == done.returncode
        # The limit is none of the answer's: it may be another each time.
        done = ran("query", "--resume", str(wanted), "--max-requests", "9", env=env)
        assert 6 == done.returncode
        done = ran("query", "--resume", str(wanted), env=env)
        assert (0, b"") == (done.returncode, done.stderr)
    assert expected == wanted.read_bytes()


def test_two_runs_do_not_go_on_with_one_file(
    environment: Env,
    account: Callable[..., object],
    to_account: Callable[..., Env],
    tmp_path: Path,
) -> None:
    """The second is told, and the first is not disturbed."""
    _, server = account(latency_s=0.1)
    env = environment | to_account(server)
    wanted = tmp_path / "rows.csv"
    expected = whole(wanted, env)
    assert 6 == ran(*arguments(wanted), "--max-requests", "2", env=env).returncode
    slowly = ("query", "--resume", str(wanted), "--concurrency", "1")
    with started(*slowly, env=env) as first:
        size = (tmp_path / "rows.csv.part").stat().st_size
        wait_for(lambda: (tmp_path / "rows.csv.part").stat().st_size > size)
        second = ran("query", "--resume", str(wanted), env=env)
        assert 8 == second.returncode
        assert b"another run is writing it" in second.stderr
        assert 0 == first.wait(WITHIN_S)
    assert expected == wanted.read_bytes()
