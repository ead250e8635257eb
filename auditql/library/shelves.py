"""Shelves: the folders that saved queries are looked for in, in their order.

In: folders and a name. Out: the file that the name stands for, or everything
that the shelves hold. The first shelf that has a name wins; one that cannot be
looked into is an error, never passed over. Nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from auditql.catalog.forms import form
from auditql.catalog.limits import FILE_BYTES
from auditql.errors import ConfigurationError
from auditql.library.files import (
    ENDING,
    SavedQuery,
    decode,
    made,
    read_text,
)

BUNDLED = "bundled"
"""What the shelf is called that auditql comes with."""


_SHOWN = 60  # characters of a name that are shown


@form
class Shelf:
    """A folder of saved queries; those in folders below it are not seen.

    Attributes:
        label: what it is called.
        folder: a folder of the disk, which need not exist, or of a package.
    """

    label: str
    folder: Traversable


@form
class Entry:
    """A saved query on a shelf, not read yet.

    Attributes:
        name: the file's name without `.aql`.
        shelf: the label of the shelf.
        file: holds the text.
        hides: the labels of later shelves that have a query of that name.
    """

    name: str
    shelf: str
    file: Traversable
    hides: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """What the file is called in messages."""
        return str(self.file)

    def text(self) -> str:
        """What it says; raises as `read_text`."""
        if isinstance(self.file, Path):
            return read_text(self.file)
        with self.file.open("rb") as file:
            return decode(file.read(FILE_BYTES + 1), self.path)

    def load(self) -> SavedQuery:
        """The saved query; raises as `auditql.library.files.load`."""
        return made(self.text(), self.name)


def is_path(argument: str) -> bool:
    """Whether a path is meant, and not the name of a saved query."""
    return argument.endswith(ENDING) or _holds_separator(argument)


def _holds_separator(text: str) -> bool:
    """Whether a name would lead into a folder."""
    return os.sep in text or (os.altsep or os.sep) in text


def bundled() -> Shelf:
    """The queries that auditql comes with."""
    return Shelf(BUNDLED, resources.files("auditql.library"))


def find(name: str, shelves: Sequence[Shelf]) -> Entry | None:
    """The saved query of that name on the first shelf that has one; None for none.

    A path is no name: what lies in folders below a shelf is not on it.

    Raises:
        ConfigurationError: a shelf before it cannot be looked into.
    """
    for shelf in () if _holds_separator(name) else shelves:
        file = shelf.folder / (name + ENDING)
        if _is_there(file, shelf):
            return Entry(name, shelf.label, file)
    return None


def entries(shelves: Sequence[Shelf]) -> tuple[Entry, ...]:
    """What `find` can find, by name.

    Raises:
        ConfigurationError: a shelf cannot be looked into.
    """
    first: dict[str, Entry] = {}
    for shelf in shelves:
        for file in _files(shelf):
            name = file.name.removesuffix(ENDING)
            found = first.get(name)
            first[name] = (
                Entry(name, shelf.label, file)
                if found is None
                else Entry(name, found.shelf, found.file, (*found.hides, shelf.label))
            )
    return tuple(first[name] for name in sorted(first))


def no_such_query(name: str, there: Sequence[Entry]) -> str:
    """What to say of a name that no shelf has.

    Args:
        name: the name.
        there: every saved query.
    """
    from auditql.diagnostics.nearest import nearest

    shown = name if len(name) <= _SHOWN else name[: _SHOWN - 1] + "…"
    said = f"there is no saved query `{shown}`"
    meant = nearest(name[:_SHOWN], [entry.name for entry in there])
    if meant:
        return f"{said}; did you mean {' or '.join(f'`{m}`' for m in meant)}?"
    for path in (name, name + ENDING):
        if _is_file(path):
            return f"{said}; for the file here write ./{path}"
    return f"{said}; `auditql queries` lists them all"


def _is_file(path: str) -> bool:
    """Whether there is such a file; a name that no file can have names none."""
    try:
        return Path(path).is_file()
    except OSError:
        return False


def _is_there(file: Traversable, shelf: Shelf) -> bool:
    """Whether anything has that name, be it readable or not."""
    if not isinstance(file, Path):
        return file.is_file()
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False  # ValueError: NUL in the name
    except OSError as error:
        if not _is_too_long(error):
            raise _closed(shelf, error) from error
        return False
    return True


def _files(shelf: Shelf) -> Iterator[Traversable]:
    """All that is named like a saved query; what hides itself is none."""
    try:
        for file in shelf.folder.iterdir():
            if file.name.endswith(ENDING) and not file.name.startswith("."):
                yield file
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise _closed(shelf, error) from error


def _is_too_long(error: OSError) -> bool:
    from errno import ENAMETOOLONG

    return error.errno == ENAMETOOLONG


def _closed(shelf: Shelf, error: OSError) -> ConfigurationError:
    return ConfigurationError(f"{shelf.folder} cannot be read: {error.strerror}")
