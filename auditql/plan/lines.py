"""Lines for a person: a name, its text, words wrapped behind a margin.

In: names and texts. Out: lines of at most WIDTH columns where words allow it.
"""

from collections.abc import Iterator

WIDTH = 88


def counted(count: int, what: str) -> str:
    """A number with its noun: `1 row`, `1,000 matches`."""
    plural = what + ("es" if what.endswith("ch") else "s")
    return f"{count:,} {what if count == 1 else plural}"


def entry(name: str, text: str) -> Iterator[str]:
    """A text under its name in the margin."""
    return wrapped(f"{name:<9}{text}", 9)


def wrapped(text: str, indent: int) -> Iterator[str]:
    """The text in lines; a word that is too long for one stands alone."""
    line = text
    while len(line) > WIDTH:
        place = line.rfind(" ", indent + 1, WIDTH + 1)
        if place < 0:
            place = line.find(" ", WIDTH)
        if place < 0:
            break
        yield line[:place].rstrip()
        line = " " * indent + line[place + 1 :]
    yield line
