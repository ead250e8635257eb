"""Patterns that RE2 takes, read into their parts.

In: the text of a pattern. Out: its parts, in which flags, escapes and classes by
name are written out.
"""

from auditql.providers.warehouse.pattern_parts import (
    CLASSES,
    CONTROLS,
    LAST,
    NAMED,
    Choice,
    End,
    InTurn,
    OneLetter,
    Part,
    Ranges,
    Repeat,
    merged,
    outside,
    refused,
    with_case,
)


class Reader:
    """Reads a pattern that RE2 has taken already."""

    def __init__(self, pattern: str, ignores_case: bool) -> None:
        """Begin at its first letter."""
        self._text = pattern
        self._at = 0
        self._folds = ignores_case
        self._dots = False

    def read(self) -> Part:
        """The whole pattern."""
        made = self._choice()
        if self._at < len(self._text):
            raise refused("an unknown construct")
        return made

    def _next(self, text: str) -> bool:
        """Take the text if it stands here."""
        if self._text.startswith(text, self._at):
            self._at += len(text)
            return True
        return False

    def _choice(self) -> Part:
        found = [self._sequence()]
        while self._next("|"):
            found.append(self._sequence())
        return found[0] if len(found) == 1 else Choice(tuple(found))

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            if self._next("\\Q"):
                end = self._text.find("\\E", self._at)
                stop = len(self._text) if end < 0 else end
                parts += map(self._letter, self._text[self._at : stop])
                self._at = min(stop + 2, len(self._text))
                if self._at < len(self._text) and self._text[self._at] in "*+?{":
                    raise refused(r"a repetition behind \E")
                continue
            if self._next("\\E"):
                continue
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else InTurn(tuple(parts))

    def _repeated(self, atom: Part) -> Part:
        made = atom
        while self._at < len(self._text):
            bounds = self._bounds()
            if bounds is None:
                return made
            self._next("?")  # greedy or not, the same texts match
            made = Repeat(made, *bounds)
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

    def _atom(self) -> Part:
        sign = self._text[self._at]
        self._at += 1
        match sign:
            case "(":
                return self._group()
            case "[":
                return self._class()
            case ".":
                return OneLetter(
                    outside(((10, 10),)) if not self._dots else ((0, LAST),)
                )
            case "^":
                return End(True)
            case "$":
                return End(False)
            case "\\":
                return self._escape()
            case _:
                return self._letter(sign)

    def _group(self) -> Part:
        folds, dots = self._folds, self._dots
        if self._next("?") and not self._next(":"):
            self._flags()
            if self._text[self._at - 1] == ")":  # flags for what follows
                return InTurn(())
        made = self._choice()
        if not self._next(")"):
            raise refused("an unknown group")
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
                    raise refused(f"the flag `{sign}`")

    def _escape(self) -> Part:
        sign = self._text[self._at]
        if sign in "dwsDWS":
            self._at += 1
            found = CLASSES[sign.lower()]
            return self._any(found, negated=sign.isupper())
        if self._next("A"):
            return End(True)
        if self._next("z"):
            return End(False)
        return self._letter(chr(self._point()))

    def _point(self) -> int:
        """The code point that an escape names, behind its backslash."""
        sign = self._text[self._at]
        self._at += 1
        if sign in CONTROLS:
            return CONTROLS[sign]
        if sign == "x":
            return self._hexadecimal()
        if sign.isascii() and (sign.isalnum() or sign == "_"):
            raise refused(f"`\\{sign}`")
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

    def _class(self) -> Part:
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
                    inner = CLASSES[sign.lower()]
                    found += outside(inner) if sign.isupper() else inner
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
        if not closed or name not in NAMED:
            raise refused("a class by name")
        self._at += len(word) + 4
        return outside(NAMED[name]) if name != word else NAMED[name]

    def _member(self) -> int:
        if self._next("\\"):
            return self._point()
        self._at += 1
        return ord(self._text[self._at - 1])

    def _letter(self, letter: str) -> Part:
        point = ord(letter)
        return self._any(((point, point),), negated=False)

    def _any(self, ranges: Ranges, *, negated: bool) -> OneLetter:
        found = merged(ranges)
        if self._folds:
            found = with_case(found)
        return OneLetter(outside(found) if negated else found)
