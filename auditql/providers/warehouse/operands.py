"""Operands as nodes: columns, functions of them, and what makes equal values one.

In: an operand, the cell of its column. Out: a value. What an engine's LOWER does is
asked for ASCII alone; every other letter is replaced by hand.
"""

from typing import Protocol

from sqlglot import exp

from auditql.catalog.forms import form
from auditql.catalog.kinds import Unit
from auditql.language.query import Apply, Column, Operand
from auditql.providers.warehouse.addresses import Addresses
from auditql.providers.warehouse.bindings import Bindings
from auditql.providers.warehouse.cells import Cell
from auditql.providers.warehouse.engines import Functions
from auditql.providers.warehouse.folding import lowering
from auditql.providers.warehouse.nodes import Node, cases, not_null, string
from auditql.providers.warehouse.refusals import READ_HERE, Refused
from auditql.providers.warehouse.statement import Dialect
from auditql.providers.warehouse.zone_range import Range
from auditql.providers.warehouse.zones import ZoneClock

_DAY = (1, Unit.DAY)
_MONTH = (1, Unit.MONTH)
_NOT_ASCII = "auditql folds the case of ASCII alone in SQL, and this is beyond"


class Scope(Protocol):
    """Where operands find their columns."""

    def cell(self, column: Column) -> Cell:
        """The cell of a column."""
        ...


@form
class Value:
    """The value of an operand.

    Attributes:
        node: text or a whole number.
        nullable: it may be missing.
    """

    node: Node
    nullable: bool


class Operands:
    """Makes values of operands."""

    def __init__(
        self, functions: Functions, bindings: Bindings, zone: str, within: Range
    ) -> None:
        """Take what all of a statement's operands share.

        Args:
            functions: of the engine.
            bindings: of the statement.
            zone: name of the zone that days and hours are read in.
            within: the range of the query's time.
        """
        self.functions = functions
        self.bindings = bindings
        self.addresses = Addresses(functions)
        self.zone = zone
        self.within = within
        self._clocks: dict[Range, ZoneClock] = {}

    def clock(self, cell: Cell) -> ZoneClock:
        """The clock, over the times that a cell can hold."""
        within = self.within if cell.bounded else self.within.of_parts()
        if within not in self._clocks:
            self._clocks[within] = ZoneClock(self.zone, within, self.functions)
        return self._clocks[within]

    def value(self, operand: Operand, scope: Scope) -> Value:
        """The value as it is shown.

        Raises:
            Refused: the engine cannot have it exactly.
        """
        if isinstance(operand, Column):
            cell = scope.cell(operand)
            return Value(cell.node, cell.nullable)
        cell = scope.cell(operand.column)
        return Value(self._applied(operand, cell), cell.nullable)

    def key(self, operand: Operand, scope: Scope) -> Value:
        """The value as a key, the same for all that the language calls equal.

        But for addresses, which several relations make the same, see `Relations.keyed`.

        Raises:
            Refused: the engine cannot have it exactly.
        """
        value = self.value(operand, scope)
        if isinstance(operand, Column) and operand.folds_case:
            return Value(self.folded(value), value.nullable)
        return value

    def folded(self, value: Value) -> Node:
        """A text with its case folded; the statement fails beyond ASCII.

        What folds case is `action`, a word of ASCII wherever it was seen.
        """
        functions = self.functions
        beyond = exp.Not(this=exp.Paren(this=functions.is_ascii(value.node)))
        wrong = exp.And(this=not_null(value.node), expression=beyond)
        small = functions.lower_ascii(value.node)
        return functions.checked(small, wrong, _NOT_ASCII, value.node)

    def _applied(self, operand: Apply, cell: Cell) -> Node:
        node = cell.node
        match operand.function:
            case "lower":
                return self._lower(node)
            case "length":
                return self.functions.length(node)
            case "hour":
                return self.clock(cell).hour(node)
            case "weekday":
                return self.clock(cell).weekday(node)
            case "date":
                return self.clock(cell).start(node, *_DAY)
            case "month":
                return self.clock(cell).start(node, *_MONTH)
            case "bin":
                length = operand.length
                assert length is not None, operand
                return self.clock(cell).start(node, length.count, length.unit)
            case unknown:
                raise AssertionError(f"no function of the catalog: {unknown!r}")

    def _lower(self, text: Node) -> Node:
        """A whole text in small letters, as Python makes them."""
        functions = self.functions
        if functions.dialect is Dialect.SQLITE:
            raise Refused(
                "`lower(…)` of whole texts, whose letters are beyond it",
                f"compare with `ilike`, or {READ_HERE}",
            )
        made = functions.replaced(text, lowering())
        sigma = functions.contains(text, string("Σ"))  # small by what follows it
        words = "auditql cannot make the Greek sigma small in SQL"
        wrong = exp.And(this=not_null(text), expression=sigma)
        made = functions.checked(made, wrong, words, text)
        return cases([(functions.is_ascii(text), functions.lower_ascii(text))], made)
