r"""Commands of the shell, `\format csv`, and what stands behind them.

In: a text that begins with a backslash, a cursor, what the session knows. Out: a
span and offers, or the place where a query stands behind the command.
"""

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from auditql.catalog.fields import FIELDS
from auditql.catalog.forms import form
from auditql.shell.completion import support
from auditql.shell.completion.known import (
    Command,
    ItemKind,
    Known,
    SavedName,
    Takes,
)
from auditql.shell.completion.literals import shown
from auditql.shell.completion.offers import Offer
from auditql.shell.completion.support import margin
from auditql.shell.completion.zones import zones

_COMMAND = re.compile(r"\s*(\\\S*)")
_WORD = re.compile(r"[^\s,]*")
_GIVEN = re.compile(r"(?:^|\s)([^\W\d]\w*)=")


@form
class AtCommand:
    """What may stand at a cursor in a command.

    Attributes:
        start: offset of what is replaced.
        end: its end.
        typed: what was typed of it.
        offers: what may stand there.
    """

    start: int
    end: int
    typed: str
    offers: Sequence[Offer]


def is_command(text: str) -> bool:
    """Whether a text is a command, not a query."""
    return text.lstrip().startswith("\\")


def query_start(text: str, cursor: int, known: Known) -> int | None:
    """Where the query behind a command begins; None where the cursor is in none."""
    match = _COMMAND.match(text)
    assert match is not None
    command = _named(match[1][1:], known)
    if cursor <= match.end() or command is None or command.takes is not Takes.QUERY:
        return None
    return match.end()


def at_command(text: str, cursor: int, known: Known) -> AtCommand:
    """What may stand at a cursor: names of commands, or an argument."""
    match = _COMMAND.match(text)
    assert match is not None
    if cursor <= match.end():
        start = min(match.start(1), cursor)
        typed = text[start:cursor]
        return AtCommand(start, match.end(), typed, tuple(_commands(known)))
    command = _named(match[1][1:], known)
    start = cursor
    while start > match.end() and _WORD.fullmatch(text[start - 1]):
        start -= 1
    rest = _WORD.match(text, cursor)
    end = cursor if rest is None else rest.end()
    before, typed = text[match.end() : start], text[start:cursor]
    offers = () if command is None else tuple(_arguments(command, before, known))
    return AtCommand(start, end, typed, offers)


def _commands(known: Known) -> Iterator[Offer]:
    for command in known.commands:
        said = margin(command.usage, command.help)
        yield Offer(f"\\{command.name}", ItemKind.COMMAND, said)


def _named(name: str, known: Known) -> Command | None:
    return next((c for c in known.commands if c.name == name), None)


def _arguments(command: Command, before: str, known: Known) -> Iterator[Offer]:
    words = before.replace(",", " ").split()
    match command.takes:
        case Takes.NOTHING | Takes.QUERY:
            return iter(())
        case Takes.FIELDS:
            return _fields(words, known)
        case Takes.SAVED:
            return _given(words[0], before, known) if words else _saved(known)
        case Takes.WORDS:
            return iter(()) if words else _words(command)
        case Takes.ZONE:
            return iter(() if words else zones(None))
        case _:
            assert_never(command.takes)


def _words(command: Command) -> Iterator[Offer]:
    for word in command.words:
        if shown(word.text) == word.text:  # else it could not be typed
            yield Offer(word.text, ItemKind.ARGUMENT, word.help)


def _fields(words: Sequence[str], known: Known) -> Iterator[Offer]:
    for field in FIELDS:
        if field.name not in words:
            said = support.of_field(field.name, known.capabilities, ())
            said = margin(said, field.kind.value, field.help)
            yield Offer(field.name, ItemKind.FIELD, said)


def _saved(known: Known) -> Iterator[Offer]:
    for query in known.queries:
        if shown(query.name) == query.name:
            yield Offer(query.name, ItemKind.ARGUMENT, query.description)


def _given(name: str, before: str, known: Known) -> Iterator[Offer]:
    """The parameters of a saved query that have no value yet."""
    query = next((q for q in known.queries if q.name == name), SavedName(name))
    given = set(_GIVEN.findall(before))
    for parameter, default in query.parameters.items():
        if parameter not in given:
            said = "must be given" if default is None else default
            yield Offer(f"{parameter}=", ItemKind.ARGUMENT, said)
