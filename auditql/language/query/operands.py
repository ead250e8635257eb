"""What is tested, sorted by and grouped by: columns and functions of them."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from auditql.catalog.fields import BY_NAME
from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind, Unit

Scalar = int | str | IPv4Address | IPv6Address
"""A typed value: an integer (also a weekday 0-6 and a time in whole seconds
since 1970 UTC), text, or an address. Text compared with a column that folds
case is folded already."""

Network = IPv4Network | IPv6Network


@form
class Column:
    """A field of the record, or a column that the stage before gives.

    Attributes:
        folds_case: equality and order compare case-folded text (`action`).
        many: several values may stand in one record (`changed`): a test holds
            when any of them passes; without any, the value is missing.
    """

    name: str
    kind: Kind
    folds_case: bool = False
    many: bool = False


@form
class Length:
    """The length of a bucket of `bin` or `timeline`."""

    count: int
    unit: Unit


@form
class Apply:
    """A scalar function of a column, by its name in the catalog.

    Times are read in the query's zone. `length` is set for `bin` alone.
    """

    function: str
    column: Column
    kind: Kind
    length: Length | None = None


Operand = Column | Apply


def is_searched(column: Column) -> bool:
    """Whether a text alone looks into a column of rows: by its name and its kind."""
    stored = BY_NAME.get(column.name)
    if stored is None or not stored.searched or column.many:
        return False
    return column.kind.is_text or column.kind is Kind.ADDRESS
