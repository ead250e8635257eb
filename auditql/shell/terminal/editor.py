"""A text written in the person's own editor.

In: a text. Out: what they made of it, or None where they gave it up. The file is
theirs alone while it is there, and gone afterwards.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from auditql.errors import ConfigurationError

_USUAL = "vi"
_MOST_BYTES = 1024 * 1024


def edited(text: str, environment: Mapping[str, str]) -> str | None:
    """The text as it was left in `$VISUAL`, `$EDITOR`, or vi.

    Returns:
        None where the editor ended with an error: nothing is to change.

    Raises:
        ConfigurationError: there is no such program, or the file cannot be used.
    """
    named = environment.get("VISUAL") or environment.get("EDITOR") or _USUAL
    try:
        words = shlex.split(named)
    except ValueError:
        words = [named]
    handle, path = tempfile.mkstemp(prefix="auditql-", suffix=".aql")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8", "surrogatepass") + b"\n")
        done = subprocess.run([*words, path], check=False)  # noqa: S603 - their program
        return None if done.returncode else _left(path)
    except OSError as error:
        why = error.strerror or "it cannot be run"
        raise ConfigurationError(f"the editor `{named}`: {why}") from error
    finally:
        Path(path).unlink(missing_ok=True)


def _left(path: str) -> str:
    """What the file holds now."""
    with open(path, "rb") as file:  # noqa: PTH123 - bounded, and by its name
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise ConfigurationError(f"the text is longer than {_MOST_BYTES:,} bytes")
    try:
        return content.decode("utf-8").rstrip("\n")
    except UnicodeDecodeError:
        raise ConfigurationError("the text is not UTF-8; save it as UTF-8") from None
