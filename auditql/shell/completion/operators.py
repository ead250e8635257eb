"""Operators of the operand that stands before the cursor.

In: the test that is begun and what may come next. Out: offers: whole operators,
or what is left of one that is begun. Those that the operand's kind refuses are
left out.
"""

from collections.abc import Iterator

from auditql.catalog.operators import OPERATORS, Operator
from auditql.language.expected import keywords
from auditql.shell.completion import support
from auditql.shell.completion.context import Begun
from auditql.shell.completion.known import ItemKind, Known
from auditql.shell.completion.offers import Offer
from auditql.shell.completion.place import Place
from auditql.shell.completion.support import margin

_NEGATABLE = ("contains", "starts with", "ends with", "like", "ilike")
_SIGNS = {"COMPARATOR": "=!<>", "PATTERN": "~!"}


def operators(begun: Begun, place: Place, known: Known) -> Iterator[Offer]:
    """The operators that may stand at a place, or the rest of one."""
    next_words = {word.split()[0] for word in keywords(place.mark.accepts)}
    done = len(begun.words)
    for row in _rows():
        words = row.spelling.split()
        if tuple(words[:done]) != begun.words or len(words) == done:
            continue
        if begun.kind is not None and begun.kind not in row.kinds:
            continue
        is_sign = not words[done].isalpha()
        if words[done] in next_words or (is_sign and _sign_fits(words[done], place)):
            rest = " ".join(words[done:])
            said = margin(_support(row, begun, place, known), row.meaning)
            yield Offer(rest, ItemKind.OPERATOR, said, keeps_case=False)


def longer_signs(begun: Begun, place: Place) -> Iterator[Offer]:
    """What makes another operator of the sign that the cursor touches."""
    assert place.sign is not None
    for row in _rows():
        rest = row.spelling.removeprefix(place.sign.text)
        if rest in ("", row.spelling) or not row.spelling.startswith(place.sign.text):
            continue
        if begun.kind is None or begun.kind in row.kinds:
            yield Offer(rest, ItemKind.OPERATOR, row.meaning, shown=row.spelling)


def _rows() -> Iterator[Operator]:
    for row in OPERATORS:
        yield row
        if row.spelling in _NEGATABLE:
            negated = f"not {row.spelling}"
            yield Operator(negated, row.kinds, f"not {row.spelling}, or missing", "")


def _sign_fits(sign: str, place: Place) -> bool:
    accepts = place.mark.accepts
    is_pattern = "~" in sign
    return ("PATTERN" if is_pattern else "COMPARATOR") in accepts


def _support(row: Operator, begun: Begun, place: Place, known: Known) -> str:
    """`api` or `here`; nothing behind a stage, where all is computed here."""
    if place.mark.so_far.first_bar is not None:
        return ""
    if begun.column is None or begun.function is not None:
        return support.HERE
    return support.of_operator(
        row.spelling,
        begun.column.name,
        known.capabilities,
        place.mark.so_far.fields,
    )
