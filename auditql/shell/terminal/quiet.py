"""A terminal that does not echo, while nobody is asked to type.

In: blocks of work. Out: keys that were typed meanwhile wait, whole, for the next
prompt; Ctrl-C is a signal all the same. Whoever is given the terminal in between, a
pager or an editor, finds it as it was at first.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

try:
    import termios
except ImportError:  # Windows: its console has modes of another kind
    HAS_TERMIOS = False
else:
    HAS_TERMIOS = True

Modes = list[int | list[bytes | int]]

_LOCAL = 3  # the place of the local modes


class Quiet:
    """The modes of the terminal on standard input; without one, nothing is done."""

    def __init__(self) -> None:
        """Change nothing yet."""
        self._usual: Modes | None = None
        self._is_lent = False

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Let the terminal be quiet; as it was found, afterwards."""
        found = _modes()
        if found is None:
            yield
            return
        outer = self._usual
        if outer is None or _echoes(found):
            self._usual = found
        try:
            _set(_silent(found))
            yield
        finally:
            self._usual = outer
            _set(found)

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """Let the terminal be as it was before it was quiet; quiet, afterwards."""
        if self._usual is None:
            yield
            return
        usual = self._usual
        self._is_lent = True
        _set(usual)
        try:
            yield
        finally:
            _set(_silent(usual))
            self._is_lent = False

    def again(self) -> None:
        """Be quiet again: who had the terminal while we were stopped has set it."""
        if self._usual is not None and not self._is_lent:
            _set(_silent(self._usual))


def _modes() -> Modes | None:
    """The modes now; None where there is no terminal."""
    if not HAS_TERMIOS or sys.stdin is None or not sys.stdin.isatty():
        return None
    return list(termios.tcgetattr(sys.stdin.fileno()))


def _set(modes: Modes) -> None:
    with suppress(termios.error):  # it has gone
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, modes)


def _echoes(modes: Modes) -> bool:
    return bool(_local(modes) & termios.ECHO)


def _silent(modes: Modes) -> Modes:
    """The modes, without echo, each key by itself."""
    silent = list(modes)
    silent[_LOCAL] = _local(modes) & ~(termios.ECHO | termios.ICANON)
    return silent


def _local(modes: Modes) -> int:
    local = modes[_LOCAL]
    assert isinstance(local, int)
    return local
