"""`--from`: exports are read again, round and round; how an answer was had is told."""

import fcntl
import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import termios
from array import array
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pytest
from processes import started, wait_for

NOW = ("--now", "2026-03-10T12:00:00Z")
QUERY = "created_at >= -30d"

Run = Callable[..., "object"]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The demo account's answer in every format that can be read again."""
    found = {}
    for format_ in ("jsonl", "json", "csv", "tsv"):
        command = ("demo", "query", QUERY, *NOW, "-f", format_)
        found[format_] = subprocess.run(
            [sys.executable, "-m", "auditql", *command],
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
    return found


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("format_", ["jsonl", "json"])
def test_an_export_of_an_export_is_the_same_bytes(
    run: Run, exports: dict[str, bytes], tmp_path: Path, format_: str, packed: bool
) -> None:
    """Hostile names and all; whatever it was before, it can become the other."""
    content = exports[format_]
    assert len(content) > 100_000
    path = tmp_path / f"a.{format_}"
    path.write_bytes(gzip.compress(content) if packed else content)
    for into in ("jsonl", "json"):
        done = run("query", "--from", str(path), *NOW, "-f", into, QUERY)
        assert (0, b"") == (done.returncode, done.stderr)
        assert exports[into] == done.stdout


@pytest.mark.parametrize("format_", ["csv", "tsv"])
def test_cells_come_back(
    run: Run, exports: dict[str, bytes], tmp_path: Path, format_: str
) -> None:
    """Byte for byte; as values, but for half a surrogate pair: it is six characters."""
    path = tmp_path / f"a.{format_}"
    path.write_bytes(exports[format_])
    done = run("query", "--from", str(path), *NOW, "-f", "jsonl", QUERY)
    assert (0, b"") == (done.returncode, done.stderr)
    expected = [json.loads(line) for line in exports["jsonl"].splitlines()]
    got = [json.loads(line) for line in done.stdout.splitlines()]
    names = list(got[0])
    assert names[:3] == ["url", "id", "action_label"]
    for raw in expected:
        for name in names:
            value = raw.setdefault(name, None)
            if isinstance(value, str):
                raw[name] = value.encode("utf-8", "backslashreplace").decode()
    assert expected == got
    assert "" in {value for raw in got for value in raw.values()}
    again = run("query", "--from", str(path), *NOW, "-f", format_, QUERY)
    assert exports[format_] == again.stdout


def test_no_account_is_asked_for(run: Run, tmp_path: Path) -> None:
    """Nothing of the environment's account is read, not even what is wrong with it."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"id":1,"created_at":"2026-03-01T08:00:00Z"}\n')
    wrong = {"ZENDESK_SUBDOMAIN": "not a name!", "ZENDESK_EMAIL": "half"}
    done = run("query", "--from", str(path), "-f", "jsonl", "| count", env=wrong)
    assert (0, b'{"count":1}\n', b"") == (done.returncode, done.stdout, done.stderr)


def test_a_manifest_names_the_files_with_their_hashes(run: Run, tmp_path: Path) -> None:
    """And says what was asked, of files; there is no checkpoint to go on from."""
    one, two = tmp_path / "a.jsonl", tmp_path / "b.csv"
    one.write_text('{"id":1,"created_at":"2026-03-01T08:00:00Z"}\n{"id":\n')
    two.write_text("id,created_at\n2,2026-03-01T08:00:00Z\n")
    out = tmp_path / "out.jsonl"
    (tmp_path / "out.jsonl.manifest.json").write_text("of an earlier file")
    began = datetime.now(UTC).replace(microsecond=0)
    done = run(
        *("query", "--from", str(one), "--from", str(two), *NOW, "limit 1"),
        *("-f", "jsonl", "-o", str(out), "--manifest"),
    )
    assert 6 == done.returncode
    assert b"earlier file" not in done.stderr
    told = json.loads((tmp_path / "out.jsonl.manifest.json").read_text())
    assert [
        {
            "name": str(path),
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in (one, two)
    ] == told["files"]
    assert ("files", None, [], False, "1 line could not be read") == (
        told["account"],
        told["source"],
        told["requests"],
        told["complete"],
        told["reason"],
    )
    local = datetime.fromisoformat(told["last_run"]["local_time"])
    assert began <= local <= datetime.now(UTC)
    assert {out, one, two, tmp_path / "out.jsonl.manifest.json"} == {
        path for path in tmp_path.iterdir() if path.is_file()
    }


@pytest.mark.parametrize("how", ["link", "hard", "stdin", "stdout"])
def test_no_file_is_written_over_that_is_read(
    run: Run, tmp_path: Path, how: str
) -> None:
    """Under no other name either; it is refused before a byte is touched."""
    path, other = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    path.write_bytes(b'{"id":1,"created_at":"2026-03-01T08:00:00Z"}\n')
    if how == "link":
        other.symlink_to(path)
    elif how == "hard":
        other.hardlink_to(path)
    source, target = str(path), str(other)
    if how == "stdin":
        source, target = "-", str(path)
    command = ["query", "--from", source, "-f", "jsonl", ""]
    if how != "stdout":
        command += ["-o", target]
    with path.open("r+b") as file:
        given = {"stdin": file} if how == "stdin" else {"stdin": subprocess.DEVNULL}
        told = file if how == "stdout" else subprocess.PIPE
        done = subprocess.run(
            [sys.executable, "-m", "auditql", *command],
            **given,
            stdout=told,
            stderr=subprocess.PIPE,
            timeout=30,
            check=False,
        )
    assert 2 == done.returncode
    assert b"it is the same file" in done.stderr
    assert b'{"id":1,"created_at":"2026-03-01T08:00:00Z"}\n' == path.read_bytes()


def test_a_silent_pipe_can_be_interrupted(tmp_path: Path) -> None:
    """One Ctrl-C ends the wait, and no row is out."""
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    with started(
        *("query", "--from", "-", "-f", "jsonl", "--stats", "limit 1"),
        env=env,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b'{"id":1,"created_at":"2026-03-01T08:00:00Z"}\n')
        process.stdin.flush()
        wait_for(lambda: _unread(process.stdin) == 0)
        process.send_signal(signal.SIGINT)
        assert 130 == process.wait(30)
        assert process.stdout is not None
        assert b"" == process.stdout.read()
        process.stdin.close()


def test_a_pipe_that_nobody_writes_into_is_bounded(run: Run, tmp_path: Path) -> None:
    """`--timeout` counts for opening it, too: no row is out, exit 5."""
    os.mkfifo(tmp_path / "pipe")
    done = run("query", "--from", "pipe", "--timeout", "0.2", "limit 1")
    assert (5, b"") == (done.returncode, done.stdout)
    assert b"0.2 s are over" in done.stderr


def test_a_pipe_that_nobody_writes_into_can_be_interrupted(tmp_path: Path) -> None:
    """As one that is silent; whoever comes then finds nobody."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    with started(
        *("query", "--from", str(path), "limit 1"), env=env, stderr=subprocess.PIPE
    ) as process:
        # Once it waits for a writer, there is a reader for one that does not wait.
        writers: list[int] = []

        def is_read() -> bool:
            with suppress(OSError):
                writers.append(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
            return bool(writers)

        wait_for(is_read)
        process.send_signal(signal.SIGINT)
        assert 130 == process.wait(30)
        os.close(writers[0])


def test_what_a_shell_puts_in_place_of_a_file_is_read(run: Run, tmp_path: Path) -> None:
    """`<(…)`, also where its writer is long gone."""
    line = '{"id":1,"created_at":"2026-03-01T08:00:00Z"}'
    command = f"{sys.executable} -m auditql query --from <(echo '{line}') -f jsonl ''"
    done = subprocess.run(
        ["bash", "-c", command],  # noqa: S607 - whichever there is
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert (0, f"{line}\n".encode()) == (done.returncode, done.stdout)


def _unread(pipe: IO[bytes] | None) -> int:
    """Bytes that wait in a pipe."""
    assert pipe is not None
    number = array("i", [0])
    fcntl.ioctl(pipe.fileno(), termios.FIONREAD, number)
    return number[0]


@pytest.mark.parametrize("name", ["a" * 300, "a" * 300 + ".parquet", "no/a.jsonl"])
def test_a_name_that_leads_nowhere_is_told(run: Run, name: str) -> None:
    """Also one that is too long to be looked up."""
    done = run("query", "--from", name, "")
    assert (2, b"") == (done.returncode, done.stdout)
    assert done.stderr.startswith(f"error: {name}".encode()[:100])
