"""Operands written out as Python expressions that give their values.

In: an operand and the shape of the items. Out: source text about the item `r`
(whose values `g` gets, where it is a record) and the constants it names. A value
of a query is only ever a constant, so nothing that a person wrote becomes code.

A value is wanted in one of two ways: as it is, to be shown; or as a key, which
is the same for all that the language calls equal: `action` with its case folded,
an address in its one short spelling.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv6Address

from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind
from auditql.catalog.networks import address
from auditql.catalog.text import fold
from auditql.language.query import Column, Operand
from auditql.plan.codegen_tests import Writer
from auditql.results.stages.rows import Shape

REMEMBERED = 16_384
_BLOCK_S = 900

OF_RECORDS = "for r in rows for g in (r.raw.get,)"
OF_ROWS = "for r in rows"

Change = Callable[[object], object]


@form
class Expression:
    """An expression of a value, None where it is missing.

    Attributes:
        loop: of a comprehension, what goes over the values of one item; empty
            where there is at most one.
        text: the expression.
    """

    loop: str
    text: str


class Expressions:
    """Writes operands over one shape; the writer keeps what they name."""

    def __init__(self, shape: Shape, zone: str) -> None:
        """Begin with the names that every text may use."""
        self.shape = shape
        self.writer = Writer(zone, shape.columns)
        self.over = OF_RECORDS if shape.cells is None else OF_ROWS
        self._loops = 0

    def shown(self, operand: Operand) -> str:
        """The value as it is; of a column with several, all in a tuple."""
        value = self.writer.value(operand)
        function = self._function(operand)
        if value.derive is not None:
            several = self.writer.constant(
                _several(self._named(value.derive), function)
            )
            return f"{several}({value.fetch})"
        return self._applied(value.fetch, function, nullable=value.nullable)

    def first(self, operand: Operand) -> str:
        """The value as a key to order by; of a column with several, the first."""
        if self.writer.value(operand).derive is None:
            return self.key(operand).text
        return f"(None if (v := {self.shown(operand)}) is None else v[0])"

    def key(self, operand: Operand) -> Expression:
        """The value as a key; of a column with several, each different one once."""
        value = self.writer.value(operand)
        same = _same(operand)
        function = _both(self._function(operand), same)
        if value.derive is None:
            text = self._applied(value.fetch, function, nullable=value.nullable)
            return Expression("", text)
        each = self.writer.constant(_each(self._named(value.derive), function))
        self._loops += 1
        name = f"m{self._loops}"
        return Expression(f" for {name} in {each}({value.fetch})", name)

    def keys(self, operands: Sequence[Operand]) -> str:
        """A comprehension's text: the keys of every item, as tuples."""
        made = [self.key(operand) for operand in operands]
        values = "".join(f"{expression.text}, " for expression in made)
        loops = "".join(expression.loop for expression in made)
        return f"({values}) {self.over}{loops}"

    def constant(self, value: object) -> str:
        """A name for a value."""
        return self.writer.constant(value)

    def _named(self, name: str) -> Callable[[object], tuple[object, ...]]:
        found = self.writer.names[name]
        assert callable(found)
        return found

    def _applied(self, fetch: str, function: Change | None, *, nullable: bool) -> str:
        if function is None:
            return fetch
        name = self.writer.constant(function)
        if nullable:
            return f"(None if (v := {fetch}) is None else {name}(v))"
        return f"{name}({fetch})"

    def _function(self, operand: Operand) -> Change | None:
        if isinstance(operand, Column):
            return None
        name, _ = self.writer.applied(operand)
        found = self.writer.names[name]
        assert callable(found)
        if self.shape.is_condensed:
            return lru_cache(REMEMBERED)(found)  # few times stand for all
        if operand.function in ("date", "month", "bin"):
            return remembered(found)
        return found


def _same(operand: Operand) -> Change | None:
    """What makes equal values one key; None where they are already."""
    if operand.kind is Kind.ADDRESS:
        return _spelled_once
    if isinstance(operand, Column) and operand.folds_case:
        return _folded
    return None


@lru_cache(8192)
def _spelled_once(text: object) -> object:
    """An address in its short spelling; text that is none as it is."""
    found = address(text) if isinstance(text, str) else None
    if found is None:
        return text
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return f"::ffff:{found.ipv4_mapped}"  # Python spells it so from 3.13 on
    return str(found)


@lru_cache(4096)
def _folded(text: object) -> object:
    return fold(text) if isinstance(text, str) else text


def _both(first: Change | None, second: Change | None) -> Change | None:
    if first is None or second is None:
        return first or second
    return lambda value: second(first(value))


def _several(
    derive: Callable[[object], tuple[object, ...]], function: Change | None
) -> Change:
    """All values of what an item holds, in a tuple; None for none."""

    def several(held: object) -> object:
        if held is None:
            return None
        found = derive(held)
        return (found if function is None else tuple(map(function, found))) or None

    return several


def _each(
    derive: Callable[[object], tuple[object, ...]], function: Change | None
) -> Callable[[object], tuple[object, ...]]:
    """The different values of what an item holds; a missing one for none."""

    def each(held: object) -> tuple[object, ...]:
        if held is None:
            return (None,)
        found = derive(held)
        changed = found if function is None else map(function, found)
        return tuple(dict.fromkeys(changed)) or (None,)

    return each


def remembered(start: Callable[[int], int]) -> Change:
    """The same function of times, quicker: of a bucket's start or the like.

    It never falls as time rises, so where it is the same at both ends of a
    quarter of an hour, it is the same within.
    """

    @lru_cache(REMEMBERED)
    def of_block(block: int) -> int | None:
        first = start(block * _BLOCK_S)
        return first if start(block * _BLOCK_S + _BLOCK_S - 1) == first else None

    def quicker(second: object) -> object:
        assert isinstance(second, int)
        known = of_block(second // _BLOCK_S)
        return start(second) if known is None else known

    return quicker
