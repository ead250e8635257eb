"""A long text in the person's pager, while it comes.

In: text, in pieces. Out: nothing. A pager that ends early, or was never there, is no
fault: what is written to it then goes nowhere, and the shell lives on.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Mapping

_USUAL = ("less", "-FRX")


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
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE)  # noqa: S603

    def write(self, text: str) -> None:
        """Show more, if it still looks."""
        pipe = self._process.stdin
        if pipe is None or pipe.closed:
            return
        try:
            pipe.write(text.encode("utf-8", "backslashreplace"))
            pipe.flush()
        except OSError:
            self._close()

    def end(self) -> None:
        """Wait until the person has seen it."""
        self._close()
        while True:
            try:
                self._process.wait()
            except KeyboardInterrupt:
                continue  # the pager's own affair
            return

    def _close(self) -> None:
        pipe = self._process.stdin
        try:
            if pipe is not None:
                pipe.close()
        except OSError:
            return
