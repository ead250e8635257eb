"""An answer written into a folder of Parquet, a file a month, whole or not at all.

In: records, as they arrive. Out: `month=2026-03/auditql.parquet` and so on, once all
of the answer is there; until then nothing of the folder is changed but a folder of
parts with a hidden name, which engines leave out.

A month that the folder holds already is replaced where the answer holds all that it
held, and the answer is refused where it does not: no record is lost, and none is
there two times.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from itertools import groupby
from pathlib import Path

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.diagnostics.safe_text import safe_text
from auditql.errors import OutputError, RunError
from auditql.providers.lake.engine import Engine, exactly
from auditql.providers.lake.months import FILE, KEY, folder_of, month_of
from auditql.providers.lake.parts import MANIFEST, Made, Part, synced

PARTS = ".auditql.part"
"""The folder of parts, in the lake."""

UNFINISHED = "_unfinished"
"""There while files come under their names: whoever reads then may miss the months
that it names. It outlives a run that is killed just then."""


@form
class Written:
    """What was written.

    Attributes:
        files: one a month, as they stand in the lake, newest first as they came.
        rows: how many they hold together.
    """

    files: tuple[Made, ...]
    rows: int


class LakeWriter:
    """Writes one answer; used as `with LakeWriter(…) as lake:`.

    Left without `commit`, the folder is as it was.
    """

    def __init__(
        self, folder: str, about: Mapping[str, str], *, in_order: bool
    ) -> None:
        """Open the folder, for nobody else to write.

        Args:
            folder: of the lake; made where there is none.
            about: what each file says of itself, by name.
            in_order: records come in the order of time, either way: a month is
                over once another begins.

        Raises:
            ConfigurationError: DuckDB is not installed.
            OutputError: it cannot be written there, or another run is at it.
        """
        self._about = dict(about)
        self._in_order = in_order
        self._open: dict[str, Part] = {}
        self._made: dict[str, Made] = {}
        self._span = ("", 0, 0)
        self._closing = ExitStack()
        try:
            self._lake = Path(os.path.realpath(folder))
            self._parts = self._lake / PARTS
            with self._closing as closing:
                self._begin(closing)
                self._engine = closing.enter_context(
                    Engine(str(self._parts), [str(self._lake)])
                )
                self._closing = closing.pop_all()
        except (OSError, ValueError) as error:  # ValueError: NUL in the name
            raise _failure(folder, error) from error

    def _begin(self, closing: ExitStack) -> None:
        new = [p for p in (self._lake, *self._lake.parents) if not p.exists()]
        for path in reversed(new):
            path.mkdir(mode=0o700)
            closing.callback(_forget, path)
        lock = os.open(self._lake, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        closing.callback(os.close, lock)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(
                f"{self._lake} cannot be written: another run is writing it"
            ) from None
        self._check_folder()
        if self._parts.is_symlink() or self._parts.exists():
            shutil.rmtree(self._parts)  # of a run that was killed
        self._parts.mkdir(mode=0o700)
        closing.callback(shutil.rmtree, self._parts, ignore_errors=True)

    def __enter__(self) -> LakeWriter:
        """The writer itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Remove the parts."""
        self._closing.close()

    def _check_folder(self) -> None:
        """See that the lake holds months alone.

        Raises:
            OutputError: it does not.
        """
        for path in _seen(self._lake):
            if not (path.is_dir() and path.name.startswith(f"{KEY}=")):
                raise _other(self._lake, path.name)

    async def add(self, records: Sequence[Record]) -> None:
        """Write records; those of a month that is over become its file.

        Raises:
            OutputError: they cannot be written.
            RunError: a month comes again that was over.
        """
        for month, some in groupby(records, self._month):
            if month in self._made:
                raise RunError("records came out of order: nothing is written")
            if self._in_order and month not in self._open:
                await self._make(list(self._open))
            if month not in self._open:
                self._open[month] = Part(self._parts, month)
            try:
                self._open[month].add(some)
            except OSError as error:
                raise _failure(str(self._lake), error) from error

    def _month(self, record: Record) -> str:
        month, start, end = self._span
        if not start <= record.created_s < end:
            self._span = month_of(record.created_s)
            month = self._span[0]
        return month

    async def finish(self) -> Written:
        """Make the files of all months; nothing is under its name yet.

        Raises:
            OutputError: it cannot be written, or a month that is there already
                holds what the answer lacks.
        """
        await self._make(list(self._open))
        for made in self._made.values():
            await self._check(made)
        files = tuple(self._made.values())
        return Written(files, sum(made.rows for made in files))

    async def _make(self, months: Iterable[str]) -> None:
        for month in months:
            part = self._open.pop(month)
            try:
                self._made[month] = await part.made(self._engine, self._about)
            except RunError as error:
                raise OutputError(f"{self._lake} cannot be written: {error}") from error
            except OSError as error:
                raise _failure(str(self._lake), error) from error

    async def _check(self, made: Made) -> None:
        """See that nothing is lost, and nothing doubled, where a month is there.

        Raises:
            OutputError: it would be.
        """
        folder = folder_of(self._lake, made.month)
        if not folder.exists():
            return
        others = [path.name for path in _seen(folder) if path.name != FILE]
        if others:
            raise _other(folder, others[0])
        old = folder / FILE
        if not old.exists():
            return
        table = "SELECT id, created_at, md5(record) FROM read_parquet(?)"
        sql = f"SELECT count(*) FROM ({table} EXCEPT ALL {table})"  # noqa: S608 - of our own
        try:
            ((lost,),) = await self._engine.run(
                sql, (exactly(str(old)), exactly(str(made.path)))
            )
        except RunError as error:
            raise OutputError(
                f"{old} is no export of auditql, so it is not replaced: {error}"
            ) from error
        if lost:
            number = f"{lost:,} record" + ("s" if lost != 1 else "")
            raise OutputError(
                f"{old} holds {number} that this answer lacks, so it is not replaced;"
                " choose another folder, or remove that month"
            )

    def commit(self) -> None:
        """Put every file under its name, once it is on the disk.

        Raises:
            OutputError: it could not be; files that are there already are whole.
        """
        try:
            left = set(unfinished(self._lake)) - self._made.keys()
            if self._made:
                self._mark(left | self._made.keys())
            for made in self._made.values():
                folder = folder_of(self._lake, made.month)
                folder.mkdir(mode=0o700, exist_ok=True)
                names = made.names
                if MANIFEST not in (name for _, name in names):
                    # It would be of another file: the old one is without it first.
                    (folder / MANIFEST).unlink(missing_ok=True)
                    synced(folder)
                for path, name in names:
                    path.replace(folder / name)
                synced(folder)
            synced(self._lake)
            self._mark(left)
        except OSError as error:
            raise _failure(str(self._lake), error) from error

    def _mark(self, months: Iterable[str]) -> None:
        """Say which months may be missing; with none, nothing is said.

        Raises:
            OSError: it cannot be.
        """
        mark = self._lake / UNFINISHED
        text = "".join(f"{month}\n" for month in sorted(months))
        if text:
            new = self._parts / UNFINISHED
            new.write_text(text, "utf-8")
            new.chmod(0o600)
            synced(new)
            new.replace(mark)
        else:
            mark.unlink(missing_ok=True)
        synced(self._lake)


def unfinished(lake: Path) -> tuple[str, ...]:
    """The months that may be missing from a lake, because an export was killed.

    Raises:
        OSError: that cannot be found out.
    """
    try:
        return tuple((lake / UNFINISHED).read_text("utf-8").split())
    except FileNotFoundError:
        return ()


def _seen(folder: Path) -> list[Path]:
    """What engines see in a folder."""
    return [p for p in sorted(folder.iterdir()) if not p.name.startswith(("_", "."))]


def _forget(path: Path) -> None:
    """Remove a folder that we made, if it is empty."""
    with suppress(OSError):
        path.rmdir()


def _other(folder: Path, name: str) -> OutputError:
    return OutputError(
        f"{folder} holds {safe_text(name)}, which no export of auditql wrote: an engine"
        " would read both together; choose another folder"
    )


def _failure(path: str, error: OSError | ValueError) -> OutputError:
    why = getattr(error, "strerror", None) or "the name cannot be used"
    return OutputError(f"{path} cannot be written: {why}")
