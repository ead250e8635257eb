"""A long text in the person's pager, while it comes.

In: text, in pieces. Out: what a pager that failed has not shown. One that a person
left early is no fault: what is written to it then goes nowhere.
"""

from __future__ import annotations

import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping

_USUAL = ("less", "-FRX")

_LEFT = (0, 130, -signal.SIGINT, -signal.SIGTERM)
"""Codes of a pager that a person has left; 130 is a shell's word for Ctrl-C."""

_MOST_KEPT = 1024 * 1024
"""Characters after which it has shown some; a pipe holds far fewer."""


def pager_of(environment: Mapping[str, str]) -> tuple[str, ...] | None:
    """The pager and its arguments; None where none is wanted, or none is there."""
    named = environment.get("PAGER")
    if named is None:
        return _USUAL if shutil.which(_USUAL[0]) else None
    try:
        words = tuple(shlex.split(named))
    except ValueError:
        return None
    return words if words and words != ("cat",) and shutil.which(words[0]) else None


class Pager:
    """One pager while a person looks at it."""

    def __init__(self, words: tuple[str, ...]) -> None:
        """Start it.

        Raises:
            OSError: it cannot be.
        """
        self._name = words[0]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE)  # noqa: S603
        self._given: list[str] = []
        self._length = 0

    @property
    def has_failed(self) -> bool:
        """Whether it has ended by itself, with an error."""
        return self._process.poll() not in (None, *_LEFT)

    @property
    def fault(self) -> str:
        """How it ended, in words."""
        return f"the pager {self._name} ended with code {self._process.returncode}"

    def write(self, text: str) -> None:
        """Show more, if it still looks."""
        pipe = self._process.stdin
        is_open = pipe is not None and not pipe.closed
        if not is_open and self._process.poll() in _LEFT:
            return
        self._given.append(text)
        self._length += len(text)
        if pipe is None or not is_open:
            return
        try:
            pipe.write(text.encode("utf-8", "backslashreplace"))
            pipe.flush()
        except OSError:
            self._close()
            return
        if self._length > _MOST_KEPT:
            self._given.clear()

    def end(self) -> str:
        """Wait until the person has seen it; gives what one that failed was given."""
        self._close()
        while True:
            try:
                self._process.wait()
            except KeyboardInterrupt:
                continue  # the pager's own affair
            return "".join(self._given) if self.has_failed else ""

    def _close(self) -> None:
        pipe = self._process.stdin
        try:
            if pipe is not None:
                pipe.close()
        except OSError:
            return
