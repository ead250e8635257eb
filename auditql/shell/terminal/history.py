"""What was typed, in a file of each profile that nobody else can read.

In: entries, one after another. Out: those of before. One line of the file is one
entry as a JSON text, the newest last. Whatever is wrong with the file is said once;
the shell goes on without it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from auditql.errors import ConfigurationError
from auditql.shell.credentials import holds_credential

MOST = 10_000
"""Entries that are kept."""

_MOST_BYTES = 32 * 1024 * 1024
_LONGEST = 64 * 1024  # characters of an entry that is kept in the file


def folder() -> Path:
    """Where the files are; it need not exist."""
    from auditql.runtime.profiles.folders import state_folder

    return state_folder() / "history"


class History:
    """The entries of one profile, oldest first."""

    def __init__(
        self,
        path: Path | None,
        warn: Callable[[str], object],
        secrets: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        """Read nothing yet.

        Args:
            path: the file; None keeps nothing.
            warn: told, once, why the file is not used.
            secrets: gives the texts that never get in, as they are known by then.
        """
        self._path = path
        self._warn = warn
        self._secrets = secrets
        self._entries: dict[str, None] = {}
        self._is_read = False

    def entries(self) -> tuple[str, ...]:
        """All of them, oldest first; read when first asked for."""
        if not self._is_read:
            self._is_read = True
            self._read()
        return tuple(self._entries)

    def add(self, text: str) -> None:
        """Take in an entry; none that begins with a blank or tells a secret."""
        if not text.strip() or text[0].isspace():
            return
        if holds_credential(text, self._secrets()):
            return
        self.entries()
        is_newest = bool(self._entries) and next(reversed(self._entries)) == text
        self._entries.pop(text, None)
        self._entries[text] = None
        if not is_newest and len(text) <= _LONGEST:
            self._append(text)

    def _read(self) -> None:
        from auditql.runtime.profiles import private

        if self._path is None:
            return
        try:
            content = private.read(self._path, most_bytes=_MOST_BYTES)
            lines = [] if content is None else content.splitlines()
            for line in lines:
                self._take(line)
            while len(self._entries) > MOST:
                del self._entries[next(iter(self._entries))]
            if len(lines) > len(self._entries) + MOST // 10:
                self._rewrite()
        except ConfigurationError as error:
            self._give_up(str(error))

    def _take(self, line: bytes) -> None:
        try:
            text = json.loads(line)
        except ValueError:
            return  # a line that was cut off
        if isinstance(text, str) and text.strip():
            self._entries.pop(text, None)
            self._entries[text] = None

    def _rewrite(self) -> None:
        """Write each entry once; what another shell added meanwhile is in it."""
        from auditql.runtime.profiles import private

        assert self._path is not None
        with private.locked(self._path.parent):
            content = private.read(self._path, most_bytes=_MOST_BYTES) or b""
            self._entries.clear()
            for line in content.splitlines():
                self._take(line)
            while len(self._entries) > MOST:
                del self._entries[next(iter(self._entries))]
            private.replace(self._path, b"".join(map(_line, self._entries)))

    def _append(self, text: str) -> None:
        from auditql.runtime.profiles import private

        if self._path is None:
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        try:
            with private.locked(self._path.parent):
                handle = os.open(self._path, flags, 0o600)
                try:
                    os.write(handle, _line(text))
                finally:
                    os.close(handle)
        except ConfigurationError as error:
            self._give_up(str(error))
        except OSError as error:
            self._give_up(f"{self._path} cannot be written: {error.strerror}")

    def _give_up(self, why: str) -> None:
        self._path = None
        self._warn(f"{why}; what is typed is not kept")


def _line(text: str) -> bytes:
    return json.dumps(text).encode("ascii") + b"\n"
