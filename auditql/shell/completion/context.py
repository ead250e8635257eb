"""What the parser's stacks say of a place: the columns there, the test begun.

In: a place. Out: the columns that a name can mean, the operand and the operator
whose value is awaited, what stands in the list already. All of it is read off
what the parser made so far; names are checked by the resolver's own functions.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from auditql.catalog.forms import form
from auditql.catalog.functions import FUNCTIONS_BY_NAME
from auditql.catalog.kinds import Kind
from auditql.errors import QueryError
from auditql.language import syntax
from auditql.language.clock import Clock, zone_named
from auditql.language.expected import OPERATOR_WORDS
from auditql.language.operands import RECORD, Columns
from auditql.language.parser import parse
from auditql.language.query import Column
from auditql.language.reading import Mark
from auditql.language.scope import Scope
from auditql.language.stacks import Leaf, Rule, Value, pattern_of
from auditql.language.stages import resolve_stages
from auditql.language.tree.values import unquote
from auditql.shell.completion.place import Place

_SAME_COLUMNS = syntax.Where | syntax.OrderBy | syntax.LimitTo
_BEHIND = 4_000  # characters of a list looked at behind the cursor


@form
class Begun:
    """A test that is begun.

    Attributes:
        column: what is tested, or the column that a function is applied to; None
            where no such column is known.
        function: the function applied; None for the column itself.
        kind: of the values that are compared; None where it is not known.
        words: what stands of its operator, in lower case.
        opened: offset of the parenthesis of its list; None outside of one.
        second: whether it is the second value of `between`.
    """

    column: Column | None
    function: str | None
    kind: Kind | None
    words: tuple[str, ...]
    opened: int | None
    second: bool


def columns_at(place: Place) -> Columns:
    """What a name can mean at a place: fields, or what the stage before gives."""
    said = place.mark.so_far
    if said.first_bar is None or said.last_bar is None:
        return RECORD
    return _given(place.text[said.first_bar : said.last_bar])


@lru_cache(256)
def _given(stages: str) -> Columns:
    """The columns that stages give; those before one that names what is not there."""
    if not stages:
        return RECORD
    try:
        (statement,) = parse(stages).statements
    except QueryError:
        return {}
    assert isinstance(statement, syntax.Query)
    changing = [s for s in statement.stages if not isinstance(s, _SAME_COLUMNS)]
    scope = Scope(stages, Clock(0, zone_named("UTC")), "UTC", {}, assumes=True)
    return resolve_stages(changing, RECORD, scope)[1]


def begun_at(mark: Mark, columns: Columns) -> Begun | None:
    """The test whose operator or value is awaited; None outside of a test."""
    values = _awaiting(mark)
    words: list[str] = []
    opened: int | None = None
    second = False
    for value in reversed(values):
        if isinstance(value, Rule) and value.of == "operand":
            return _begun(value, columns, tuple(words), opened, second=second)
        if isinstance(value, Leaf):
            match value.kind:
                case "LPAR":
                    opened = value.start
                case "AND":
                    second = True
                case "VBAR" | "SEMICOLON" | "PARAM" | "BY" | "OR":
                    return None
                case _:
                    words[:0] = _operator_words((value,))
        else:
            words[:0] = _operator_words(_leaves(value))
    return None


def _awaiting(mark: Mark) -> Sequence[Value]:
    """The values before the next token, what is finished read as what it is."""
    for kind in ("STRING", "COMPARATOR", "NULL", "WITH", "IN", "LPAR", "DURATION"):
        values = mark.with_a(kind)
        if values is not None and kind in mark.accepts:
            return values[:-1]
    return mark.values


def _operator_words(leaves: Sequence[Leaf]) -> list[str]:
    """The texts of an operator's tokens; empty where one is none of its words."""
    found = [leaf.text.lower() for leaf in leaves]
    return found if all(word in OPERATOR_WORDS for word in found) else []


def _leaves(value: Value) -> tuple[Leaf, ...]:
    """The tokens of a sign; nothing of what is longer than an operator."""
    if isinstance(value, Leaf):
        return (value,)
    if value.of not in ("within", "during", "range", "text_sign"):
        return ()
    return tuple(leaf for part in value.parts for leaf in _leaves(part))


def _begun(
    operand: Rule,
    columns: Columns,
    words: tuple[str, ...],
    opened: int | None,
    *,
    second: bool,
) -> Begun:
    first = operand.parts[0]
    assert isinstance(first, Leaf)
    name = first.text.lower()
    if operand.name == "name":
        column = columns.get(name)
        kind = None if column is None else column.kind
        return Begun(column, None, kind, words, opened, second)
    function = FUNCTIONS_BY_NAME.get(name)
    argument = next(_names(operand.parts[2]), "")
    kind = None if function is None else function.gives
    return Begun(columns.get(argument), name, kind, words, opened, second)


def _names(value: Value) -> Iterator[str]:
    """The words of a rule, in lower case."""
    if isinstance(value, Leaf):
        if value.kind == "WORD":
            yield value.text.lower()
        return
    for part in value.parts:
        yield from _names(part)


def called_at(mark: Mark) -> str | None:
    """The function or aggregate whose first argument is awaited."""
    if len(mark.values) < 2:
        return None
    function, opening = mark.values[-2:]
    if not isinstance(function, Leaf) or not isinstance(opening, Leaf):
        return None
    is_call = opening.kind == "LPAR" and function.kind in ("WORD", "COUNT")
    return function.text.lower() if is_call else None


def keyword_before(mark: Mark, kinds: frozenset[str]) -> str | None:
    """The kind of the last of these keywords that the place is still part of."""
    for value in reversed(mark.values):
        if isinstance(value, Leaf) and value.kind in kinds:
            return value.kind
    return None


def listed_at(place: Place, opened: int) -> frozenset[str]:
    """The texts of the values that the list around a place holds, quotes undone."""
    marks = place.marks
    first = bisect_left(marks, opened + 1, key=lambda mark: mark.end)
    found: set[str] = set()
    parts: list[Leaf] = []
    for mark in marks[first:]:
        leaf = mark.leaf
        if leaf is None or leaf.kind == "LPAR":
            continue
        if leaf.kind != "COMMA":
            parts.append(leaf)
        else:
            found.update(_said(parts))
            parts = []
    found.update(_said(parts))
    return frozenset(found | _listed_behind(place))


def _said(parts: Sequence[Leaf]) -> Iterator[str]:
    """The values that the tokens between two commas say."""
    if len(parts) == 1 and parts[0].kind == "STRING":
        yield unquote(parts[0].text)
    elif len(parts) == 1 and parts[0].kind == "INTEGERS":
        yield from (part.strip() for part in parts[0].text.split(","))
    elif len(parts) == 1:
        yield parts[0].text
    elif parts:
        sign = "-" if parts[0].kind == "MINUS" else ""
        yield sign + " ".join(leaf.text for leaf in parts[len(sign) :]).lower()


def _listed_behind(place: Place) -> set[str]:
    """The values between the cursor and the end of the list, as far as it is near."""
    found: set[str] = set()
    at, end = place.end, min(len(place.text), place.end + _BEHIND)
    string = pattern_of("STRING")
    while at < end:
        character = place.text[at]
        if character == ")":
            return found
        if character in "'\"":
            quoted = string.match(place.text, at)
            if quoted is None:
                break
            found.add(unquote(quoted[0]))
            at = quoted.end()
        elif character in ", \n\t":
            at += 1
        else:
            stop = at + 1
            while stop < end and place.text[stop] not in ", \n\t)'\"":
                stop += 1
            found.add(place.text[at:stop])
            at = stop
    return set()
