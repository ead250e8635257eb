"""A PostgreSQL of a test's own: a cluster in a temporary folder, on loopback.

In: nothing. Out: a running server, or the reason why there is none. It refuses to run
as root, so root lends it to another user.
"""

import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

PASSWORD = "sesame-open-42"  # noqa: S105 - of a server that lives for a test
WITHIN_S = 60.0


def programs() -> Path | None:
    """The folder of PostgreSQL's own programs; None where it is not installed."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None


NEEDED = "postgres" in os.environ.get("AUDITQL_ENGINES", "")
THERE = find_spec("psycopg") is not None and programs() is not None
MARKS = [
    pytest.mark.full,
    pytest.mark.skipif(
        not THERE and not NEEDED, reason="PostgreSQL or psycopg is not installed"
    ),
]
"""Of tests that ask one: where it is named as needed, missing is a failure."""


@contextmanager
def running() -> Iterator[str]:
    """A server that asks for `PASSWORD`; gives `postgres@127.0.0.1:PORT/postgres`."""
    bin_ = programs()
    assert bin_ is not None, "PostgreSQL is not installed"
    folder = Path(tempfile.mkdtemp(prefix="auditql-pg-", dir="/tmp"))
    server = None
    try:
        (folder / "password").write_text(PASSWORD)
        user = _lent(folder)
        data = folder / "data"
        auth = ("-A", "scram-sha-256", "-U", "postgres", "--pwfile")
        _run(
            user,
            [bin_ / "initdb", "-D", data, *auth, folder / "password", "-E", "UTF8"],
        )
        port = _free()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": folder,
            "fsync": "off",
            "timezone": "America/New_York",
        }
        options = [f"-c{name}={value}" for name, value in settings.items()]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*user, bin_ / "postgres", "-D", data, *options],
                stdout=log,
                stderr=log,
                cwd=folder,
            )
        _wait(port, server, folder / "log")
        yield f"postgres@127.0.0.1:{port}/postgres"
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # fast: without waiting for clients
            server.wait(WITHIN_S)
        shutil.rmtree(folder, ignore_errors=True)


def _lent(folder: Path) -> list[str]:
    """What a command begins with so that root is not its user."""
    if os.getuid() != 0:
        return []
    name = next(
        name
        for name in ("postgres", "nobody")
        if any(name == user.pw_name for user in pwd.getpwall())
    )
    user = pwd.getpwnam(name)
    for path in (folder, folder / "password"):
        os.chown(path, user.pw_uid, user.pw_gid)
    ids = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return ["setpriv", *ids]


def _run(user: Sequence[str], command: Sequence[object]) -> None:
    subprocess.run(
        [*user, *map(str, command)],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=WITHIN_S,
        cwd="/",
    )


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + WITHIN_S
    while True:
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            select.select([], [], [], 0.02)
        else:
            return
