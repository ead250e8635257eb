"""Scalar functions and aggregates, one row each."""

from collections.abc import Mapping
from types import MappingProxyType

from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind


@form
class Function:
    """A function of one column, for filters, keys and `select`.

    A missing value gives a missing value. `date`, `month` and `bin` give the
    first second of the bucket in the query's zone, so they compare with time
    literals; `date` is written `2026-03-01`, `month` `2026-03`.

    Attributes:
        least: the smallest number it gives; None for no bound.
        most: the largest.
    """

    name: str
    takes: tuple[Kind, ...]
    gives: Kind
    help: str
    example: str
    takes_duration: bool = False
    least: int | None = None
    most: int | None = None


FUNCTIONS: tuple[Function, ...] = (
    Function(
        "date", (Kind.TIME,), Kind.TIME, "the day", "date(created_at) = 2026-03-01"
    ),
    Function(
        "month", (Kind.TIME,), Kind.TIME, "the month", "month(created_at) = 2026-03"
    ),
    Function(
        "hour",
        (Kind.TIME,),
        Kind.INTEGER,
        "0 to 23",
        "hour(created_at) between 7 and 19",
        least=0,
        most=23,
    ),
    Function(
        "weekday",
        (Kind.TIME,),
        Kind.WEEKDAY,
        "mon to sun",
        "weekday(created_at) in (sat, sun)",
        least=0,
        most=6,
    ),
    Function(
        "bin",
        (Kind.TIME,),
        Kind.TIME,
        "start of the bucket of that length",
        "bin(created_at, 1h) = 2026-03-01T08:00",
        takes_duration=True,
    ),
    Function(
        "lower",
        (Kind.TEXT, Kind.WORD),
        Kind.TEXT,
        "in lower case",
        "lower(actor_name) = 'jane doe'",
    ),
    Function(
        "length",
        (Kind.TEXT, Kind.WORD),
        Kind.INTEGER,
        "number of code points",
        "length(change_description) > 200",
        least=0,
    ),
)

FUNCTIONS_BY_NAME: Mapping[str, Function] = MappingProxyType(
    {f.name: f for f in FUNCTIONS}
)


@form
class Aggregate:
    """A function of a group of records, for `stats`.

    Attributes:
        gives: the kind of the result; None for the kind of its column.
        takes_column: False for `count()`.
        ordered: the column must be of an ordered kind.
    """

    name: str
    gives: Kind | None
    takes_column: bool
    ordered: bool
    help: str


AGGREGATES: tuple[Aggregate, ...] = (
    Aggregate("count", Kind.INTEGER, False, False, "number of records"),
    Aggregate(
        "count_distinct", Kind.INTEGER, True, False, "number of different values"
    ),
    Aggregate("min", None, True, True, "the smallest value"),
    Aggregate("max", None, True, True, "the largest value"),
    Aggregate("first", None, True, False, "the oldest value that is there"),
    Aggregate("last", None, True, False, "the newest value that is there"),
)

AGGREGATES_BY_NAME: Mapping[str, Aggregate] = MappingProxyType(
    {a.name: a for a in AGGREGATES}
)
