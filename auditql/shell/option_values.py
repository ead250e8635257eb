"""What the text of an option stands for: a parameter, a number, a time.

In: text of the command line. Out: its value; what is none is an error in the
words that argparse then says.
"""

import argparse
import math
import os
from collections.abc import Callable, Sequence

from auditql.catalog.limits import INT64_MAX


def parameter(text: str) -> tuple[str, str]:
    """Name and text of `NAME=VALUE`."""
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"`{text}` is not NAME=VALUE")
    try:
        # As the person wrote it, whatever the locale made of its bytes.
        return name, os.fsencode(value).decode("utf-8")
    except UnicodeError:
        raise argparse.ArgumentTypeError(f"`{name}` is not UTF-8") from None


def number(least: int, most: int = INT64_MAX) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`."""
    bounds = f"from {least} up" if most == INT64_MAX else f"from {least} to {most}"

    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) < 20:
            found = int(text)
            if least <= found <= most:
                return found
        raise argparse.ArgumentTypeError(f"`{text}` is not a whole number {bounds}")

    return read


def seconds(text: str) -> float:
    """A time-out: more than no seconds, at most a year."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 < found <= 31_536_000:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number of seconds")
    return found


def joined(arguments: Sequence[str], *names: str) -> list[str]:
    """The arguments, a time that begins with a dash bound to the option before it.

    `--since -7d` would be two options, and means `--since=-7d`.

    Args:
        arguments: of a verb.
        names: options that take a time.
    """
    found: list[str] = []
    for word in arguments:
        is_past = word[:1] == "-" and word[1:2].isdecimal()
        if is_past and found and found[-1] in names:
            found[-1] += f"={word}"
        else:
            found.append(word)
    return found
