"""Single tests and operands written out as Python expressions.

In: one test of a checked filter. Out: an expression that is true or false for
the record `r` whose values `g` gets, or for the row `r` of a stage, and the
constants that it names. What operators and functions mean is not said here but
in the catalog; only where a call would cost more than the work is an operator of
Python written instead.
"""

from collections.abc import Callable, Sequence
from typing import assert_never

from auditql.catalog.buckets import buckets
from auditql.catalog.changes import READERS
from auditql.catalog.civil import clock_of
from auditql.catalog.fields import BY_NAME, SEARCHED
from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind
from auditql.catalog.like import compile_like
from auditql.catalog.networks import Address, inside, one_of
from auditql.catalog.operators import TextOperator
from auditql.catalog.patterns import compile_pattern
from auditql.catalog.text import fold, lower
from auditql.language import query

_CHEAP, CALL_COST, _FOLD, _LIKE, _TIME, _DERIVE, _PATTERN = 1, 3, 4, 8, 8, 20, 40
"""What things cost, roughly, in the time of the cheapest test."""


@form
class Code:
    """An expression that is true or false, nothing else.

    Attributes:
        cost: what it takes beside the cheapest test, roughly.
        depth: how deeply its parentheses are nested.
    """

    text: str
    cost: int
    depth: int = 4


@form
class _Value:
    """An expression for the value of an operand.

    Attributes:
        fetch: what the record has.
        nullable: `fetch` may be None.
        derive: name of the function that reads several values out of it.
        function: name of the function to apply to each value; None for none.
        cost: what having it takes.
    """

    fetch: str
    nullable: bool
    derive: str | None
    function: str | None
    cost: int

    def of(self, name: str) -> str:
        """The operand's value for one value of the record."""
        return name if self.function is None else f"{self.function}({name})"


class Writer:
    """Writes tests, and keeps the constants and functions that they name.

    Attributes:
        zone: name of the IANA zone that days and hours are read in.
        functions: definitions that the expressions call, in order.
        names: what the expressions and definitions name.
    """

    def __init__(
        self, zone: str, columns: Sequence[query.Column] | None = None
    ) -> None:
        """Begin with the names that every filter may use.

        Args:
            zone: name of an IANA zone.
            columns: what stands in the places of a row `r`; None where `r` is a
                record.
        """
        self.zone = zone
        self._places: dict[str, tuple[int, query.Column]] | None = None
        if columns is not None:
            self._places = {c.name: (i, c) for i, c in enumerate(columns)}
        self.functions: list[str] = []
        self.names: dict[str, object] = {
            "__builtins__": {},
            "any": any,
            "fold": fold,
            "len": len,
            "lower": lower,
            "map": map,
            "tuple": tuple,
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

    def test(self, node: query.Test) -> Code:
        """The expression of one test."""
        match node:
            case query.Search(text):
                return self.search(self.constant(fold(text)))
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
                return self.on(operand, lambda x: f"{lies}({x})", CALL_COST)
            case query.TextMatch(operand, op, value):
                return self.text_match(operand, op, value)
            case _:
                assert_never(node)

    def search(self, wanted: str) -> Code:
        """The expression of a text alone; false where no searched field is left."""
        places = self._places
        if places is None:
            fetches = [f"g({f.name!r})" for f in SEARCHED]
        else:
            fetches = [f"r[{i}]" for i, c in places.values() if query.is_searched(c)]
        looks = [
            f"((v := {fetch}) is not None and {wanted} in fold(v))" for fetch in fetches
        ]
        return Code(f"({' or '.join(looks) or False})", _FOLD * len(looks))

    def missing(self, value: _Value) -> Code:
        """The expression of `is null`."""
        if value.derive is not None:
            text = f"((v := {value.fetch}) is None or not {value.derive}(v))"
            return Code(text, value.cost)
        return Code(
            f"({value.fetch} is None)" if value.nullable else "False", value.cost
        )

    def one_of(self, operand: query.Operand, values: tuple[query.Scalar, ...]) -> Code:
        """The expression of `=` and `in`."""
        if operand.kind is Kind.ADDRESS:
            addresses = [v for v in values if isinstance(v, Address)]
            assert len(addresses) == len(values), values
            equal = self.constant(one_of(addresses))
            return self.on(operand, lambda x: f"{equal}({x})", CALL_COST)
        single = len(values) == 1
        wanted = self.constant(values[0] if single else frozenset(values))
        sign = "==" if single else "in"
        folded = _folded(operand)
        value = self.value(operand)
        if value.function is value.derive is None and folded is str:
            # What is missing is None, which equals no value: no need to ask.
            return Code(f"({value.fetch} {sign} {wanted})", value.cost + _CHEAP)
        return self.on(operand, lambda x: f"{folded(x)} {sign} {wanted}")

    def text_match(self, operand: query.Operand, op: TextOperator, value: str) -> Code:
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
    ) -> Code:
        """A test of the operand's value; false where it is missing.

        Args:
            operand: what is tested.
            test: the expression of the test, of one for a value that is there.
            cost: of the test alone.
        """
        value = self.value(operand)
        cost += value.cost
        if value.derive is not None:
            one = self.function("v", test(value.of("v")))
            several = f"any(map({one}, {value.derive}(v)))"
            return Code(f"((v := {value.fetch}) is not None and {several})", cost)
        if value.nullable:
            single = test(value.of("v"))
            return Code(f"((v := {value.fetch}) is not None and {single})", cost)
        return Code(f"({test(value.of(value.fetch))})", cost)

    # --- operands

    def value(self, operand: query.Operand) -> _Value:
        """How the value of an operand is had."""
        column = operand.column if isinstance(operand, query.Apply) else operand
        if self._places is not None:
            return self._in_row(operand, *self._places[column.name])
        stored = BY_NAME.get(column.name)
        if stored is None:
            raise AssertionError(f"no field of a record: {column.name!r}")
        name = stored.derived_from or stored.name
        fetch = {"id": "r.id", "created_at": "r.created_s"}.get(name, f"g({name!r})")
        folds = isinstance(operand, query.Column) and operand.folds_case
        cost = int(stored.optional) + 2 * int(folds)
        derive = None
        if stored.derived_from is not None:
            derive = self.constant(READERS[stored.name])
            cost += _DERIVE
        if not isinstance(operand, query.Apply):
            return _Value(fetch, stored.optional, derive, None, cost)
        function, extra = self.applied(operand)
        return _Value(fetch, stored.optional, derive, function, cost + extra)

    def _in_row(
        self, operand: query.Operand, place: int, column: query.Column
    ) -> _Value:
        """How the value of an operand is had from a row; several are a tuple there."""
        function, cost = None, _CHEAP
        if isinstance(operand, query.Apply):
            function, cost = self.applied(operand)
        derive = "tuple" if column.many else None
        return _Value(f"r[{place}]", True, derive, function, cost)

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


def _folded(operand: query.Operand) -> Callable[[str], str]:
    """Makes of an expression the one that is compared."""
    if isinstance(operand, query.Column) and operand.folds_case:
        return "fold({})".format
    return str
