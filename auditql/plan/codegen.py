"""A filter written out as the source text of Python functions.

In: a checked filter and its zone. Out: source text and the constants it names.
The text holds names that are made here, names of fields that stand in the
catalog, and operators; a value of a query is only ever a constant `k0`, `k1`, …
so nothing that a person wrote becomes code. Nothing is compiled here.

Terms of `and` and `or` are ordered by what they cost, cheap ones first; tests
have no effect, so that changes nothing but the time. No step recurses, and
what is nested deeply is written as functions of its own, because Python's
parser has a bound on nesting.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from auditql.catalog import changes
from auditql.catalog.buckets import buckets
from auditql.catalog.civil import clock_of
from auditql.catalog.fields import BY_NAME, SEARCHED
from auditql.catalog.kinds import Kind
from auditql.catalog.like import compile_like
from auditql.catalog.networks import Address, inside, one_of
from auditql.catalog.operators import TextOperator
from auditql.catalog.patterns import compile_pattern
from auditql.catalog.text import fold, lower
from auditql.language import query

MOST_NESTED = 30
"""Levels of one expression; Python's parser takes no more than 200."""

_DERIVED: dict[str, Callable[[str], tuple[str, ...]]] = {
    "changed": changes.changed,
    "changed_from": changes.changed_from,
    "changed_to": changes.changed_to,
}

_CHEAP, _CALL, _FOLD, _LIKE, _TIME, _DERIVE, _PATTERN = 1, 3, 4, 8, 8, 20, 40
"""What a test costs beside the cheapest one, roughly."""


@dataclass(frozen=True, slots=True)
class Source:
    """What was written.

    Attributes:
        text: defines `run(records, keep)`, which calls `keep` with each record
            that passes, in order.
        names: the constants and functions that the text uses, by name.
    """

    text: str
    names: dict[str, object]


@dataclass(frozen=True, slots=True)
class _Code:
    """An expression for a filter: true or false, nothing else."""

    text: str
    cost: int
    depth: int = 1


@dataclass(frozen=True, slots=True)
class _Value:
    """An expression for the value of an operand.

    Attributes:
        fetch: what the record has.
        nullable: `fetch` may be None.
        derive: name of the function that reads several values out of it.
        wrap: makes the operand's value of an expression for one value.
        wrapped: `wrap` does something.
    """

    fetch: str
    nullable: bool
    derive: str | None
    wrap: Callable[[str], str]
    wrapped: bool
    cost: int


class _Writer:
    """The text so far; used for one filter and then dropped."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.functions: list[str] = []
        self.names: dict[str, object] = {
            "__builtins__": {},
            "any": any,
            "fold": fold,
            "len": len,
            "lower": lower,
            "map": map,
        }

    def constant(self, value: object) -> str:
        """A name for a value."""
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def function(self, parameters: str, text: str) -> str:
        """The name of a function that gives what the expression gives."""
        name = f"f{len(self.functions)}"
        self.functions.append(f"def {name}({parameters}):\n return {text}\n")
        return name

    # --- logic

    def filter(self, whole: query.Filter) -> _Code:
        """The expression of a filter, built from the leaves up."""
        waiting: list[tuple[query.Filter, bool]] = [(whole, False)]
        done: list[_Code] = []
        while waiting:
            node, has_terms = waiting.pop()
            match node:
                case query.And(terms) | query.Or(terms):
                    if not has_terms:
                        waiting.append((node, True))
                        waiting.extend((term, False) for term in reversed(terms))
                        continue
                    split = len(done) - len(terms)
                    parts = done[split:]
                    del done[split:]
                    done.append(self.joined(isinstance(node, query.And), parts))
                case query.Not(term):
                    if not has_terms:
                        waiting.append((node, True))
                        waiting.append((term, False))
                        continue
                    inner = done.pop()
                    done.append(self.bounded(f"(not {inner.text})", [inner]))
                case _:
                    done.append(self.test(node))
        (code,) = done
        return code

    def joined(self, is_and: bool, parts: list[_Code]) -> _Code:
        """Terms under one `and` or `or`, cheap ones first."""
        if not parts:
            return _Code("True" if is_and else "False", 0)
        if len(parts) == 1:
            return parts[0]
        parts = sorted(parts, key=lambda part: part.cost)
        word = " and " if is_and else " or "
        return self.bounded(f"({word.join(part.text for part in parts)})", parts)

    def bounded(self, text: str, parts: list[_Code]) -> _Code:
        """The expression, put into a function if it is nested too deeply."""
        depth = 1 + max(part.depth for part in parts)
        cost = sum(part.cost for part in parts)
        if depth < MOST_NESTED:
            return _Code(text, cost, depth)
        return _Code(f"{self.function('r, g', text)}(r, g)", cost + _CALL)

    # --- tests

    def test(self, node: query.Test) -> _Code:
        """The expression of one test."""
        match node:
            case query.Search(text):
                wanted = self.constant(fold(text))
                looks = [
                    _Code(
                        f"((v := g({f.name!r})) is not None and {wanted} in fold(v))", 0
                    )
                    for f in SEARCHED
                ]
                found = self.joined(False, looks)
                return _Code(found.text, _FOLD * len(looks), 2)
            case query.Missing(operand):
                return self.missing(self.value(operand))
            case query.OneOf(operand, values):
                return self.one_of(operand, values)
            case query.Compare(operand, op, value):
                bound = self.constant(value)
                folded = _folded(operand)
                return self.on(operand, lambda x: f"{folded(x)} {op.value} {bound}")
            case query.Between(operand, low, high):
                first, last = self.constant(low), self.constant(high)
                folded = _folded(operand)
                return self.on(operand, lambda x: f"{first} <= {folded(x)} <= {last}")
            case query.InRange(operand, start, end):
                left = "" if start is None else f"{self.constant(start)} <= "
                right = "" if end is None else f" < {self.constant(end)}"
                return self.on(operand, lambda x: f"{left}{x}{right}")
            case query.InNetworks(operand, networks):
                lies = self.constant(inside(networks))
                return self.on(operand, lambda x: f"{lies}({x})", _CALL)
            case query.TextMatch(operand, op, value):
                return self.text_match(operand, op, value)
            case _:
                assert_never(node)

    def missing(self, value: _Value) -> _Code:
        """The expression of `is null`."""
        if value.derive is not None:
            text = f"((v := {value.fetch}) is None or not {value.derive}(v))"
            return _Code(text, value.cost)
        return _Code(f"({value.fetch} is None)" if value.nullable else "False", _CHEAP)

    def one_of(self, operand: query.Operand, values: tuple[query.Scalar, ...]) -> _Code:
        """The expression of `=` and `in`."""
        if operand.kind is Kind.ADDRESS:
            addresses = [v for v in values if isinstance(v, Address)]
            assert len(addresses) == len(values), values
            equal = self.constant(one_of(addresses))
            return self.on(operand, lambda x: f"{equal}({x})", _CALL)
        single = len(values) == 1
        wanted = self.constant(values[0] if single else frozenset(values))
        sign = "==" if single else "in"
        folded = _folded(operand)
        value = self.value(operand)
        if not value.wrapped and value.derive is None and folded("") == "":
            # What is missing is None, which equals no value: no need to ask.
            return _Code(f"({value.fetch} {sign} {wanted})", _CHEAP)
        return self.on(operand, lambda x: f"{folded(x)} {sign} {wanted}")

    def text_match(self, operand: query.Operand, op: TextOperator, value: str) -> _Code:
        """The expression of a test of text."""
        match op:
            case TextOperator.CONTAINS:
                piece = self.constant(fold(value))
                return self.on(operand, lambda x: f"{piece} in fold({x})", _FOLD)
            case TextOperator.STARTS_WITH | TextOperator.ENDS_WITH:
                piece = self.constant(fold(value))
                end = "startswith" if op is TextOperator.STARTS_WITH else "endswith"
                return self.on(operand, lambda x: f"fold({x}).{end}({piece})", _FOLD)
            case TextOperator.LIKE | TextOperator.ILIKE:
                like = compile_like(value, op is TextOperator.ILIKE)
                matches = self.constant(like)
                return self.on(operand, lambda x: f"{matches}({x})", _LIKE)
            case TextOperator.MATCHES | TextOperator.IMATCHES:
                found = compile_pattern(value, op is TextOperator.IMATCHES)
                matches = self.constant(found)
                return self.on(operand, lambda x: f"{matches}({x})", _PATTERN)
            case _:
                assert_never(op)

    def on(
        self, operand: query.Operand, test: Callable[[str], str], cost: int = _CHEAP
    ) -> _Code:
        """A test of the operand's value; false where it is missing.

        Args:
            operand: what is tested.
            test: the expression of the test, of one for a value that is there.
            cost: of the test alone.
        """
        value = self.value(operand)
        cost += value.cost
        if value.derive is not None:
            one = self.function("v", test(value.wrap("v")))
            several = f"any(map({one}, {value.derive}(v)))"
            return _Code(f"((v := {value.fetch}) is not None and {several})", cost)
        if value.nullable:
            single = test(value.wrap("v"))
            return _Code(f"((v := {value.fetch}) is not None and {single})", cost)
        return _Code(f"({test(value.wrap(value.fetch))})", cost)

    # --- operands

    def value(self, operand: query.Operand) -> _Value:
        """How the value of an operand is had."""
        column = operand.column if isinstance(operand, query.Apply) else operand
        stored = BY_NAME.get(column.name)
        if stored is None:
            raise AssertionError(f"no field of a record: {column.name!r}")
        name = stored.derived_from or stored.name
        fetch = {"id": "r.id", "created_at": "r.created_s"}.get(name, f"g({name!r})")
        derive = None
        cost = 0
        if stored.derived_from is not None:
            derive = self.constant(_DERIVED[stored.name])
            cost = _DERIVE
        wrap: Callable[[str], str] = str
        if isinstance(operand, query.Apply):
            name_of_function, extra = self.applied(operand)
            cost += extra
            wrap = f"{name_of_function}({{}})".format
        is_wrapped = isinstance(operand, query.Apply)
        return _Value(fetch, stored.optional, derive, wrap, is_wrapped, cost)

    def applied(self, operand: query.Apply) -> tuple[str, int]:
        """The name of a function of the catalog, and what a call costs."""
        match operand.function:
            case "lower":
                return "lower", _CHEAP
            case "length":
                return "len", _CHEAP
            case "date":
                return self.constant(clock_of(self.zone).date), _TIME
            case "month":
                return self.constant(clock_of(self.zone).month), _TIME
            case "hour":
                return self.constant(clock_of(self.zone).hour), _TIME
            case "weekday":
                return self.constant(clock_of(self.zone).weekday), _TIME
            case "bin":
                length = operand.length
                assert length is not None, operand
                made = buckets(length.count, length.unit, self.zone)
                return self.constant(made.start), _TIME
            case unknown:
                raise AssertionError(f"no function of the catalog: {unknown!r}")


def write(filter_: query.Filter, zone: str) -> Source:
    """The filter as source text and the constants it names."""
    writer = _Writer(zone)
    condition = writer.filter(filter_)
    head = "def run(records, keep):\n for r in records:\n"
    loop = f"  g = r.raw.get\n  if {condition.text}:\n   keep(r)\n"
    return Source("".join(writer.functions) + head + loop, writer.names)


def _folded(operand: query.Operand) -> Callable[[str], str]:
    """Makes of an expression the one that is compared."""
    if isinstance(operand, query.Column) and operand.folds_case:
        return "fold({})".format
    return str
