"""Values that may stand behind an operator: known words, and those that were seen.

In: the test that is begun, what was typed, what the session knows. Out: offers.
What a list holds already is left out; what stands in a pattern is escaped, so that
the value itself is meant.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from ipaddress import ip_address
from typing import assert_never

from auditql.catalog.fields import BY_NAME, SEARCHED
from auditql.catalog.forms import form
from auditql.catalog.functions import FUNCTIONS_BY_NAME, Function
from auditql.catalog.kinds import WEEKDAYS, Kind
from auditql.language.stacks import pattern_of
from auditql.shell.completion import literals
from auditql.shell.completion.context import Begun, listed_at
from auditql.shell.completion.known import MOST_ITEMS, ItemKind, Known
from auditql.shell.completion.offers import Offer
from auditql.shell.completion.place import Place
from auditql.shell.completion.seen import SeenValue
from auditql.shell.completion.support import margin
from auditql.shell.completion.times import times

_MOST_NUMBERS = 100  # as the hours of a day; what has no such bound is not listed
_SEARCHED_EACH = 60
_LEAST_SOUGHT = 2  # letters of a word
_NETWORKS = 10
_WILD = re.compile(r"([%_\\])")
_PATTERN_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")


_INTEGER = re.compile(r"-?[0-9]{1,19}")


@lru_cache(16_384)
def _is_address(text: str) -> bool:
    """Whether a text is one address, as it may stand in a query."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return pattern_of("ADDRESS").fullmatch(text) is not None


def _same(text: str) -> str:
    return text


_ESCAPES: dict[str, Callable[[str], str]] = {
    "like": lambda text: _WILD.sub(r"\\\1", text),
    "ilike": lambda text: _WILD.sub(r"\\\1", text),
    "~": lambda text: _PATTERN_SIGNS.sub(r"\\\1", text),
    "~*": lambda text: _PATTERN_SIGNS.sub(r"\\\1", text),
    "!~": lambda text: _PATTERN_SIGNS.sub(r"\\\1", text),
    "!~*": lambda text: _PATTERN_SIGNS.sub(r"\\\1", text),
}
"""How a text is written behind an operator that reads it as a pattern."""


def values(begun: Begun | None, place: Place, known: Known) -> Iterator[Offer]:
    """The values that may stand at a place."""
    if begun is None:  # the default of a parameter, which may be of any kind
        yield from times(None, place.typed, place.quote, known)
        return
    kind, operator = begun.kind, begun.words[-1] if begun.words else ""
    held = _held(begun, place)
    if operator == "in" and begun.opened is None and kind is not Kind.TIME:
        yield from _networks(begun, place, known)
        return  # it takes a list
    match kind:
        case Kind.TIME:
            found = times(begun, place.typed, place.quote, known)
            yield from (offer for offer in found if offer.shown not in held)
        case Kind.WEEKDAY:
            yield from _weekdays(place, held)
        case Kind.INTEGER:
            yield from _numbers(begun, place, known, held)
        case Kind.WORD | Kind.TEXT | Kind.ADDRESS:
            yield from _texts(begun, operator, place, known, held)
        case Kind.LIST | None:
            return
        case _:
            assert_never(kind)


def _held(begun: Begun, place: Place) -> Collection[str]:
    """What the list holds already; nothing outside of one."""
    return () if begun.opened is None else listed_at(place, begun.opened)


def _weekdays(place: Place, held: Collection[str]) -> Iterator[Offer]:
    for day in WEEKDAYS:
        if day not in held:
            written = literals.written(day, place.quote)
            yield Offer(written, ItemKind.VALUE, matched=day)


def searches(place: Place, known: Known) -> Iterator[Offer]:
    """What a quoted text alone may look for: values of the fields it looks into."""
    for field in SEARCHED:
        for value in _seen(field.name, place.typed, known, _SEARCHED_EACH):
            yield _offer(
                literals.quoted(value.value, place.quote or "'"), value, field.name
            )


def words_sought(place: Place, known: Known) -> Iterator[Offer]:
    """The same where a word was begun without a quote; names come before them."""
    if len(place.typed) >= _LEAST_SOUGHT:
        for offer in searches(place, known):
            yield replace(offer, count=0)


def parameters(place: Place, known: Known) -> Iterator[Offer]:
    """The parameters of the session and of the text."""
    declared = dict.fromkeys(place.mark.so_far.parameters)
    for name, value in (declared | dict(known.parameters)).items():
        said = "" if value is None else literals.shown(value)
        yield Offer(f":{name}", ItemKind.PARAMETER, margin("parameter", said))


def _texts(
    begun: Begun,
    operator: str,
    place: Place,
    known: Known,
    held: Collection[str],
) -> Iterator[Offer]:
    column, kind = begun.column, begun.kind
    if column is None:
        return
    field = BY_NAME.get(column.name)
    words = field.known if field is not None and kind is Kind.WORD else ()
    folds = field is not None and field.folds_case
    held = {text.casefold() for text in held} if folds else held

    style = _Style(
        operator, place.quote, kind is Kind.WORD, kind is Kind.ADDRESS, folds
    )
    for word in words:
        if word not in held:
            count = known.seen.count(column.name, word)
            yield _styled(style, word, count, "known", is_known=True)
    for value in _seen(column.name, place.typed, known, MOST_ITEMS):
        text = value.value.lower() if begun.function == "lower" else value.value
        folded = text.casefold() if folds else text
        if kind is Kind.ADDRESS and not _is_address(text):
            continue  # put in without quotes, it could say anything
        if folded not in words and folded not in held:
            yield _styled(style, text, value.count)


@form
class _Style:
    """How the values of a field are written behind an operator."""

    operator: str
    quote: str | None
    is_word: bool
    is_address: bool
    is_closed: bool


@lru_cache(16_384)
def _styled(
    style: _Style, text: str, count: int, *said: str, is_known: bool = False
) -> Offer:
    """The offer of a value: a bare word where it may be one, else quoted."""
    written = _ESCAPES.get(style.operator, _same)(text)
    if style.is_word and (is_known or not style.is_closed):
        written = literals.written(written, style.quote)
    elif not style.is_address or style.quote is not None:
        written = literals.quoted(written, style.quote or "'")
    return _offer(written, SeenValue(text, count), *said)


def _numbers(
    begun: Begun, place: Place, known: Known, held: Collection[str]
) -> Iterator[Offer]:
    if place.quote is not None or begun.column is None:
        return
    function = FUNCTIONS_BY_NAME.get(begun.function or "")
    if function is not None:
        for number in _numbers_of(function):
            if number not in held:
                yield Offer(number, ItemKind.VALUE)
        return
    for value in _seen(begun.column.name, place.typed, known, MOST_ITEMS):
        if value.value not in held and _INTEGER.fullmatch(value.value):
            yield _offer(value.value, value)


def _numbers_of(function: Function) -> Iterator[str]:
    """All that a function can give, if that is not much."""
    least, most = function.least, function.most
    if least is not None and most is not None and most - least < _MOST_NUMBERS:
        yield from map(str, range(least, most + 1))


def _networks(begun: Begun, place: Place, known: Known) -> Iterator[Offer]:
    """The networks of the addresses that were seen most."""
    if begun.kind is not Kind.ADDRESS or place.quote is not None:
        return
    found: dict[str, int] = {}
    for value in known.seen.most_used("ip_address", MOST_ITEMS):
        parts = value.value.split(".")
        if len(parts) == 4 and ":" not in value.value and _is_address(value.value):
            network = ".".join(parts[:3]) + ".0/24"
            found[network] = found.get(network, 0) + value.count
    best = sorted(found, key=lambda network: (-found[network], network))
    for network in best[:_NETWORKS]:
        yield Offer(network, ItemKind.VALUE, _times_seen(found[network]))


def _seen(name: str, typed: str, known: Known, most: int) -> Sequence[SeenValue]:
    """The values of a field that match what was typed."""
    found = known.seen.beginning(name, typed, most)
    if len(found) >= most or len(typed) < 2:
        return found
    more = known.seen.holding(name, typed, most)
    return tuple({value.value: value for value in (*found, *more)}.values())


def _offer(written: str, value: SeenValue, *said: str) -> Offer:
    return Offer(
        written,
        ItemKind.VALUE,
        margin(*said, _times_seen(value.count)),
        shown=literals.shown(value.value),
        matched=value.value,
        count=value.count,
    )


def _times_seen(count: int) -> str:
    return f"seen {count:,}" if count else ""
