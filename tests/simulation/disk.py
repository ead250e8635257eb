"""A folder, and what of it outlives the end of a run.

In: a folder in memory that a run writes into through the system as ever. Out:
its files as a kill or a power cut leaves them. What a process still holds in
its own buffers is in neither; after a power cut only what was synced is sure:
a file keeps what it held then and some of what came since, torn anywhere, and
names are as they are now or as they were when the folder was synced.

Every sync, rename, removal and cutting is a step of the disk, once before it
is done and once after it, so that a run can be ended between any two.
"""

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

Files = Mapping[str, bytes]
"""Names and contents."""

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made there
_PRIVATE = 0o600


@contextmanager
def a_disk() -> Iterator["Disk"]:
    """An empty disk, gone afterwards."""
    where = _IN_MEMORY if _IN_MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="auditql-", dir=where) as folder:
        yield Disk(Path(folder))


class Disk:
    """A folder without folders in it.

    Attributes:
        folder: where it is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._synced: dict[int, bytes] = {}
        self._names: dict[str, int] = {}

    @property
    def files(self) -> Files:
        """What a process that begins now finds."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}

    def restore(self, files: Files) -> None:
        """Hold these files and no others, all of them synced."""
        for path in self.folder.iterdir():
            path.unlink()
        for name, content in files.items():
            path = self.folder / name
            path.write_bytes(content)
            path.chmod(_PRIVATE)
        self._names = self._inodes()
        self._synced = {inode: files[name] for name, inode in self._names.items()}

    def after_power_cut(self, random: Random) -> Files:
        """What is found after the power was cut just now."""
        now = self._inodes()
        contents = {inode: (self.folder / name) for name, inode in now.items()}
        names = now if random.random() < 0.5 else self._names
        return {
            name: _kept(self._synced.get(inode, b""), contents.get(inode), random)
            for name, inode in names.items()
        }

    @contextmanager
    def watched(self, step: Callable[[], None]) -> Iterator[None]:
        """Take note of what is synced; `step` is called at every step of the disk."""
        sync, cut = os.fsync, os.ftruncate
        replace, unlink = Path.replace, Path.unlink

        def around(right: Callable[..., object], *given: object) -> object:
            step()
            found = right(*given)
            step()
            return found

        def noted(handle: int) -> None:
            sync(handle)
            self._note(handle)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "fsync", lambda *g: around(noted, *g))
            patch.setattr(os, "ftruncate", lambda *g: around(cut, *g))
            patch.setattr(Path, "replace", lambda *g: around(replace, *g))
            patch.setattr(Path, "unlink", lambda *g, **n: around(_with(unlink, n), *g))
            yield

    def _note(self, handle: int) -> None:
        found = os.fstat(handle)
        if stat.S_ISDIR(found.st_mode):
            self._names = self._inodes()
            return
        for name, inode in self._inodes().items():
            if inode == found.st_ino:
                self._synced[inode] = (self.folder / name).read_bytes()

    def _inodes(self) -> dict[str, int]:
        return {entry.name: entry.inode() for entry in os.scandir(self.folder)}


def _with(
    right: Callable[..., object], named: Mapping[str, object]
) -> Callable[..., object]:
    return lambda *given: right(*given, **named)


def _kept(synced: bytes, path: Path | None, random: Random) -> bytes:
    """What is left of a file: all that was synced, and some of what came since."""
    now = synced if path is None else path.read_bytes()
    if not now.startswith(synced):
        return random.choice((synced, now))
    return now[: random.randint(len(synced), len(now))]
