"""Keywords, stages, signs and common numbers that may stand at a place.

In: what the parser accepts there. Out: offers, in the order in which they are
mostly wanted. Clauses that were said already are left out.
"""

from collections.abc import Iterator

from auditql.catalog.kinds import Kind, Unit
from auditql.language.expected import OPERATOR_WORDS, STAGES
from auditql.language.expected import keywords as accepted_keywords
from auditql.language.so_far import is_free
from auditql.shell.completion.context import Begun, called_at, keyword_before
from auditql.shell.completion.known import ItemKind
from auditql.shell.completion.offers import Offer
from auditql.shell.completion.place import Place

_KEYWORDS: dict[str, str] = {
    "ago": "before now",
    "and": "",
    "or": "",
    "not": "",
    "by": "",
    "desc": "largest first",
    "asc": "smallest first",
    "as": "name the column",
    "order by": "as in order by -created_at",
    "limit": "as in limit 50",
    "page size": "as in page size 100",
    "page": "as in page 2 size 50",
    "size": "records of a page",
    "offset": "rows left out first",
    "after": "the page behind a cursor",
    "before": "the page before a cursor",
    "param": "a parameter and its default",
    "let": "name a filter",
    "tz": "the zone that days are read in",
}
_STAGES: dict[str, str] = {
    "count": "as in count by actor_name",
    "where": "keep the rows that pass",
    "select": "the columns to show",
    "top": "as in top 10 actor_name",
    "timeline": "as in timeline 1d",
    "stats": "as in stats count(), min(created_at) by actor_name",
    "distinct": "each combination once",
    "order by": "sort the rows",
    "limit": "the first rows",
}
_UNITS = tuple(unit.word for unit in Unit)
_UNIT_WORDS = frozenset(_UNITS) | {f"{word}s" for word in _UNITS}
_PERIOD_WORDS = frozenset({"last", "this"})
_CLAUSES = frozenset({"order by", "limit", "offset", "page", "size", "after", "before"})
_NUMBERS: dict[str, tuple[str, ...]] = {
    "LIMIT": ("10", "20", "50", "100", "500", "1000"),
    "OFFSET": ("10", "50", "100", "500", "1000"),
    "PAGE": ("1", "2", "3"),
    "SIZE": ("10", "25", "50", "100"),
    "TOP": ("5", "10", "20", "50", "100"),
}
_LENGTHS: dict[str, tuple[str, ...]] = {
    "LAST": ("7d", "24h", "30d", "90d", "12mo"),
    "TIMELINE": ("1d", "1h", "1w", "1mo", "15m"),
}
_SHIFTS = ("7d", "1d", "1h", "1w", "1mo")
_LETTERS = ("d", "h", "w", "mo", "m", "y", "s")
_SIGNS = {
    "LPAR": ("(", ""),
    "RPAR": (")", ""),
    "COMMA": (",", "another one"),
    "EQUAL": ("=", "its default"),
    "VBAR": ("|", "a stage follows"),
}


def keywords(begun: Begun | None, place: Place) -> Iterator[Offer]:
    """The keywords and stages that may stand at a place."""
    accepts = place.mark.accepts
    found = set(accepted_keywords(accepts))
    if begun is not None:
        found = {word for word in found if word.split()[0] not in OPERATOR_WORDS}
        found = _of_times(found, begun, place)
    if "STRING" in accepts:
        found -= _PERIOD_WORDS  # offered with what follows
    if {"COUNT", "WORD"} <= accepts:
        found -= {"count"}  # an aggregate
    if "SELECT" in accepts:
        for word in sorted(found & set(STAGES), key=list(_STAGES).index):
            yield Offer(word, ItemKind.STAGE, _STAGES[word], keeps_case=False)
        found -= set(STAGES)
    said = place.mark.so_far
    if said.first_bar is None:
        found = {w for w in found if w not in _CLAUSES or is_free(w, said)}
    for word in sorted(found, key=_rank):
        yield Offer(word, ItemKind.KEYWORD, _KEYWORDS.get(word, ""), keeps_case=False)


def _of_times(found: set[str], begun: Begun, place: Place) -> set[str]:
    """The keywords without those that a test of times, or of others, cannot use."""
    if begun.kind is not Kind.TIME:
        return found - _UNIT_WORDS - {"ago"}
    leaf = place.mark.leaf
    opens_period = leaf is not None and leaf.kind in ("LAST", "THIS")
    return found & _UNIT_WORDS if opens_period else found


def _rank(word: str) -> tuple[int, str]:
    """Where a keyword stands among others: in the order of the tables."""
    if word.removesuffix("s") in _UNITS:
        return _UNITS.index(word.removesuffix("s")), word
    place = list(_KEYWORDS).index(word) if word in _KEYWORDS else len(_KEYWORDS)
    return len(_UNITS) + place, word


def numbers(place: Place) -> Iterator[Offer]:
    """Common numbers behind `limit`, `top` and the like."""
    keyword = keyword_before(place.mark, frozenset(_NUMBERS))
    for number in _NUMBERS.get(keyword or "", ()):
        yield Offer(number, ItemKind.VALUE)


def lengths(place: Place) -> Iterator[Offer]:
    """Lengths of time: common ones, and those of the number that was typed."""
    if called_at(place.mark) is not None:
        return  # a function takes a column first
    before = place.mark.leaf
    kind = "" if before is None else before.kind
    if place.typed.isdecimal() and place.typed.isascii():
        for letters in _LETTERS:
            yield Offer(f"{place.typed}{letters}", ItemKind.TIME)
    for length in _LENGTHS.get(kind, _SHIFTS):
        yield Offer(length, ItemKind.TIME)


def signs(begun: Begun | None, place: Place) -> Iterator[Offer]:
    """The signs that may stand at a place where nothing was typed yet."""
    if place.typed:
        return
    accepts = place.mark.accepts
    for kind, (sign, said) in _SIGNS.items():
        if kind not in accepts or (kind == "LPAR" and not _opens(begun, place)):
            continue
        text = (
            f" {sign}" if kind in ("VBAR", "EQUAL") and place.touches_before else sign
        )
        yield Offer(text, ItemKind.SIGN, said, shown=sign)


def _opens(begun: Begun | None, place: Place) -> bool:
    """Whether a parenthesis opens a group; behind a name it would call it."""
    return begun is None and "REFERENCE" in place.mark.accepts


def list_sign(begun: Begun | None, place: Place) -> Iterator[Offer]:
    """The parenthesis of a list, behind `in`."""
    if begun is None or begun.words[-1:] != ("in",) or place.typed:
        return
    if "LPAR" in place.mark.accepts:
        yield Offer("(", ItemKind.SIGN, "a list")
