"""The part of one month: lines while records come, Parquet once all are there.

In: records of a month. Out: a file of Parquet that is on the disk, in the folder of
parts, and what is known of it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.errors import OutputError
from auditql.providers.lake.engine import exactly
from auditql.providers.lake.months import FILE
from auditql.providers.lake.table import columns_altered, lines, selected

if TYPE_CHECKING:
    from auditql.providers.lake.engine import Engine

MONTH = "auditql_month"
"""What a file says of itself: the month that it holds, each record of it once."""

IDS, DISTINCT = "auditql_ids", "distinct"
"""What a file says of itself where no id is there two times."""

TEXTS_ALTERED = "auditql_altered"
"""What a file says of itself: the columns of which a text is not as in the record."""

MANIFEST = "_manifest.json"
"""The manifest beside a file; engines leave out what begins so."""

_LEAST = 1024 * 1024
_PIECE = 1024 * 1024


@form
class Made:
    """The file of a month.

    Attributes:
        month: `2026-03`.
        path: where it is as a part.
        rows: how many it holds.
        bytes: how long it is.
        sha256: of them, in hexadecimal digits.
    """

    month: str
    path: Path
    rows: int
    bytes: int
    sha256: str

    @property
    def manifest(self) -> Path:
        """Where its manifest is as a part, if there is any."""
        return self.path.with_suffix(".json")

    def describe(self, text: str) -> None:
        """Write its manifest, as a part.

        Raises:
            OutputError: it cannot be written.
        """
        try:
            self.manifest.write_text(text, "ascii")
            self.manifest.chmod(0o600)
            synced(self.manifest)
        except OSError as error:
            raise OutputError(f"a manifest cannot be written: {error}") from error

    @property
    def names(self) -> tuple[tuple[Path, str], ...]:
        """What comes under a name, and the name, its manifest before it."""
        file = ((self.path, FILE),)
        return (((self.manifest, MANIFEST), *file)) if self.manifest.exists() else file


class Part:
    """The records of one month."""

    def __init__(self, folder: Path, month: str) -> None:
        """Write nothing yet."""
        self._month = month
        self._lines = folder / f"{month}.jsonl"
        self._path = folder / f"{month}.parquet"
        self._longest = _LEAST
        self._rows = 0

    def add(self, records: Iterable[Record]) -> None:
        """Write them down.

        Raises:
            OSError: they cannot be written.
        """
        found = lines(records)
        self._rows += len(found)
        self._longest = max(self._longest, *map(len, found))
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self._lines, flags, 0o600)
        with os.fdopen(descriptor, "a", encoding="ascii") as file:
            file.writelines(found)

    async def made(self, engine: Engine, about: Mapping[str, str]) -> Made:
        """The file of all that was written down.

        Args:
            engine: makes it.
            about: what it says of itself, by name.

        Raises:
            OSError, RunError: it cannot be written.
        """
        said = {**about, MONTH: self._month}
        selection = selected(_quoted(exactly(str(self._lines))), self._longest)
        sql = (
            f"SELECT count(*) = count(DISTINCT id), {columns_altered()}"  # noqa: S608 - of our own
            f" FROM ({selection})"
        )
        ((is_distinct, altered),) = await engine.run(sql)
        said[TEXTS_ALTERED] = str(altered)
        if is_distinct:
            said[IDS] = DISTINCT
        pairs = ", ".join(f"{name}: {_quoted(text)}" for name, text in said.items())
        found = await engine.run(
            f"COPY ({selection}) TO {_quoted(str(self._path))} (FORMAT parquet,"
            f" COMPRESSION zstd, KV_METADATA {{{pairs}}})"
        )
        assert found == [(self._rows,)], "every line is a row"
        self._lines.unlink()
        self._path.chmod(0o600)
        synced(self._path)
        size, sha256 = _hashed(self._path)
        return Made(self._month, self._path, self._rows, size, sha256)


def synced(path: Path) -> None:
    """Put a file, or the names in a folder, on the disk.

    Raises:
        OSError: it cannot be.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _hashed(path: Path) -> tuple[int, str]:
    hash_, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            hash_.update(piece)
            size += len(piece)
    return size, hash_.hexdigest()
