"""The process: signals, pipes that close, streams that are not there, a terminal."""

import fcntl
import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import termios
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOW = "2026-03-10T12:00:00Z"
WITHIN_S = 30.0


@contextmanager
def started(
    *arguments: str, env: dict[str, str], **streams: object
) -> Iterator["subprocess.Popen[bytes]"]:
    """A running `auditql`, killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "auditql", *arguments],
        env=env,
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE} | streams,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def test_head_ends_a_long_answer_silently(
    environment: dict[str, str], account: Callable[..., object], to_account: object
) -> None:
    """A reader that goes after one row: exit 141, no word, no further page."""
    emulator, server = account()
    with started(
        *("query", "-f", "jsonl", "--now", NOW, "created_at >= -40d"),
        env=environment | to_account(server),
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline().startswith(b'{"url"')
        process.stdout.close()
        assert 141 == process.wait(WITHIN_S)
        assert b"" == process.stderr.read()
    assert len(emulator.requests) < 20


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


def test_a_query_into_a_full_disk_is_exit_8(environment: dict[str, str]) -> None:
    """Told once, without a traceback, whatever the format."""
    for name in ("jsonl", "json", "csv", "table"):
        with (
            open("/dev/full", "wb") as full,  # noqa: PTH123
            started(
                *("demo", "query", "-f", name, "--now", NOW, "limit 200"),
                env=environment,
                stdout=full,
                stderr=subprocess.PIPE,
            ) as process,
        ):
            assert 8 == process.wait(WITHIN_S), name
            said = process.stderr.read()
            assert 1 == said.count(b"No space left on device")
            assert b"Traceback" not in said


def test_a_table_on_a_terminal_fits_and_is_summed_up(
    environment: dict[str, str],
) -> None:
    """80 columns: no line is wider, what has no room is named, the work is told."""
    code, screen = on_a_terminal(
        environment | {"COLUMNS": "80", "NO_COLOR": "1"},
        *("demo", "query", "--now", NOW, "action = create limit 3"),
    )
    assert 0 == code
    table = screen.splitlines()[:5]
    assert all(len(line) <= 80 for line in table)
    assert {"-", " "} == set(table[1])
    assert "note: no room for url" in screen
    assert "3 rows (the limit; more may follow) · 3 read · 1 request" in screen


def test_rows_leave_while_later_pages_are_still_awaited(
    environment: dict[str, str], account: Callable[..., object], to_account: object
) -> None:
    """The first page is on standard output before the last is asked for."""
    emulator, server = account(latency_s=0.3)
    with started(
        *("query", "-f", "jsonl", "--now", NOW, "created_at >= -40d"),
        env=environment | to_account(server),
        stderr=subprocess.DEVNULL,
    ) as process:
        first = process.stdout.readline()
        assert first.startswith(b'{"url"')
        assert len(emulator.requests) < 10
        process.stdout.close()
        process.wait(WITHIN_S)


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


def closed(*descriptors: int) -> Callable[[], None]:
    """What closes these in the child before the program starts."""
    return lambda: [os.close(d) for d in descriptors] and None


def test_closed_standard_streams(environment: dict[str, str]) -> None:
    """Without stdout nothing can be answered; without the others all goes well."""
    expected = {(0,): 0, (1,): 8, (2,): 0, (0, 2): 0, (0, 1, 2): 8}
    got = {}
    for descriptors in expected:
        with started(
            *("compile", "-f", "url", "action = login limit 5"),
            env=environment,
            stderr=subprocess.DEVNULL,
            preexec_fn=closed(*descriptors),
        ) as process:
            got[descriptors] = process.wait(WITHIN_S)
    assert expected == got


def test_a_query_from_a_closed_standard_input_is_refused(
    environment: dict[str, str],
) -> None:
    """There is nothing to read, and it is said."""
    with started(
        *("compile", "-"),
        env=environment,
        stderr=subprocess.PIPE,
        preexec_fn=closed(0),
    ) as process:
        assert 2 == process.wait(WITHIN_S)
        assert b"error: standard input is closed" in process.stderr.read()


def test_a_full_disk_is_told(environment: dict[str, str]) -> None:
    """An answer that could not be written is exit 8, the version included."""
    for arguments in (("compile", "action = login limit 5"), ("--version",)):
        with (
            open("/dev/full", "wb") as full,  # noqa: PTH123
            started(
                *arguments, env=environment, stdout=full, stderr=subprocess.PIPE
            ) as process,
        ):
            assert 8 == process.wait(WITHIN_S)
            assert b"No space left on device" in process.stderr.read()


def test_bytes_of_an_argument_that_are_not_utf8(environment: dict[str, str]) -> None:
    """Refused with a word, whatever the locale makes of them."""
    for locale in ({}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        done = subprocess.run(
            [sys.executable, "-m", "auditql", "compile", b"actor_name = '\xff'"],
            env=environment | locale,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WITHIN_S,
            check=False,
        )
        assert 2 == done.returncode
        assert b"error: the query is not UTF-8\n" == done.stderr


def test_a_terminal_without_a_verb_gets_the_help(environment: dict[str, str]) -> None:
    """There is no prompt yet: it is said, with the help, and nothing waits."""
    code, screen = on_a_terminal(environment)
    assert 2 == code
    assert "There is no interactive shell in this version." in screen
    assert "usage: auditql VERB" in screen


def test_a_terminal_gets_colour_and_a_verb_without_text_an_error(
    environment: dict[str, str],
) -> None:
    """A query is never typed blindly into a waiting program."""
    code, screen = on_a_terminal(environment, "compile")
    assert 2 == code
    assert "\x1b[1;31merror:\x1b[0m the query is missing" in screen


def test_an_option_without_a_verb_on_a_terminal(environment: dict[str, str]) -> None:
    """Nothing is piped in, so there is no query it could belong to."""
    code, screen = on_a_terminal(environment | {"NO_COLOR": "1"}, "-f", "csv")
    assert 2 == code
    assert "error: the option -f stands without a verb" in screen


def on_a_terminal(env: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Exit code of a run on a terminal of its own, and what it showed."""
    ours, theirs = pty.openpty()
    try:
        with started(
            *arguments, env=env, stdin=theirs, stdout=theirs, stderr=theirs
        ) as process:
            os.close(theirs)
            screen = b""
            while select.select([ours], [], [], WITHIN_S)[0]:
                try:
                    screen += os.read(ours, 65_536)
                except OSError:  # the other side has gone: Linux says EIO
                    break
            return process.wait(WITHIN_S), screen.decode().replace("\r\n", "\n")
    finally:
        os.close(ours)


def wait_for(holds: Callable[[], bool]) -> None:
    """Return once it holds; fail after a deadline."""
    deadline = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < deadline
        select.select([], [], [], 0.01)
