"""What the API does and what is checked here, for the margin.

In: a field or an operator, what the source of records filters, what else stands
in the statement. Out: `api` or `here`; nothing for a column of a stage.
"""

from collections.abc import Collection, Mapping

from auditql.catalog.operators import OPERATORS
from auditql.plan.capability import Capability, Form

API, HERE = "api", "here"

_SETS = frozenset({"=", "in"})
_RANGES = frozenset(row.spelling for row in OPERATORS) - {"is null", "is not null"}
_OPERATORS: Mapping[Form, frozenset[str]] = {
    Form.SET: _SETS,
    Form.LOOKUP: _SETS,
    Form.RANGE: _RANGES,
}
"""The operators that a source can take, by the shape of constraint it takes."""


def of_field(
    name: str, capabilities: Mapping[str, Capability], beside: Collection[str]
) -> str:
    """Whether the API can filter a field, beside the others of the statement."""
    found = capabilities.get(name)
    if found is None or (found.needs is not None and found.needs not in beside):
        return HERE
    return API


def of_operator(
    operator: str,
    name: str,
    capabilities: Mapping[str, Capability],
    beside: Collection[str],
) -> str:
    """Whether the API can take a test of a field with an operator."""
    if of_field(name, capabilities, beside) == HERE:
        return HERE
    return API if operator in _OPERATORS[capabilities[name].form] else HERE


def margin(*parts: str) -> str:
    """The parts that are there, a dot between them."""
    return " · ".join(part for part in parts if part)
