"""Tests of text as SQL: each different text of a field is tested once.

In: a test of one text field. Out: a piece that asks the field's dictionary. What the
test means is said by the same Python that tests records, registered as a function of
SQL; before it stands a quick test where there is one. Equality looks a text up by its
hash; the order and the length of a text are SQLite's own, which agree with Python's
but for texts with NUL or half a pair of surrogates: those are bytes, and ask Python.
"""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address

from auditql.catalog.kinds import Kind
from auditql.language import query
from auditql.providers.mirror.sql.needles import needle
from auditql.providers.mirror.sql.numbers import number_test, one_of
from auditql.providers.mirror.sql.pieces import Called, Piece
from auditql.providers.mirror.texts import hashed, stored

TEST = "mirror_test"
"""The function of SQL that tests: the number of a test, and a value."""

CALL_COST = 50
_ASK = f"{TEST}(?, value)"
_IS_TEXT = "typeof(value) = 'text'"


def word_test(
    name: str, node: query.Test, called: Callable[[], Called], *, is_lazy: bool
) -> Piece:
    """A test of the texts of a field; false where the field is missing.

    Args:
        name: of the stored field.
        node: of the field, of what is derived from it, or of a function of either.
        called: registers the test of one text in Python; called at most once.
        is_lazy: the text of each record is tested when it is met, which is better
            where few records are; else those of the dictionary, all at once.
    """
    keys = _looked_up(node)
    if keys is not None:
        inner = one_of("hash", [hashed(key) for key in keys])
        asked = _asked(called())
        inner = Piece(f"{inner.text} AND {asked.text}", inner.params + asked.params)
        return _of_dictionary(name, inner)
    inner = _sayable(node, called) or _needled(node, called)
    return _of_record(name, inner) if is_lazy else _of_dictionary(name, inner)


def missing(name: str) -> Piece:
    """Whether the field is missing."""
    return Piece(f"(record.{name} IS NULL)")


def _looked_up(node: query.Test) -> Sequence[str] | None:
    """The texts that alone pass the test, where they are known."""
    match node:
        case query.OneOf(query.Column(many=False, folds_case=False) as column, values):
            if column.kind is Kind.ADDRESS:
                keys = [str(v) for v in values if isinstance(v, IPv4Address)]
            else:
                keys = [v for v in values if isinstance(v, str)]
            return keys if len(keys) == len(values) else None
        case _:
            return None


def _sayable(node: query.Test, called: Callable[[], Called]) -> Piece | None:
    """A test of order or length, which SQLite says of texts as Python does."""
    match node:
        case query.Compare(operand, op, value):
            bounds = [(op.value, value)]
        case query.Between(operand, low, high):
            bounds = [(">=", low), ("<=", high)]
        case query.OneOf(operand, _):
            bounds = []
        case _:
            return None
    plain: Piece | None = None
    if isinstance(operand, query.Apply):
        if operand.function == "length" and not operand.column.many:
            plain = number_test("length(value)", node, nullable=False)
    elif not operand.many and not operand.folds_case and bounds:
        texts = [v for _, v in bounds if isinstance(v, str) and stored(v) is v]
        if len(texts) == len(bounds):
            said = " AND ".join(f"value {sign} ?" for sign, _ in bounds)
            plain = Piece(f"({said})", tuple(texts))
    if plain is None:
        return None
    text = f"CASE WHEN {_IS_TEXT} THEN {plain.text} ELSE {_ASK} END"
    return Piece(text, (*plain.params, called()), 3)


def _needled(node: query.Test, called: Callable[[], Called]) -> Piece:
    """What Python says, where a quick test lets a text through."""
    asked = _asked(called())
    quick = needle(node)
    if quick is None:
        return asked
    text = f"CASE WHEN {quick.text} THEN {asked.text} END"
    return Piece(text, quick.params + asked.params, CALL_COST // 5)


def _asked(called: Called) -> Piece:
    return Piece(_ASK, (called,), CALL_COST)


def _of_dictionary(name: str, inner: Piece) -> Piece:
    text = f"SELECT code FROM text_{name} WHERE {inner.text}"  # noqa: S608 - our own names
    return Piece(f"(+record.{name} IN ({text}))", inner.params, 5)


def _of_record(name: str, inner: Piece) -> Piece:
    text = f"SELECT {inner.text} FROM text_{name} WHERE code = record.{name}"  # noqa: S608 - our own names
    return Piece(f"({text})", inner.params, 20 + inner.cost)
