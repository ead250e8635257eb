"""Letters whose case is folded by hand, since engines fold otherwise.

In: literal text of a query. Out: which letters of a column have to be replaced by
what, so that the column then compares with the text as the language says. Only
letters that can take part in a match are replaced: the others cannot meet the
text, folded or not. So a short text gives a short expression, and the answer does
not hang on what an engine's LOWER does to `İ`, `ß` or the Kelvin sign.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from auditql.catalog.forms import form
from auditql.catalog.text import fold, lower

_LAST = 0x20000
"""Behind the last letter that has a case."""
_SURROGATES = range(0xD800, 0xE000)


@form
class Letters:
    """Replacements of single letters.

    Attributes:
        singles: letters that become one other letter, in order.
        becoming: those letters, place by place.
        several: letters that become two or three.
    """

    singles: str
    becoming: str
    several: tuple[tuple[str, str], ...]


@lru_cache(2)
def _changing(change: Callable[[str], str]) -> Mapping[str, str]:
    """Every letter that a change makes another, and what it becomes."""
    found = {}
    for point in range(_LAST):
        if point not in _SURROGATES:
            letter = chr(point)
            made = change(letter)
            if made != letter:
                found[letter] = made
    return found


def folding_for(texts: Iterable[str]) -> Letters:
    """What to replace so that folded texts can be found in a column."""
    return _letters(fold, tuple(texts), inside=False)


def folding_of_whole(texts: Iterable[str]) -> Letters:
    """What to replace so that a whole value can be equal to one of folded texts."""
    return _letters(fold, tuple(texts), inside=True)


def lowering() -> Letters:
    """What to replace so that any text is small, but for the sigma at an end."""
    return _made(_changing(lower))


def _letters(
    change: Callable[[str], str], texts: tuple[str, ...], *, inside: bool
) -> Letters:
    found = {
        letter: made
        for letter, made in _changing(change).items()
        if any(_meets(made, text, inside=inside) for text in texts)
    }
    return _made(found)


def _made(found: Mapping[str, str]) -> Letters:
    single = {letter: made for letter, made in found.items() if len(made) == 1}
    several = tuple(sorted((k, v) for k, v in found.items() if len(v) > 1))
    return Letters("".join(single), "".join(single.values()), several)


def _meets(made: str, text: str, *, inside: bool) -> bool:
    """Whether what a letter becomes can stand in a match of the text.

    Args:
        made: one to three letters.
        text: what is looked for.
        inside: the match is the whole value, so all of the letter is in it.
    """
    if made in text:
        return True
    if inside or len(made) == 1:
        return False
    ends = range(1, len(made))
    return text in made or any(
        text.startswith(made[at:]) or text.endswith(made[:at]) for at in ends
    )
