"""`auditql tail` as a process: killed at random, every match exactly once."""

import json
import random
import resource
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import started, wait_for

from auditql.emulator import Emulator, LoopbackServer, serve
from auditql.language.clock import text_of

NOW_S = 1_773_144_000
SINCE = "2026-03-10T12:00:00Z"
QUERY = "action = login | select id, created_at"

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


class Late:
    """An account whose records come late and out of order."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now_s = NOW_S
        self.logins: list[int] = []
        old = [_record(n, NOW_S - n, "login") for n in range(1, 300)]
        self.emulator = Emulator(old, clock=lambda: float(self.now_s))
        self._next = 1_000

    def go_on(self) -> None:
        """A minute passes, and records of the last five come to be seen."""
        self.now_s += 60
        for _ in range(self.chance.randrange(0, 40)):
            second = self.chance.randrange(max(NOW_S, self.now_s - 290), self.now_s)
            action = self.chance.choice(("login", "update"))
            self.emulator.add(_record(self._next, second, action))
            if action == "login":
                self.logins.append(self._next)
            self._next += 1


def _record(number: int, second: int, action: str) -> dict[str, object]:
    return {"id": number, "action": action, "created_at": text_of(second)}


def ids(path: Path) -> list[int]:
    text = path.read_bytes() if path.exists() else b""
    whole = text[: text.rfind(b"\n") + 1]  # a line may just be written
    return [json.loads(line)["id"] for line in whole.splitlines()]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@pytest.mark.parametrize(
    "rounds", [4, pytest.param(40, marks=pytest.mark.full)], ids=["few", "many"]
)
def test_kill_9_repeats_none_and_loses_none(
    rounds: int,
    environment: dict[str, str],
    to_account: Callable[[LoopbackServer], dict[str, str]],
    tmp_path: Path,
) -> None:
    """With -o FILE: what a killed run wrote and did not count is cut off."""
    late = Late(7)
    out, state = tmp_path / "out.jsonl", tmp_path / "state.json"
    command = ("tail", "--since", SINCE, "-o", str(out), "--state", str(state), QUERY)
    with serve(late.emulator) as server:
        env = environment | to_account(server)
        behind_rows = 0
        for number in range(rounds):
            late.go_on()
            before = _size(out)
            with started(*command, env=env, stderr=subprocess.DEVNULL) as process:
                if number % 2 and len(ids(out)) < len(late.logins):
                    wait_for(lambda size=before: _size(out) > size)  # type: ignore[misc] # its own
                try:
                    process.wait(late.chance.random() * (0.02 if number % 2 else 0.5))
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                behind_rows += _size(out) > before
        assert behind_rows > 0, "a kill hits when rows are out"
        late.go_on()
        with started(*command, env=env, stderr=subprocess.DEVNULL) as process:
            wait_for(lambda: len(ids(out)) >= len(late.logins))
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 130
    assert sorted(late.logins) == sorted(ids(out))
    assert out.stat().st_mode & 0o777 == state.stat().st_mode & 0o777 == 0o600


def test_on_a_pipe_a_restart_goes_on(
    environment: dict[str, str],
    to_account: Callable[[LoopbackServer], dict[str, str]],
    tmp_path: Path,
) -> None:
    """Two runs one after another give each match once; a third is refused meanwhile."""
    late = Late(3)
    late.go_on()
    found: list[int] = []
    command = ("tail", "--since", SINCE, "--state", str(tmp_path / "s"), QUERY)
    with serve(late.emulator) as server:
        env = environment | to_account(server)
        for _ in range(2):
            late.go_on()
            with started(*command, env=env, stderr=subprocess.PIPE) as process:
                assert process.stdout is not None
                while len(found) < len(late.logins):
                    found.append(json.loads(process.stdout.readline())["id"])
                with started(*command, env=env, stderr=subprocess.PIPE) as second:
                    assert second.wait(30) == 2
                    said = second.stderr.read().decode() if second.stderr else ""
                    assert f"process {process.pid} holds" in said
                process.send_signal(signal.SIGTERM)
                assert process.wait(30) == 130
    assert sorted(late.logins) == sorted(found)


def test_who_reads_no_more_ends_it_quietly(
    environment: dict[str, str],
    to_account: Callable[[LoopbackServer], dict[str, str]],
    tmp_path: Path,
) -> None:
    """A closed pipe is exit 141 and no word; what was not taken comes again."""
    late = Late(5)
    late.go_on()
    state = str(tmp_path / "s")
    command = ("tail", "--since", SINCE, "--state", state, QUERY)
    with serve(late.emulator) as server:
        env = environment | to_account(server)
        with started(*command, env=env, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert process.wait(30) == 141
            assert process.stderr.read().count(b"\n") == 1  # where it begins
        with started(*command, env=env, stderr=subprocess.DEVNULL) as process:
            assert process.stdout is not None
            found = [json.loads(process.stdout.readline())["id"] for _ in late.logins]
    assert sorted(late.logins) == sorted(found)


def test_a_full_disk_loses_nothing(
    environment: dict[str, str],
    to_account: Callable[[LoopbackServer], dict[str, str]],
    tmp_path: Path,
) -> None:
    """Exit 8; what was written of the last batch does not count, and comes again."""
    late = Late(9)
    for _ in range(5):
        late.go_on()
    out, limit = tmp_path / "out.jsonl", 1_000
    command = ("tail", "--since", SINCE, "-o", str(out))
    command += ("--state", str(tmp_path / "s"), QUERY)
    with serve(late.emulator) as server:
        env = environment | to_account(server)
        with started(
            *command,
            env=env | {"PYTHONDONTWRITEBYTECODE": "1"},  # it would be cut off as well
            stderr=subprocess.PIPE,
            preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, (limit, limit)
            ),
        ) as process:
            assert process.wait(30) == 8
            assert process.stderr is not None
            assert b"out.jsonl cannot be written: " in process.stderr.read()
        with started(*command, env=env, stderr=subprocess.DEVNULL) as process:
            wait_for(lambda: len(ids(out)) >= len(late.logins))
    assert sorted(late.logins) == sorted(ids(out))


def test_a_log_that_is_rotated_begins_anew(
    environment: dict[str, str],
    to_account: Callable[[LoopbackServer], dict[str, str]],
    tmp_path: Path,
) -> None:
    """A file that was moved away is not missed; csv has its heading again."""
    late = Late(2)
    late.go_on()
    out, old, state = tmp_path / "out.csv", tmp_path / "out.csv.1", tmp_path / "s"
    command = ("tail", "--since", SINCE, "-f", "csv", "-o", str(out))
    command += ("--state", str(state), QUERY)

    def lines(path: Path) -> list[str]:
        return path.read_text().splitlines() if path.exists() else []

    def until(holds: Callable[[], bool], env: dict[str, str]) -> None:
        with started(*command, env=env, stderr=subprocess.DEVNULL) as process:
            wait_for(holds)
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 130

    with serve(late.emulator) as server:
        env = environment | to_account(server)
        until(lambda: len(lines(out)) == len(late.logins) + 1, env)
        late.go_on()
        until(lambda: len(lines(out)) == len(late.logins) + 1, env)
        out.rename(old)
        second = len(late.logins)
        # A run that ends before its first row leaves no heading, and says of none.
        until(lambda: json.loads(state.read_text())["bytes"] == 0, env)
        while len(late.logins) == second:
            late.go_on()
        until(lambda: len(lines(out)) == len(late.logins) - second + 1, env)
    found = [*lines(old)[1:], *lines(out)[1:]]
    assert "id,created_at" == lines(old)[0] == lines(out)[0]
    assert sorted(late.logins) == sorted(int(line.split(",")[0]) for line in found)


def test_a_run_that_ends_before_its_first_answer_locks_nobody_out(
    environment: dict[str, str],
    to_account: Callable[[LoopbackServer], dict[str, str]],
    tmp_path: Path,
) -> None:
    """A rotated file counts from its new beginning, whether or not a row came."""
    late = Late(2)
    late.go_on()
    out = tmp_path / "out.jsonl"
    command = ("tail", "--since", SINCE, "-o", str(out))
    command += ("--state", str(tmp_path / "s"), QUERY)

    def until(holds: Callable[[], bool], env: dict[str, str]) -> None:
        with started(*command, env=env, stderr=subprocess.DEVNULL) as process:
            wait_for(holds)
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 130

    with serve(late.emulator) as server:
        env = environment | to_account(server)
        until(lambda: len(ids(out)) == len(late.logins), env)
    first = len(late.logins)
    out.rename(tmp_path / "old")
    # It asks, and nobody answers.
    with socket.create_server(("127.0.0.1", server.port)) as silent:
        silent.settimeout(30)
        asked: list[socket.socket] = []
        until(lambda: asked.append(silent.accept()[0]) is None, env)
        asked[0].close()
    while len(late.logins) == first:
        late.go_on()
    with serve(late.emulator, server.port):
        until(lambda: len(ids(out)) == len(late.logins) - first, env)


def test_two_queries_do_not_share_a_file(run: Run, tmp_path: Path) -> None:
    """The second is refused by the state of the first, and the file stays."""
    env = {"ZENDESK_BASE_URL": "http://127.0.0.1:9", "XDG_STATE_HOME": str(tmp_path)}
    command = ("tail", "--since", "2026-03-10", "-o", "out.jsonl")
    done = run(*command, "created_at < 2026-01-01", env=env)
    assert done.returncode == 0, done.stderr
    done = run(*command, "created_at < 2026-01-02", env=env)
    assert done.returncode == 2
    assert b"is of another query" in done.stderr


def test_what_is_refused_before_anything_is_sent(run: Run, tmp_path: Path) -> None:
    """Each with exit 2 and its own words; nothing is written."""
    env = {"ZENDESK_BASE_URL": "http://127.0.0.1:9"}
    whole = tmp_path / "whole.jsonl"
    whole.write_text("no line")
    for arguments, words in {
        ("action = login limit 5",): "a limit or an offset needs one",
        ("action = login | count by action",): "a stage that must see every match",
        ("-f", "table", "-o", "x", "id > 1"): "-o FILE takes jsonl, csv, tsv",
        ("-o", str(whole), "--state", "s1", "id > 1"): "ends within a line",
        ("--every", "1", "id > 1"): "not a whole number from 5",
        ("--since", "gestern", "--state", "s2", "id > 1"): "`gestern` is no time",
        ("--since", "2099-01-01", "--state", "s4", "id > 1"): "is still to come",
        ("--columns", "nope", "--state", "s3", "id > 1"): "there is no column",
    }.items():
        done = run("tail", *arguments, env=env)
        assert (2, b"") == (done.returncode, done.stdout), arguments
        assert words in done.stderr.decode(), arguments
    assert whole.read_text() == "no line"


def test_a_state_of_another_query_is_refused(run: Run, tmp_path: Path) -> None:
    """The state says of what it is; one that is damaged is no state."""
    env = {"ZENDESK_BASE_URL": "http://127.0.0.1:9"}
    state = tmp_path / "s"
    for text, words in {
        '{"state": 1}': "is no state of a followed query",
        "[[": "is no state of a followed query",
    }.items():
        state.write_text(text)
        state.chmod(0o600)
        done = run("tail", "--state", str(state), "id > 1", env=env)
        assert (2, True) == (done.returncode, words in done.stderr.decode())
