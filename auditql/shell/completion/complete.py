"""What may stand at a cursor: asked of the parser, then of the catalog and the session.

In: a text, a cursor, what the session knows. Out: at most 200 items, best first;
each, put in, leaves a text that the parser can go on from. What stands behind the
cursor is left alone, but for the rest of the word that the cursor is in.
"""

from collections.abc import Iterator
from dataclasses import replace

from auditql.catalog.limits import TEXT_BYTES
from auditql.language.operands import Columns
from auditql.shell.completion import keywords, names, operators, values
from auditql.shell.completion.commands import at_command, is_command, query_start
from auditql.shell.completion.context import Begun, begun_at, columns_at
from auditql.shell.completion.known import Completions, Item, ItemKind, Known
from auditql.shell.completion.literals import shown
from auditql.shell.completion.offers import Offer
from auditql.shell.completion.place import Place, place_of
from auditql.shell.completion.ranking import ranked
from auditql.shell.completion.zones import zones

_ABUTS = frozenset("),")
"""Signs that stand right behind a word."""

_WARMED = (
    "action = login and actor_name contains 'a' and created_at >= last week ",
    "source_id in (1, 2) and ip_address is not null or 'x' order by -id desc limit 5 ",
    "hour(created_at) not between 7 and 19 | stats count(), min(id) as m by action ",
    "param x = -7d; tz 'UTC'; let @a = not (id = :x); @a | top 5 actor_name ",
    "created_at during now - 1d | timeline 1 day by bin(created_at, 1h) | limit 3 ",
)


def complete(text: str, cursor: int, known: Known) -> Completions:
    """What may stand at a cursor.

    Args:
        text: all of the text that is being written.
        cursor: an offset into it.
        known: what the session knows.
    """
    if is_command(text):
        start = query_start(text, cursor, known)
        if start is None:
            return _in_command(text, cursor, known)
        found = complete(text[start:], cursor - start, known)
        return replace(found, start=found.start + start, end=found.end + start)
    place = place_of(text, cursor) if len(text) <= TEXT_BYTES else None
    if place is None:
        return Completions(cursor, cursor, ())
    best = ranked(_offers(place, known), place.typed)
    items = tuple(_item(offer, place) for offer in best)
    return Completions(place.start, place.end, items)


def warm() -> None:
    """Make what the first keys would wait for: tables, scanners, names of zones."""
    known = Known(now_s=0)
    for text in _WARMED:
        for cursor in range(len(text) + 1):
            complete(text[:cursor], cursor, known)


def _in_command(text: str, cursor: int, known: Known) -> Completions:
    found = at_command(text, cursor, known)
    items = tuple(
        Item(offer.text, offer.shown or offer.text, shown(offer.margin), offer.kind)
        for offer in ranked(found.offers, found.typed)
    )
    return Completions(found.start, found.end, items)


def _offers(place: Place, known: Known) -> Iterator[Offer]:
    """All that may stand at a place, in the order of the catalog."""
    mark = place.mark
    columns = columns_at(place)
    begun = begun_at(mark, columns)
    strings = mark.roles("STRING")
    if place.quote is not None:
        yield from _quoted(strings, begun, place, known)
        return
    if place.sign is not None and begun is not None:
        yield from operators.longer_signs(begun, place)
    yield from keywords.list_sign(begun, place)
    yield from _names(place, columns, known)
    if begun is not None:
        yield from operators.operators(begun, place, known)
    if "value:text" in strings:
        yield from values.values(begun, place, known)
    elif "duration:glued" in mark.roles("DURATION"):
        yield from keywords.lengths(place)
    if "zone:zone" in strings:
        yield from zones("'")
    if "number:integer" in mark.roles("INTEGER"):
        yield from keywords.numbers(place)
    yield from _marked(place, known)
    yield from keywords.keywords(begun, place)
    yield from keywords.signs(begun, place)


def _names(place: Place, columns: Columns, known: Known) -> Iterator[Offer]:
    """The names that a word would be here."""
    words = place.mark.roles("WORD")
    if "operand:name" in words:
        yield from names.operands(place, columns, known)
    if "argument:name" in words:
        yield from names.arguments(place, columns, known)
    if words == {"LPAR"}:
        yield from names.aggregates(place)
    if "predicate:search" in place.mark.roles("STRING"):
        yield from values.words_sought(place, known)


def _marked(place: Place, known: Known) -> Iterator[Offer]:
    """The parameters and the named filters, in the session and before the cursor."""
    if "PARAMETER" in place.mark.accepts:
        yield from values.parameters(place, known)
    if "predicate:reference" in place.mark.roles("REFERENCE"):
        named = dict.fromkeys(place.mark.so_far.names, "")
        for name, filter_ in (named | dict(known.names)).items():
            yield Offer(f"@{name}", ItemKind.NAME, shown(filter_))


def _quoted(
    strings: frozenset[str], begun: Begun | None, place: Place, known: Known
) -> Iterator[Offer]:
    """What a quoted text may say."""
    if "value:text" in strings:
        yield from values.values(begun, place, known)
    if "predicate:search" in strings:
        yield from values.searches(place, known)
    if "zone:zone" in strings:
        yield from zones(place.quote)


def _item(offer: Offer, place: Place) -> Item:
    """The item of an offer, with the blanks that keep words apart."""
    text = offer.text
    listed = text if offer.shown is None else offer.shown
    if not offer.keeps_case and place.typed.isupper():
        text, listed = text.upper(), listed.upper()
    goes_on = offer.kind is ItemKind.OPERATOR and offer.keeps_case
    if not place.typed and place.quote is None and not goes_on:
        if place.touches_before and text[0] not in _ABUTS and text[0] != " ":
            text = f" {text}"
        if place.touches_behind and (text[-1].isalnum() or text[-1] in "_'"):
            text = f"{text} "
    return Item(text, listed, offer.margin, offer.kind)
