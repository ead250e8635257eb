"""Folders for what is only needed while a run lasts, gone however it ends.

In: nothing. Out: a folder for this user alone. Where a run is cut short, whoever ends
the process has them removed: nothing is loaded for that any more.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_TRIES = 5
_left: set[str] = set()


@contextmanager
def scratch_folder() -> Iterator[str]:
    """A new empty folder, removed with all that is in it.

    Python's own search for a place tries each with a file, which an interrupt in
    that moment leaves behind; here the folder is what is tried.

    Raises:
        ConfigurationError: there is no place for it.
    """
    import secrets

    name = f"auditql-{secrets.token_hex(8)}"
    for place in _places():
        path = os.path.join(os.path.abspath(place), name)  # noqa: PTH100, PTH118 - a text, as it is kept
        _left.add(path)  # before it is there: an interrupt may come in between
        try:
            try:
                os.mkdir(path, 0o700)  # noqa: PTH102 - as above; one that is there is refused
            except OSError:
                continue
            yield path
            return
        finally:
            _remove(path)
            _left.discard(path)
    from auditql.errors import ConfigurationError  # not for `--version`: it is slow

    raise ConfigurationError("no folder for temporary files can be written: set TMPDIR")


def _places() -> Iterator[str]:
    yield from filter(None, map(os.environ.get, ("TMPDIR", "TEMP", "TMP")))
    yield from ("/tmp", "/var/tmp", "/usr/tmp", ".")  # noqa: S108 - a new folder of our own in it


def remove_scratch() -> None:
    """Remove all that are left, while whoever made them may still be at it."""
    for path in tuple(_left):
        _remove(path)


def _remove(path: str) -> None:
    for _ in range(_TRIES):  # what still runs may add to it meanwhile
        for folder, folders, files in os.walk(path, topdown=False):
            for name in files:
                with suppress(OSError):
                    os.unlink(os.path.join(folder, name))  # noqa: PTH108, PTH118 - as above
            for name in folders:
                with suppress(OSError):
                    os.rmdir(os.path.join(folder, name))  # noqa: PTH106, PTH118 - as above
        with suppress(OSError):
            os.rmdir(path)  # noqa: PTH106 - as above
        if not os.path.lexists(path):
            return
