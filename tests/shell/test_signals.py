"""Runs that are ended from outside: Ctrl-C, a polite kill, kill -9."""

import fcntl
import json
import signal
import socket
import subprocess
import sys
import termios
import time
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import WITHIN_S, started, wait_for

NOW = "2026-03-10T12:00:00Z"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_within_a_second(
    number: signal.Signals, environment: dict[str, str]
) -> None:
    """Ctrl-C and a polite kill while an answer is awaited: exit 130 at once."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(WITHIN_S)
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with started(
            *("query", "-f", "jsonl", "--now", NOW, "created_at >= -1d"),
            env=environment
            | {"ZENDESK_BASE_URL": address, "ZENDESK_OAUTH_TOKEN": "canary-0123456789"},
            stderr=subprocess.PIPE,
        ) as process:
            connection, _ = silent.accept()
            with connection:
                assert connection.recv(3) == b"GET"
                sent = time.monotonic()
                process.send_signal(number)
                assert 130 == process.wait(WITHIN_S)
                assert time.monotonic() - sent < 1.0
                assert b"Traceback" not in process.stderr.read()


def test_an_interrupted_file_stays_unfinished(
    environment: dict[str, str],
    account: Callable[..., object],
    to_account: object,
    tmp_path: Path,
) -> None:
    """What was asked for under its name is never there half-written."""
    emulator, server = account(latency_s=0.2)
    wanted = tmp_path / "rows.jsonl"
    with started(
        *("query", "-f", "jsonl", "-o", str(wanted), "--now", NOW),
        "created_at >= -40d",
        env=environment | to_account(server),
        stderr=subprocess.PIPE,
    ) as process:
        wait_for(lambda: len(emulator.requests) >= 3)
        process.send_signal(signal.SIGINT)
        assert 130 == process.wait(WITHIN_S)
    assert not wanted.exists()
    assert wanted.with_name("rows.jsonl.part").exists()


def killed_while_writing(
    env: dict[str, str], emulator: object, wanted: Path, pages: int
) -> None:
    """Kill a run that writes `wanted` once so many more pages were asked for."""
    asked = len(emulator.requests)
    with started(
        *("query", "-f", "jsonl", "-o", str(wanted), "--now", NOW),
        "created_at >= -40d",
        env=env,
        stderr=subprocess.DEVNULL,
    ) as process:
        wait_for(lambda: len(emulator.requests) >= asked + pages)
        process.kill()
        process.wait(WITHIN_S)


@pytest.mark.parametrize(
    "rounds", [3, pytest.param(50, marks=pytest.mark.full)], ids=["few", "many"]
)
@pytest.mark.timeout(600)
def test_kill_9_leaves_no_file_and_the_next_run_is_whole(
    rounds: int,
    environment: dict[str, str],
    account: Callable[..., object],
    to_account: object,
    tmp_path: Path,
) -> None:
    """Killed at any page: no file under its name; what is left disturbs nobody."""
    emulator, server = account(latency_s=0.02)
    env = environment | to_account(server)
    wanted = tmp_path / "rows.jsonl"
    for number in range(rounds):
        killed_while_writing(env, emulator, wanted, pages=1 + number % 19)
        assert not wanted.exists()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "auditql", "query", "-f", "jsonl"),
            *("-o", str(wanted), "--now", NOW, "created_at >= -40d"),
        ],
        env=env,
        capture_output=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert (0, b"") == (done.returncode, done.stderr)
    lines = wanted.read_bytes().splitlines()
    assert 2000 == len(lines) == len(set(lines))
    assert [wanted] == list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_that_waits_for_nothing(
    number: signal.Signals, environment: dict[str, str]
) -> None:
    """In process every page is there at once: a signal is still obeyed at once.

    The part with rows is the sign that it reads; a full pipe holds it up then.
    """
    with started(
        *("demo", "query", "-f", "json", "--now", NOW, "created_at >= -180d"),
        env=environment,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout.read(2) == b"[\n"
        sent = time.monotonic()
        process.send_signal(number)
        rest = process.stdout.read()
        assert 130 == process.wait(WITHIN_S)
        assert time.monotonic() - sent < 2.0  # a second, and another for the machine
        assert b"error: interrupted; " in process.stderr.read()
    assert len(json.loads(b"[" + rest)) < 20_000


def test_a_signal_ends_a_run_that_nobody_reads(environment: dict[str, str]) -> None:
    """The pipe is full and its reader sleeps: the process still ends, exit 130."""
    with started(
        *("demo", "query", "-f", "jsonl", "--now", NOW, "created_at >= -180d"),
        env=environment,
        stderr=subprocess.DEVNULL,
    ) as process:
        wait_for(lambda: is_full(process.stdout))
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert 130 == process.wait(WITHIN_S)
        assert time.monotonic() - sent < 2.0


def is_full(pipe: object) -> bool:
    """Whether a pipe of 64 KiB holds all it can, so that its writer waits."""
    held = array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, held)
    return held[0] >= 65_536 - 4096


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_demo_serve_names_itself_and_ends_on_a_signal(
    number: signal.Signals, environment: dict[str, str]
) -> None:
    """One line for the environment, then the account, until it is told to end."""
    with started("demo", "serve", env=environment, stderr=subprocess.PIPE) as process:
        lines = [process.stdout.readline().decode()]
        assert lines[0].startswith("export ZENDESK_BASE_URL=http://127.0.0.1:")
        process.send_signal(number)
        assert 130 == process.wait(WITHIN_S)
        assert b"Traceback" not in process.stderr.read()


def test_what_cannot_be_interrupted_is_cut_short(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """Exit 130 all the same, it is said, and nothing temporary is left behind."""
    program = (
        "from auditql.runtime.scratch import scratch_folder\n"
        "from auditql.shell import main\n"
        "from auditql.shell.interrupts import INTERRUPTS\n"
        "import threading\n"
        "def hang(*_):\n"
        "    with INTERRUPTS, scratch_folder() as folder:\n"
        "        open(folder + '/spill', 'w').close()\n"
        "        threading.Event().wait()\n"
        "main._dispatch = hang\n"
        "main.run([])\n"
    )
    spill = tmp_path / "spill"
    spill.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment | {"TMPDIR": str(spill)},
        stderr=subprocess.PIPE,
    ) as process:
        try:
            wait_for(lambda: any(spill.glob("*/spill")))
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 130
        finally:
            process.kill()
        assert process.stderr is not None
        assert process.stderr.read().startswith(b"error: interrupted, and cut short")
    assert [] == list(spill.iterdir())
