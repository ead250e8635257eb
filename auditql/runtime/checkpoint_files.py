"""Where checkpoints are, and how they are kept so that a kill leaves a whole one.

In: a checkpoint and a path, or what `--resume` names. Out: a file that only its
owner can read, replaced whole or not at all; the checkpoint that it holds.
"""

import os
import secrets
import time
from pathlib import Path

from auditql.errors import ConfigurationError
from auditql.runtime import checkpoint
from auditql.runtime.checkpoint import Checkpoint
from auditql.runtime.profiles import private
from auditql.runtime.writer import RESUME, SUFFIX

MOST_BYTES = 16 * 1024 * 1024
"""Longest checkpoint that is read: of 100,000 ids and a query as long as one may be."""

MOST_KEPT = 100
"""Most checkpoints of standard output that are kept."""


def of_part(path: Path) -> str:
    """The file that a checkpoint lets go on: FILE of `FILE.part.resume`."""
    return str(path).removesuffix(SUFFIX + RESUME)


def named(argument: str) -> Path:
    """The checkpoint that `--resume` names: that of a file, or itself.

    A file's is looked for first, beside the file that a symbolic link leads to.
    """
    target = Path(os.path.realpath(argument))
    beside = target.with_name(target.name + SUFFIX + RESUME)
    if not os.path.lexists(beside) and argument.endswith(RESUME):
        return Path(argument).absolute()
    return beside


def load(path: Path) -> Checkpoint:
    """The checkpoint in a file.

    Raises:
        ConfigurationError: there is none, it cannot be trusted, or it is damaged.
    """
    content = private.read(path, most_bytes=MOST_BYTES)
    if content is None:
        raise ConfigurationError(
            f"there is nothing to go on with: no {path}. An answer leaves one when it "
            "stops early, in the order of time, as jsonl, json, csv or tsv; every "
            "other is run again from the beginning"
        )
    return checkpoint.from_bytes(content, str(path))


def save(path: Path, kept: Checkpoint) -> None:
    """Put a checkpoint in the place of the one before, for good.

    Raises:
        ConfigurationError: it cannot be written; the one before is still there.
    """
    private.replace(path, checkpoint.to_bytes(kept))


def new_path() -> Path:
    """A path for the checkpoint of an answer on standard output.

    The oldest of those that nobody went on with are forgotten.

    Raises:
        ConfigurationError: the folder of the user's state cannot be used.
    """
    import platformdirs

    folder = Path(platformdirs.user_state_dir("auditql", appauthor=False), "resume")
    if not folder.is_absolute():
        raise ConfigurationError("there is no home to keep the state of a run in")
    with private.locked(folder):
        old = sorted(folder.glob(f"*{RESUME}"))
        for path in old[: max(0, len(old) - MOST_KEPT + 1)]:
            path.unlink(missing_ok=True)
        began = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        return folder / f"{began}-{secrets.token_hex(4)}{RESUME}"
