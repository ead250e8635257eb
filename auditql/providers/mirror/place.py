"""Where a mirror is, and the rights of what is there.

In: a path. Out: nothing, or ConfigurationError: the log of a company is for one
person's eyes, so the file is 0600, its folder is not for others to write in, and a
link in its place is not followed.
"""

import os
import stat
from pathlib import Path

from auditql.catalog.forms import form
from auditql.errors import ConfigurationError

_OTHERS = 0o077
_OTHERS_WRITE = 0o022


@form
class Place:
    """The file of a mirror, and whose log it holds.

    Attributes:
        path: the file.
        origin: as a connection has it: `https://acme.zendesk.com`.
    """

    path: Path
    origin: str

    @property
    def lock(self) -> Path:
        """The file that the one who writes holds."""
        return self.path.with_name(self.path.name + ".lock")

    @property
    def log(self) -> Path:
        """The file that SQLite writes first."""
        return beside(self.path)[0]

    @property
    def beside(self) -> tuple[Path, ...]:
        """The files that SQLite has beside it, while it is open and after a kill."""
        return beside(self.path)


def beside(path: Path) -> tuple[Path, Path]:
    """The log of a file of SQLite, and the file by which its readers share memory."""
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def check(place: Place) -> bool:
    """Whether the file is there; it and what is beside it are for us alone.

    Raises:
        ConfigurationError: a link, another's, or open to others.
    """
    for path in (place.path, *place.beside, place.lock):
        try:
            status = path.lstat()
        except FileNotFoundError:
            if path == place.path:
                return False
            continue
        except (OSError, ValueError) as error:
            raise unusable(path, error) from error
        _check_file(path, status)
    _check_folder(place.path.parent)
    return True


def make_folder(folder: Path) -> None:
    """Make a folder where there is none, and those above it, for us alone.

    Raises:
        ConfigurationError: it cannot be made, or others can write in it.
    """
    try:
        _make(folder)
    except (OSError, ValueError) as error:
        raise unusable(folder, error) from error
    _check_folder(folder)


def make_file(path: Path) -> None:
    """Make an empty file for us alone, for good; one that is there stays as it is.

    Raises:
        ConfigurationError: it cannot be made, or a link is in its place.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        is_new = not path.exists()
        os.close(os.open(path, flags, 0o600))
        if is_new:
            sync_folder(path.parent)
    except (OSError, ValueError) as error:
        if path.is_symlink():
            raise _is_link(path) from error
        raise unusable(path, error) from error


def sync_folder(folder: Path) -> None:
    """Let a file that was made or renamed there outlive a power cut.

    Raises:
        OSError: it cannot be.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def unusable(path: Path, error: OSError | ValueError) -> ConfigurationError:
    """The error of a path that the system refuses."""
    why = getattr(error, "strerror", None) or "the name cannot be used"
    return ConfigurationError(f"{path} cannot be used: {why}")


def _make(folder: Path) -> None:
    if folder.is_dir():
        return
    if folder.parent != folder:
        _make(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def _check_folder(folder: Path) -> None:
    try:
        status = folder.stat()
    except OSError as error:
        raise unusable(folder, error) from error
    if os.name == "posix" and status.st_mode & _OTHERS_WRITE:
        raise ConfigurationError(
            f"others can write in {folder}; run `chmod 700 {folder}`"
        )


def _check_file(path: Path, status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise _is_link(path)
    if not stat.S_ISREG(status.st_mode):
        raise ConfigurationError(f"{path} is no regular file; move it away")
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        raise ConfigurationError(f"{path} belongs to another user; move it away")
    if os.name == "posix" and status.st_mode & _OTHERS:
        mode = stat.S_IMODE(status.st_mode)
        raise ConfigurationError(
            f"others can read {path} (mode {mode:04o}); run `chmod 600 {path}`"
        )


def _is_link(path: Path) -> ConfigurationError:
    return ConfigurationError(
        f"{path} is a symbolic link, which is not followed; put the file itself there"
    )
