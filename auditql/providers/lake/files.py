"""Which files of Parquet are read, and whether they stay as they are meanwhile.

In: patterns and names, as they are written behind `--from`. Out: the files, each
once, in the order of their names. Only what is on this machine is read.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import Path

from auditql.catalog.forms import form
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity
from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError, RunError
from auditql.providers.lake.months import KEY
from auditql.providers.lake.writer import unfinished

SUFFIX = ".parquet"

_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PIECE = 1024 * 1024
_HIDDEN = ("_", ".")


@form
class LakeFile:
    """One file.

    Attributes:
        path: of the file, as a pattern found it.
        size: in bytes.
        changed_ns: when somebody wrote into it, as its file system has it.
        number: of the file on its disk.
    """

    path: str
    size: int
    changed_ns: int
    number: int

    def check_same(self) -> None:
        """Make sure that it is still the file that it was.

        Raises:
            RunError: it is not.
        """
        try:
            same = _found(self.path) == self
        except OSError:
            same = False
        if not same:
            raise RunError(
                f"{self.path} was changed while it was read; run the query again"
            )

    def sha256(self) -> str:
        """Of its bytes, in hexadecimal digits.

        Raises:
            RunError: it cannot be read.
        """
        hash_ = hashlib.sha256()
        try:
            with Path(self.path).open("rb") as file:
                while piece := file.read(_PIECE):
                    hash_.update(piece)
        except OSError as error:
            raise RunError(f"{self.path} cannot be read: {error.strerror}") from error
        return hash_.hexdigest()


def is_parquet(name: str) -> bool:
    """Whether a name or a pattern is of files of Parquet, as far as it tells."""
    return name.lower().endswith(SUFFIX)


def found(patterns: Sequence[str]) -> tuple[LakeFile, ...]:
    """The files of patterns such as `lake/**/*.parquet`.

    A folder stands for all files of Parquet in it. What is hidden, as parts of an
    export are, is only read where its own name is written.

    Raises:
        ConfigurationError: a pattern finds none, or a file cannot be read.
    """
    files: dict[str, LakeFile] = {}
    for pattern in patterns:
        for path in _paths(pattern):
            try:
                file = _found(path)
                path.encode("utf-8")
            except OSError as error:
                raise ConfigurationError(
                    f"{safe_text(path)} cannot be read: {error.strerror}"
                ) from error
            except UnicodeEncodeError:
                raise ConfigurationError(
                    f"{safe_text(path)} cannot be read: its name is no UTF-8"
                ) from None
            files.setdefault(os.path.realpath(path), file)
    return tuple(sorted(files.values(), key=lambda file: file.path))


def _paths(pattern: str) -> list[str]:
    """The paths of a pattern; at least one.

    Raises:
        ConfigurationError: there is none.
    """
    shown = safe_text(pattern)
    if _ELSEWHERE.match(pattern):
        raise ConfigurationError(
            f"{shown} is not on this machine: an engine reads it, with --source URL"
        )
    try:
        if os.path.lexists(pattern) and not os.path.isdir(pattern):  # noqa: PTH112 - raises nothing
            return [pattern]
        root = _written_out(pattern)
        missing = f"{shown}: there is no such file"
        if os.path.isdir(pattern):  # noqa: PTH112 - as above
            root = Path(pattern)
            missing = (
                f"{shown}: there is no file of Parquet in it; name files of another"
                " kind one by one"
            )
            pattern = os.path.join(glob.escape(pattern), "**", f"*{SUFFIX}")  # noqa: PTH118 - a pattern, no path
        paths = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - as it is written
    except ValueError:  # NUL in the name
        raise ConfigurationError(
            f"{shown} cannot be read: the name cannot be used"
        ) from None
    seen = [p for p in paths if not _is_hidden(p, root) and os.path.isfile(p)]  # noqa: PTH113 - as above
    if not seen:
        raise ConfigurationError(missing)
    return seen


def _written_out(pattern: str) -> Path:
    """The folders that a pattern begins with by their own names."""
    return Path(*takewhile(lambda part: not glob.has_magic(part), Path(pattern).parts))


def _is_hidden(path: str, root: Path) -> bool:
    """Whether anything is hidden of what was found below a folder."""
    found = Path(path).relative_to(root).parts
    return any(p.startswith(_HIDDEN) and p not in (".", "..") for p in found)


def _found(path: str) -> LakeFile:
    status = Path(path).stat()
    return LakeFile(path, status.st_size, status.st_mtime_ns, status.st_ino)


def missing_months(files: Sequence[LakeFile]) -> tuple[str, ...]:
    """What an export that was killed may have left out of the lakes of files.

    Raises:
        ConfigurationError: that cannot be found out.
    """
    return missing_below(Path(file.path).parent for file in files)


def missing_below(folders: Iterable[Path]) -> tuple[str, ...]:
    """The same of folders: months, or lakes themselves.

    Raises:
        ConfigurationError: that cannot be found out.
    """
    lakes = {
        folder.parent if folder.name.startswith(f"{KEY}=") else folder
        for folder in map(Path.absolute, folders)
    }
    missing: list[str] = []
    for lake in sorted(lakes):
        try:
            missing += unfinished(lake)
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"{lake} cannot be read") from error
    return tuple(missing)


def missing_warning(months: Iterable[str]) -> Diagnostic:
    """What is to be said of them."""
    named = ", ".join(months)
    return Diagnostic(
        Code.MORE_RECORDS,
        f"an export was killed before its end: of {named} records may be missing",
        help="run that export again",
        severity=Severity.WARNING,
    )
