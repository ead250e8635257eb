r"""RE2 patterns written so that every engine reads them alike.

In: a pattern that RE2 takes. Out: the same pattern of nothing but letters, classes
that name each letter or range, groups, alternatives, repetitions and the two ends
of the text: what `.`, `\d`, `$` and "any case" mean is written out, since engines
differ there. What cannot be written out is refused: word boundaries, classes by
Unicode property, flags that change half way, case in a class of thousands.
"""

from collections.abc import Sequence
from functools import lru_cache

from auditql.catalog.forms import form
from auditql.catalog.patterns import compile_pattern
from auditql.catalog.text import fold
from auditql.providers.warehouse.engines import Engine
from auditql.providers.warehouse.refusals import READ_HERE, Refused

Ranges = tuple[tuple[int, int], ...]
"""Code points, each pair a first and a last one."""

_LAST = 0x10FFFF
_DIGIT: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Ranges = ((9, 10), (12, 13), (32, 32))
_CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_NAMED: dict[str, Ranges] = {
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "alpha": ((65, 90), (97, 122)),
    "digit": _DIGIT,
    "lower": ((97, 122),),
    "upper": ((65, 90),),
    "space": ((9, 13), (32, 32)),
    "word": _WORD,
    "xdigit": ((48, 57), (65, 70), (97, 102)),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "blank": ((9, 9), (32, 32)),
}
_CONTROLS = {"n": 10, "t": 9, "r": 13, "f": 12, "v": 11, "a": 7}
_MOST_FOLDED = 2_000
"""Code points of a class whose case is written out."""


@form
class _Any:
    """One letter out of ranges."""

    ranges: Ranges


@form
class _End:
    """The beginning or the end of the text."""

    is_begin: bool


@form
class _Repeat:
    """What stands so many times; None is without end."""

    of: "_Part"
    least: int
    most: int | None


@form
class _Sequence:
    """Parts one behind the other."""

    parts: "tuple[_Part, ...]"


@form
class _Choice:
    """One of several."""

    of: "tuple[_Part, ...]"


_Part = _Any | _End | _Repeat | _Sequence | _Choice


def portable(pattern: str, engine: Engine, *, ignores_case: bool) -> str:
    """The pattern as the engine reads it.

    Raises:
        Refused: it holds what cannot be written out.
    """
    return _Printer(engine).write(_Reader(pattern, ignores_case).read())


def _refused(what: str) -> Refused:
    return Refused(
        f"{what} in a regular expression", f"write the pattern without, or {READ_HERE}"
    )


class _Reader:
    """Reads a pattern that RE2 has taken already."""

    def __init__(self, pattern: str, ignores_case: bool) -> None:
        self._text = pattern
        self._at = 0
        self._folds = ignores_case
        self._dots = False

    def read(self) -> _Part:
        """The whole pattern."""
        made = self._choice()
        if self._at < len(self._text):
            raise _refused("an unknown construct")
        return made

    def _next(self, text: str) -> bool:
        """Take the text if it stands here."""
        if self._text.startswith(text, self._at):
            self._at += len(text)
            return True
        return False

    def _choice(self) -> _Part:
        found = [self._sequence()]
        while self._next("|"):
            found.append(self._sequence())
        return found[0] if len(found) == 1 else _Choice(tuple(found))

    def _sequence(self) -> _Part:
        parts: list[_Part] = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            if self._next("\\Q"):
                end = self._text.find("\\E", self._at)
                stop = len(self._text) if end < 0 else end
                parts += map(self._letter, self._text[self._at : stop])
                self._at = min(stop + 2, len(self._text))
                if self._at < len(self._text) and self._text[self._at] in "*+?{":
                    raise _refused(r"a repetition behind \E")
                continue
            if self._next("\\E"):
                continue
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else _Sequence(tuple(parts))

    def _repeated(self, atom: _Part) -> _Part:
        made = atom
        while self._at < len(self._text):
            bounds = self._bounds()
            if bounds is None:
                return made
            self._next("?")  # greedy or not, the same texts match
            made = _Repeat(made, *bounds)
        return made

    def _bounds(self) -> tuple[int, int | None] | None:
        """How many times, if it is said here."""
        sign = self._text[self._at]
        known = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if sign in known:
            self._at += 1
            return known[sign]
        if sign != "{":
            return None
        inner, closed, _ = self._text[self._at + 1 :].partition("}")
        low, comma, high = inner.partition(",")
        digits = all(c in "0123456789" for c in low + high)
        if not closed or not low or not digits:
            return None  # an ordinary brace
        self._at += len(inner) + 2
        least = int(low)
        return least, (least if not comma else int(high) if high else None)

    def _atom(self) -> _Part:
        sign = self._text[self._at]
        self._at += 1
        match sign:
            case "(":
                return self._group()
            case "[":
                return self._class()
            case ".":
                return _Any(_outside(((10, 10),)) if not self._dots else ((0, _LAST),))
            case "^":
                return _End(True)
            case "$":
                return _End(False)
            case "\\":
                return self._escape()
            case _:
                return self._letter(sign)

    def _group(self) -> _Part:
        folds, dots = self._folds, self._dots
        if self._next("?") and not self._next(":"):
            self._flags()
            if self._text[self._at - 1] == ")":  # flags for what follows
                return _Sequence(())
        made = self._choice()
        if not self._next(")"):
            raise _refused("an unknown group")
        self._folds, self._dots = folds, dots
        return made

    def _flags(self) -> None:
        """Obey the flags of a group up to `:` or `)`."""
        if self._next("P<") or self._next("<"):  # a name that nobody asks for
            self._at = self._text.index(">", self._at) + 1
            return
        is_on = True
        while self._at < len(self._text):
            sign = self._text[self._at]
            self._at += 1
            match sign:
                case "-":
                    is_on = False
                case "i":
                    self._folds = is_on
                case "s":
                    self._dots = is_on
                case ":" | ")":
                    return
                case _:
                    raise _refused(f"the flag `{sign}`")

    def _escape(self) -> _Part:
        sign = self._text[self._at]
        if sign in "dwsDWS":
            self._at += 1
            found = _CLASSES[sign.lower()]
            return self._any(found, negated=sign.isupper())
        if self._next("A"):
            return _End(True)
        if self._next("z"):
            return _End(False)
        return self._letter(chr(self._point()))

    def _point(self) -> int:
        """The code point that an escape names, behind its backslash."""
        sign = self._text[self._at]
        self._at += 1
        if sign in _CONTROLS:
            return _CONTROLS[sign]
        if sign == "x":
            return self._hexadecimal()
        if sign.isascii() and (sign.isalnum() or sign == "_"):
            raise _refused(f"`\\{sign}`")
        return ord(sign)

    def _hexadecimal(self) -> int:
        if self._next("{"):
            end = self._text.index("}", self._at)
            digits = self._text[self._at : end]
            self._at = end + 1
        else:
            digits = self._text[self._at : self._at + 2]
            self._at += 2
        return int(digits, 16)

    def _class(self) -> _Part:
        negated = self._next("^")
        found: list[tuple[int, int]] = []
        is_first = True
        while is_first or not self._next("]"):
            is_first = False
            if self._text.startswith("[:", self._at):
                found += self._named()
                continue
            if self._at + 1 < len(self._text) and self._text[self._at] == "\\":
                sign = self._text[self._at + 1]
                if sign in "dwsDWS":
                    self._at += 2
                    inner = _CLASSES[sign.lower()]
                    found += _outside(inner) if sign.isupper() else inner
                    continue
            first = self._member()
            last = first
            rest = self._text[self._at : self._at + 2]
            if rest[:1] == "-" and rest[1:] not in ("]", ""):
                self._at += 1
                last = self._member()
            found.append((first, last))
        return self._any(tuple(found), negated=negated)

    def _named(self) -> Ranges:
        word, closed, _ = self._text[self._at + 2 :].partition(":]")
        name = word.removeprefix("^")
        if not closed or name not in _NAMED:
            raise _refused("a class by name")
        self._at += len(word) + 4
        return _outside(_NAMED[name]) if name != word else _NAMED[name]

    def _member(self) -> int:
        if self._next("\\"):
            return self._point()
        self._at += 1
        return ord(self._text[self._at - 1])

    def _letter(self, letter: str) -> _Part:
        point = ord(letter)
        return self._any(((point, point),), negated=False)

    def _any(self, ranges: Ranges, *, negated: bool) -> _Any:
        found = _merged(ranges)
        if self._folds:
            found = _with_case(found)
        return _Any(_outside(found) if negated else found)


def _merged(ranges: Sequence[tuple[int, int]]) -> Ranges:
    made: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if made and low <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(made[-1][1], high))
        else:
            made.append((low, high))
    return tuple(made)


def _outside(ranges: Ranges) -> Ranges:
    """Every other code point."""
    made, at = [], 0
    for low, high in _merged(ranges):
        if at < low:
            made.append((at, low - 1))
        at = high + 1
    if at <= _LAST:
        made.append((at, _LAST))
    return tuple(made)


def _with_case(ranges: Ranges) -> Ranges:
    """The same, with the letters that differ in case alone."""
    if sum(high - low + 1 for low, high in ranges) > _MOST_FOLDED:
        raise _refused("a large class in any case")
    found = list(ranges)
    for low, high in ranges:
        for point in range(low, high + 1):
            found += [(ord(c), ord(c)) for c in same_letters(chr(point))]
    return _merged(found)


def same_letters(letter: str) -> str:
    """The letters that RE2 takes for the letter in any case, itself among them."""
    alike = _alike().get(_simple(letter), letter)
    if len(alike) == 1:
        return letter
    quoted = f"\\x{{{ord(letter):x}}}"
    found = compile_pattern(quoted, True)
    return "".join(c for c in alike if found(c))


@lru_cache(1)
def _alike() -> dict[str, str]:
    """Letters by what they may be alike in; RE2 has the last word."""
    found: dict[str, str] = {}
    for point in range(0x20000):
        if not 0xD800 <= point < 0xE000:
            key = _simple(chr(point))
            found[key] = found.get(key, "") + chr(point)
    return {key: letters for key, letters in found.items() if len(letters) > 1}


def _simple(letter: str) -> str:
    folded = fold(letter)
    if len(folded) > 1:
        folded = fold(letter.lower())
    return folded


class _Printer:
    """Writes what was read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, part: _Part) -> str:
        """The text of a part."""
        match part:
            case _Any(ranges):
                return self._any(ranges)
            case _End(is_begin):
                return self._engine.begin if is_begin else self._engine.end
            case _Repeat(of, least, most):
                return self._repeat(of, least, most)
            case _Sequence(parts):
                return "".join(map(self._tight, parts))
            case _Choice(of):
                return "|".join(map(self.write, of))

    def _tight(self, part: _Part) -> str:
        text = self.write(part)
        return f"({text})" if isinstance(part, _Choice) else text

    def _repeat(self, of: _Part, least: int, most: int | None) -> str:
        if max(least, most or 0) > self._engine.most_repeats:
            raise _refused(f"more than {self._engine.most_repeats} repetitions")
        text = self.write(of)
        if not isinstance(of, _Any):
            if isinstance(of, _End) or not text:
                raise _refused("a repetition of nothing")
            text = f"({text})"
        known = {(0, None): "*", (1, None): "+", (0, 1): "?"}
        if (least, most) in known:
            return text + known[least, most]
        bounds = (
            f"{least}" if least == most else f"{least},{'' if most is None else most}"
        )
        return f"{text}{{{bounds}}}"

    def _any(self, ranges: Ranges) -> str:
        if not ranges:
            raise _refused("a class of nothing")
        if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
            return _quoted(ranges[0][0])
        if ranges[-1][1] == _LAST:  # what is left out is shorter, and has no NUL
            left_out = _outside(ranges)
            if not left_out:
                return self._engine.anything
            return f"[^{_members(left_out)}]"
        return f"[{_members(ranges)}]"


def _members(ranges: Ranges) -> str:
    made = ""
    for low, high in ranges:
        if low == 0:
            raise _refused("the letter NUL")
        made += _quoted(low)
        if high > low:
            made += ("-" if high > low + 1 else "") + _quoted(high)
    return made


def _quoted(point: int) -> str:
    if point == 0 or 0xD800 <= point < 0xE000:
        raise _refused("NUL or half a letter")
    letter = chr(point)
    special = letter.isascii() and letter.isprintable() and not letter.isalnum()
    return f"\\{letter}" if special and letter not in " _\"'`<>" else letter
