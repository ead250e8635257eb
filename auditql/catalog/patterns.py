"""Regular expressions by RE2: linear in the text, whatever the pattern.

In: a pattern as written. Out: what is wrong with it, or a test that finds it
anywhere in a text. RE2 is loaded when the first pattern is there. It never
writes to standard error here, and it has a bound on memory beyond which a
pattern is refused.

A lone surrogate, which UTF-8 cannot carry, is seen as U+FFFD, in a text as in
a pattern. `.` is any code point but a line feed; `^` and `$` are the ends of
the whole text.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from auditql.catalog.forms import form

if TYPE_CHECKING:
    import re2

MEMORY_BYTES = 8 * 1024 * 1024
"""Most memory that one compiled pattern may take; RE2's own default."""

_MESSAGES = {
    "missing )": "a group is not closed",
    "unexpected )": "a group is closed that was not opened",
    "missing ]": "a class is not closed",
    "invalid character class range": "no such class or range",
    "no argument for repetition operator": "there is nothing to repeat",
    "bad repetition operator": "a repetition is repeated",
    "invalid repetition size": "a repetition out of bounds; 1,000 in all is the most",
    "invalid perl operator": "no such group; look-around is not supported",
    "invalid named capture group": "a group's name is not right",
    "invalid escape sequence": "no such escape; back-references are not supported",
    "trailing \\": "ends in a lone backslash",
    "expression nesting too deep": "nested too deep",
    "pattern too large - compile failed": "takes too much memory",
}
"""RE2's words for an error, and what they say to a person."""

_WHOLE = ("missing )", "unexpected )")
"""Errors that name the whole pattern, not the faulty part of it."""


@form
class BadPattern:
    """Why a text is no pattern.

    Attributes:
        message: what is wrong, without the pattern itself.
        position: where in the pattern, in code points; None for the whole.
        length: how many code points are meant, at least 1 where there are any.
    """

    message: str
    position: int | None
    length: int = 1


def check(pattern: str) -> BadPattern | None:
    """What is wrong with a pattern; None if it can be used."""
    said = _said(pattern)
    return None if said is None else _bad(pattern, said)


def compile_pattern(pattern: str, ignores_case: bool) -> Callable[[str], bool]:
    """A test whether the pattern is found anywhere in a text.

    Raises:
        ValueError: it is no pattern; `check` says why.
    """
    import re2

    try:
        search = _compiled(pattern, ignores_case).search
    except re2.error as error:
        raise ValueError(f"no pattern: {pattern!r}") from error

    def found(text: str) -> bool:
        # Bytes, not text: for text the binding also counts code points, which
        # takes longer than the search.
        try:
            encoded = text.encode()
        except UnicodeEncodeError:
            encoded = scalar(text).encode()
        return search(encoded) is not None

    return found


def scalar(text: str) -> str:
    """The text with U+FFFD in place of each lone surrogate."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _compiled(pattern: str, ignores_case: bool) -> "re2._Regexp":
    """The compiled pattern; the binding remembers the latest.

    Raises:
        re2.error: it is no pattern.
    """
    import re2

    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.case_sensitive = not ignores_case
    options.max_mem = MEMORY_BYTES
    return re2.compile(scalar(pattern), options)


def _said(pattern: str) -> str | None:
    """RE2's own words against a pattern; None if it takes it."""
    import re2

    try:
        _compiled(pattern, False)
    except re2.error as error:
        detail = error.args[0]
        assert isinstance(detail, bytes), detail
        return detail.decode("utf-8", "replace")
    return None


def _bad(pattern: str, said: str) -> BadPattern:
    """RE2's error, told with the place that it means."""
    kind = next((k for k in _MESSAGES if said.startswith(k)), None)
    if kind is None:
        return BadPattern(said.partition(":")[0], None)
    message = _MESSAGES[kind]
    if kind == "trailing \\":
        return BadPattern(message, len(pattern) - 1)
    if kind in _WHOLE:
        return BadPattern(message, unbalanced(pattern))
    part = said[len(kind) :].removeprefix(": ")
    if not part:
        return BadPattern(message, None)
    if kind == "missing ]":  # the part is all that follows
        return BadPattern(message, len(pattern) - len(part))
    at = _find(pattern, part, said)
    return BadPattern(message, at if at >= 0 else None, len(part))


def _find(pattern: str, part: str, said: str) -> int:
    """Where the faulty part stands; -1 for nowhere.

    The same words may stand in several places, some of them faultless: the
    first is meant up to whose end the pattern has the same fault.
    """
    text = scalar(pattern)
    first = at = text.find(part)
    while at >= 0:
        if _said(text[: at + len(part)]) == said:
            return at
        at = text.find(part, at + 1)
    return first


def unbalanced(pattern: str) -> int | None:
    """The place of the first `)` without its `(`, else of the last open `(`.

    Escapes, classes and quoted stretches do not count. None if all is closed.
    """
    opened: list[int] = []
    for at, sign, in_class in _tokens(pattern):
        if in_class:
            continue
        if sign == "(":
            opened.append(at)
        elif sign == ")":
            if not opened:
                return at
            opened.pop()
    return opened[-1] if opened else None


def _tokens(pattern: str) -> list[tuple[int, str, bool]]:
    r"""Place, text and whether inside a class, of each token of a pattern.

    A token is a code point or an escape such as `\d`. Between `\Q` and `\E`
    everything is ordinary and left out.
    """
    tokens = []
    at = class_start = 0
    in_class = False
    while at < len(pattern):
        if pattern.startswith("\\Q", at) and not in_class:
            end = pattern.find("\\E", at)
            at = len(pattern) if end < 0 else end + 2
            continue
        sign = pattern[at : at + 2] if pattern[at] == "\\" else pattern[at]
        tokens.append((at, sign, in_class))
        if not in_class and sign == "[":
            in_class = True
            # `]` stands for itself where it comes first, also behind `^`.
            class_start = at + 1 + pattern.startswith("^", at + 1)
        elif in_class and pattern.startswith("[:", at) and ":]" in pattern[at + 2 :]:
            at = pattern.index(":]", at + 2) + 2
            continue
        elif in_class and sign == "]" and at > class_start:
            in_class = False
        at += len(sign)
    return tokens
