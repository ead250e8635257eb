"""Values of a query in a statement: as parameters, or quoted in its text.

In: texts and whole numbers that a person wrote. Out: nodes. What no table's text
can hold is refused, since nothing could be said of it.
"""

from sqlglot import exp

from auditql.catalog.limits import INT64_MAX, INT64_MIN
from auditql.providers.warehouse.engines import Functions
from auditql.providers.warehouse.nodes import Node, number, string
from auditql.providers.warehouse.refusals import READ_HERE, Refused


class Bindings:
    """Makes nodes of values, and keeps those that are parameters."""

    def __init__(self, functions: Functions, *, params: bool) -> None:
        """Begin with none.

        Args:
            functions: of the engine.
            params: make parameters.
        """
        self._functions = functions
        self._params = params
        self._named: dict[int | str, str] = {}

    @property
    def parameters(self) -> tuple[tuple[str, int | str], ...]:
        """Names and values, in the order in which they were met."""
        return tuple((name, value) for value, name in self._named.items())

    def text(self, value: str) -> Node:
        """A text.

        Raises:
            Refused: no text of a table is equal to it.
        """
        if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
            raise Refused(
                "a text that holds NUL or half a letter",
                f"leave that letter out, or {READ_HERE}",
            )
        return self._placeholder(value, "String") if self._params else string(value)

    def integer(self, value: int) -> Node:
        """A whole number."""
        if not INT64_MIN <= value <= INT64_MAX:
            raise Refused("a number of more than 64 bits", "no value is so large")
        return self._placeholder(value, "Int64") if self._params else number(value)

    def _placeholder(self, value: int | str, kind: str) -> Node:
        known = self._named.setdefault(value, f"p{len(self._named) + 1}")
        return exp.Var(this=self._functions.engine.placeholder.format(known, kind))
