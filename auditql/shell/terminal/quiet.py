"""A terminal that does not echo, while nobody is asked to type.

In: a block of work. Out: keys that were typed meanwhile wait, whole, for the next
prompt; Ctrl-C is a signal all the same.
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


@contextmanager
def quiet() -> Iterator[None]:
    """Let the terminal be quiet; as it was before, afterwards, if it is still there."""
    if not HAS_TERMIOS or sys.stdin is None or not sys.stdin.isatty():
        yield
        return
    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    silent = list(before)
    silent[3] = before[3] & ~(termios.ECHO | termios.ICANON)
    try:
        termios.tcsetattr(handle, termios.TCSANOW, silent)
        yield
    finally:
        with suppress(termios.error):  # it has gone
            termios.tcsetattr(handle, termios.TCSANOW, before)
