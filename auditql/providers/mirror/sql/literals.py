r"""The texts that every match of a regular expression holds.

In: a pattern of RE2. Out: stretches of ordinary characters that no match can do
without, in the order in which they stand there, none over another. What is not known
for sure is left out: there may be fewer than there could be, never more.
"""

from collections.abc import Iterator
from re import compile as pattern

_TIMES = pattern(r"\{\d+(?:,\d*)?\}")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def literals_of(written: str) -> list[str]:
    """The texts that stand in every match, in order, in their case.

    Where the pattern ignores case, so must who looks for them.
    """
    if "\\Q" in written or "(?" in written.replace("(?:", ""):
        return []  # quoted stretches, and flags that change what follows
    runs: list[str] = [""]
    for symbol in _symbols(written):
        if symbol is None or symbol == "|":
            return []
        if symbol in ("*", "?", "{}"):
            runs[-1] = runs[-1][:-1]
            runs.append("")
        elif len(symbol) == 1:
            runs[-1] += symbol
        else:
            runs.append("")
    return [run for run in runs if run]


def _symbols(written: str) -> Iterator[str | None]:
    r"""What stands at the top level of a pattern, one after another.

    `*`, `?`, `{}` and `|` are themselves; one other character is itself, ordinary;
    `..` is all that stands for what is not known; None is a pattern that is not
    read.
    """
    at, depth = 0, 0
    while at < len(written):
        sign = written[at]
        length = 1
        symbol: str | None = ".."
        if sign == "\\":
            symbol, length = _escaped(written[at + 1 : at + 2])
        elif sign == "[":
            length = _class_length(written, at)
            symbol = ".." if length else None
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
            symbol = ".." if depth >= 0 else None
        elif sign == "{":
            times = _TIMES.match(written, at)
            length = len(times[0]) if times else 1
            symbol = "{}" if times else ".."
        elif sign in ".^$+":
            pass
        else:
            symbol = sign
        if symbol is None:
            yield None
            return
        if depth == 0 or sign == "(":
            yield _in_its_place(symbol, sign)
        at += length


def _in_its_place(symbol: str, sign: str) -> str:
    """An escaped `*` is an ordinary one and never repeats."""
    if symbol in ("*", "?", "|") and sign == "\\":
        return ".."
    return symbol


def _escaped(following: str) -> tuple[str | None, int]:
    """The symbol of an escape, and its length; None for one with more behind it."""
    if following in _PUNCTUATION and following:
        return following, 2
    return (".." if following and following in "dDsSwWbBAz" else None), 2


def _class_length(written: str, start: int) -> int:
    """Characters of the class that begins at a place; 0 where it is not read."""
    at = start + 1
    if written.startswith("^", at):
        at += 1
    if written.startswith("]", at):
        at += 1  # one that comes first stands for itself
    while at < len(written) and written[at] != "]":
        if written[at] == "[" and written.startswith(":", at + 1):
            end = written.find(":]", at + 2)
            at = end + 2 if end >= 0 else at + 1
        else:
            at += 2 if written[at] == "\\" else 1
    return at + 1 - start if at < len(written) else 0
