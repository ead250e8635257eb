"""The shelves of this user: where `run NAME` looks for saved queries.

In: nothing. Out: shelves in the order that they are looked at; no folder is
read or made here.
"""

from pathlib import Path

from auditql.library.shelves import Shelf, bundled
from auditql.runtime.profiles.folders import data_folder

HERE = Path("queries")
"""The folder of saved queries where the program is started."""


def shelves() -> tuple[Shelf, ...]:
    """`./queries`, the user's own, and what auditql comes with."""
    return (Shelf("./queries", HERE), Shelf("yours", own_folder()), bundled())


def own_folder() -> Path:
    """The user's own saved queries; the folder need not exist."""
    return data_folder() / "queries"
