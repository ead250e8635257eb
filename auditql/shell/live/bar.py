"""One line that says what a text is: what Enter does, and what it costs.

In: a Live and a width. Out: pieces of at most that many columns, safe to print. What
matters first stands to the last; what is left out when room is short is said
shorter before it goes. No colour says what the words do not.
"""

import unicodedata
from collections.abc import Iterator, Sequence

from wcwidth import wcswidth, wcwidth

from auditql.catalog.forms import form
from auditql.diagnostics.safe_text import safe_text
from auditql.plan.cost import MANY
from auditql.plan.lines import counted
from auditql.shell.live.forms import ALL, Expected, Facts, Fault, Here, Live, State
from auditql.shell.live.styles import Style

Piece = tuple[Style, str]

_ASCII = str.maketrans({"·": "|", "✗": "x", "…": "...", "≤": "<=", "≥": ">="})
_EMPTY = r"type a query · \? for help"


@form
class _Part:
    """Something to say, the longest wording first; empty wordings leave it out.

    Attributes:
        rank: parts of a higher rank are shortened first.
    """

    style: Style
    wordings: tuple[str, ...]
    rank: int


def toolbar(live: Live, width: int, *, is_ascii: bool = False) -> list[Piece]:
    """The line in pieces; empty where there is no room at all.

    Args:
        live: what is said of the text.
        width: columns of the terminal.
        is_ascii: the terminal shows nothing but ASCII.
    """
    dot = " | " if is_ascii else " · "
    parts = [_made_safe(part, is_ascii=is_ascii) for part in _parts(live)]
    shown = _fitted(parts, width, len(dot))
    pieces: list[Piece] = []
    for part in shown:
        if pieces:
            pieces.append((Style.BAR, dot))
        pieces.append((part.style, part.wordings[0]))
    return _cut(pieces, width, "..." if is_ascii else "…")


def _made_safe(part: _Part, *, is_ascii: bool) -> _Part:
    wordings = tuple(safe_text(wording) for wording in part.wordings)
    if is_ascii:
        wordings = tuple(map(_in_ascii, wordings))
    return _Part(part.style, wordings, part.rank)


def _in_ascii(text: str) -> str:
    """The text in ASCII; what has no other spelling is written as its escape."""
    plain = text.translate(_ASCII)
    return plain.encode("ascii", "backslashreplace").decode("ascii")


# --- what is said


def _parts(live: Live) -> Iterator[_Part]:
    if live.fault is not None:
        yield from _fault(live.fault)
        return
    match live.state:
        case State.EMPTY:
            yield _Part(Style.BAR, (_EMPTY,), 0)
        case State.INCOMPLETE:
            yield _Part(Style.BAR_MORE, ("incomplete",), 0)
            yield _Part(Style.BAR, (live.hint,), 1)
            yield _Part(Style.BAR, ("Enter adds a line", ""), 2)
        case State.COMMAND if live.facts is None:
            yield _Part(Style.BAR_OK, ("command",), 0)
            if live.hint:
                yield _Part(Style.BAR, (live.hint,), 1)
        case _:
            yield _Part(Style.BAR_OK, ("ok",), 0)
            if live.facts is None:
                yield _Part(Style.BAR, (live.hint,), 1)
            else:
                yield from _facts(live.facts, live)


def _fault(fault: Fault) -> Iterator[_Part]:
    place = ""
    if fault.line is not None:
        line = f"line {fault.line} " if fault.lines > 1 else ""
        place = f" {line}col {fault.column}:"
    yield _Part(Style.BAR_ERROR, (f"✗{place} {fault.message}",), 0)
    if fault.help:
        yield _Part(Style.BAR, (fault.help, ""), 1)


def _facts(facts: Facts, live: Live) -> Iterator[_Part]:
    if facts.defines:
        yield _Part(
            Style.BAR,
            (
                "defines " + ", ".join(facts.defines),
                f"defines {counted(len(facts.defines), 'name')}",
                "",
            ),
            4,
        )
    if not facts.queries:
        return
    if facts.queries > 1:
        count = f"{facts.queries:,} queries"
        yield _Part(Style.BAR, (count, ""), 3)
    if facts.is_remote and facts.mirror != ALL and live.context.asks_api:
        yield _Part(Style.BAR, _api(facts.api), 5)
    if facts.mirror:
        yield _Part(Style.BAR, _mirror(facts), 4)
    if facts.here:
        yield _Part(Style.BAR, _here(facts.here), 6)
    if facts.first is not None:
        yield _Part(Style.BAR, (f"first {counted(facts.first, 'row')}", ""), 7)
    if facts.is_remote:
        yield _requests(facts)
    if live.warnings:
        first = live.warnings[0].message
        number = counted(len(live.warnings), "warning")
        yield _Part(Style.BAR_WARNING, (f"{number}: {first}", number, ""), 2)


def _api(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return "api: nothing", ""
    return "api: " + ", ".join(names), f"api: {counted(len(names), 'field')}", ""


def _mirror(facts: Facts) -> tuple[str, ...]:
    said = f"mirror: {facts.mirror}"
    if not facts.saved:
        return said, "mirror", ""
    return f"{said}, saves ~{counted(facts.saved, 'request')}", said, "mirror", ""


def _here(conditions: Sequence[Here]) -> tuple[str, ...]:
    shorts = dict.fromkeys(condition.short for condition in conditions)
    return (
        "here: " + ", ".join(condition.long for condition in conditions),
        "here: " + ", ".join(shorts),
        f"here: {counted(len(conditions), 'condition')}",
        "",
    )


def _requests(facts: Facts) -> _Part:
    expected = facts.expected
    wordings = _expected(expected)
    if facts.is_server_count:
        wordings = (f"server count, {wordings[0]}", *wordings)
    is_many = max(expected.least, expected.about or 0) > MANY
    return _Part(Style.BAR_WARNING if is_many else Style.BAR_OK, wordings, 1)


def _expected(expected: Expected) -> tuple[str, ...]:
    if expected.about is None:
        if not expected.least:
            return ("requests unknown",)
        least = counted(expected.least, "request")
        return f"at least {least}", f"≥ {least}"
    about = counted(expected.about, "request")
    if expected.is_exact:
        return (about if expected.about else "no request",)
    return (f"up to ~{about}", f"≤ {about}") if expected.is_bound else (f"~{about}",)


# --- how it fits


def _fitted(parts: Sequence[_Part], width: int, gap: int) -> list[_Part]:
    """The parts, each in its longest wording that leaves room for the others."""
    left = [part for part in parts if part.wordings[0]]
    while sum(_columns(p.wordings[0]) for p in left) + gap * (len(left) - 1) > width:
        last = max(
            (place for place, part in enumerate(left) if len(part.wordings) > 1),
            key=lambda place: left[place].rank,
            default=None,
        )
        if last is None:
            break
        part = left[last]
        shorter = _Part(part.style, part.wordings[1:], part.rank)
        left[last : last + 1] = [shorter] if shorter.wordings[0] else []
    return left


def _cut(pieces: Sequence[Piece], width: int, mark: str) -> list[Piece]:
    """The pieces up to a width; where something is cut away a mark says so."""
    if sum(_columns(text) for _, text in pieces) <= width:
        return list(pieces)
    room = width - len(mark)
    if room < 0:
        return []
    shown: list[Piece] = []
    for style, text in pieces:
        kept = _start(text, room)
        room -= _columns(kept)
        if len(kept) < len(text):
            shown.append((style, kept + mark))
            break
        shown.append((style, text))
    return shown


def _start(text: str, room: int) -> str:
    """As much of a text as fits into so many columns, marks with their letters."""
    end = 0
    for end, character in enumerate(text):
        width = max(0, wcwidth(character))
        if width > room and not unicodedata.combining(character):
            return text[:end]
        room -= width
    return text


def _columns(text: str) -> int:
    """Columns that a text takes; never fewer than a terminal gives it."""
    if text.isascii():
        return len(text)
    return max(wcswidth(text), sum(max(0, wcwidth(c)) for c in text))
