r"""RE2 patterns written so that every engine reads them alike.

In: a pattern that RE2 takes. Out: the same pattern of nothing but letters, classes
that name each letter or range, groups, alternatives, repetitions and the two ends
of the text: what `.`, `\d`, `$` and "any case" mean is written out, since engines
differ there. What cannot be written out is refused: word boundaries, classes by
Unicode property, flags that change half way, case in a class of thousands.
"""

from auditql.providers.warehouse.engine_names import Engine
from auditql.providers.warehouse.pattern_parts import (
    LAST,
    Choice,
    End,
    InTurn,
    OneLetter,
    Part,
    Ranges,
    Repeat,
    outside,
    refused,
)
from auditql.providers.warehouse.pattern_reading import Reader


def portable(pattern: str, engine: Engine, *, ignores_case: bool) -> str:
    """The pattern as the engine reads it.

    Raises:
        Refused: it holds what cannot be written out.
    """
    return _Printer(engine).write(Reader(pattern, ignores_case).read())


class _Printer:
    """Writes what was read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, part: Part) -> str:
        """The text of a part."""
        match part:
            case OneLetter(ranges):
                return self._any(ranges)
            case End(is_begin):
                return self._engine.begin if is_begin else self._engine.end
            case Repeat(of, least, most):
                return self._repeat(of, least, most)
            case InTurn(parts):
                return "".join(map(self._tight, parts))
            case Choice(of):
                return "|".join(map(self.write, of))

    def _tight(self, part: Part) -> str:
        text = self.write(part)
        return f"({text})" if isinstance(part, Choice) else text

    def _repeat(self, of: Part, least: int, most: int | None) -> str:
        if max(least, most or 0) > self._engine.most_repeats:
            raise refused(f"more than {self._engine.most_repeats} repetitions")
        text = self.write(of)
        if not isinstance(of, OneLetter):
            if isinstance(of, End) or not text:
                raise refused("a repetition of nothing")
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
            raise refused("a class of nothing")
        if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
            return _quoted(ranges[0][0])
        if ranges[-1][1] == LAST:  # what is left out is shorter, and has no NUL
            left_out = outside(ranges)
            if not left_out:
                return self._engine.anything
            return f"[^{_members(left_out)}]"
        return f"[{_members(ranges)}]"


def _members(ranges: Ranges) -> str:
    made = ""
    for low, high in ranges:
        if low == 0:
            raise refused("the letter NUL")
        made += _quoted(low)
        if high > low:
            made += ("-" if high > low + 1 else "") + _quoted(high)
    return made


def _quoted(point: int) -> str:
    if point == 0 or 0xD800 <= point < 0xE000:
        raise refused("NUL or half a letter")
    letter = chr(point)
    special = letter.isascii() and letter.isprintable() and not letter.isalnum()
    return f"\\{letter}" if special and letter not in " _\"'`<>" else letter
