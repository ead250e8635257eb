"""The query files in and below a folder.

In: a path. Out: the paths of its query files, or the path itself where it is no
folder. Links to folders are followed, each folder is entered once; what hides
itself (`.git`) is passed over. No file is opened.
"""

import os
from collections.abc import Callable
from pathlib import Path

from auditql.errors import ConfigurationError
from auditql.library.files import ENDING


def query_files(path: str, on_error: Callable[[ConfigurationError], None]) -> list[str]:
    """The query files that a path stands for, in the order of their names.

    Args:
        path: a folder, or anything else, which is given back as it is.
        on_error: is told of a folder that cannot be read, that holds no query
            file, or that is named like one.
    """
    if not _is_folder(path):
        return [path]
    found: list[str] = []
    entered: set[tuple[int, int]] = set()
    failed = False

    def tell(error: OSError) -> None:
        nonlocal failed
        failed = True
        why = f"{error.filename} cannot be read: {error.strerror}"
        on_error(ConfigurationError(why))

    for folder, below, files in os.walk(path, onerror=tell, followlinks=True):
        try:
            status = Path(folder).stat()
        except OSError as error:
            tell(error)
            below.clear()
            continue
        if (status.st_dev, status.st_ino) in entered:
            below.clear()
            continue
        entered.add((status.st_dev, status.st_ino))
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in filter(_is_query, below):
            failed = True
            misnamed = f"{Path(folder, name)} is a folder, no query file"
            on_error(ConfigurationError(misnamed))
        found += (str(Path(folder, name)) for name in sorted(filter(_is_query, files)))
    if not found and not failed:
        on_error(ConfigurationError(f"{path} holds no file that ends in {ENDING}"))
    return found


def _is_folder(path: str) -> bool:
    """Whether a path is a folder; a name that no file can have is none."""
    try:
        return path != "" and Path(path).is_dir()
    except OSError:
        return False


def _is_query(name: str) -> bool:
    return name.endswith(ENDING) and not name.startswith(".")
