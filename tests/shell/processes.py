"""Runs of the command line that a test can watch, signal and kill."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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


def wait_for(holds: Callable[[], bool]) -> None:
    """Return once it holds; fail after a deadline."""
    deadline = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < deadline
        select.select([], [], [], 0.01)


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
