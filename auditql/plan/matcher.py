"""The filter of a query as a function of records.

In: a checked filter. Out: a Matcher, which says of a record whether it passes,
or keeps those of a page that do. Two-valued: a test on a missing value is
false, except `is null`, and `not` is the exact opposite. What is wrong with a
filter was said before; here everything has an answer.
"""

from collections.abc import Sequence
from functools import lru_cache
from types import CodeType, FunctionType

from auditql.catalog.record import Record
from auditql.language.query import Column, Filter
from auditql.plan.codegen import Source, write

Values = tuple[object, ...]
"""A row between stages: its values, as the kinds hold them; None for missing."""

REMEMBERED = 128
"""Compiled texts kept: filters of one shape differ in their constants only."""

_LONGEST_REMEMBERED = 20_000
"""Characters of source text beyond which it is compiled anew each time."""


class Matcher:
    """A filter made ready: generated Python, compiled once."""

    __slots__ = ("_run",)

    def __init__(self, filter: Filter, zone: str) -> None:  # noqa: A002 - its name
        """Make the filter ready.

        Args:
            filter: over the fields of a record.
            zone: name of the IANA zone that days and hours are read in.

        Raises:
            AssertionError: the filter names a column that a stage gives.
            KeyError: no zone has that name.
        """
        self._run = defined(write(filter, zone))

    def __call__(self, record: Record) -> bool:
        """Whether the record passes."""
        kept: list[Record] = []
        self._run((record,), kept.append)
        return bool(kept)

    def keep(self, records: Sequence[Record]) -> list[Record]:
        """The records that pass, in the order given."""
        kept: list[Record] = []
        self._run(records, kept.append)
        return kept


class RowMatcher:
    """As Matcher, for the rows of a stage: tuples of values."""

    __slots__ = ("_run",)

    def __init__(
        self,
        filter: Filter,  # noqa: A002 - its name
        zone: str,
        columns: Sequence[Column],
    ) -> None:
        """Make the filter ready.

        Args:
            filter: over the columns.
            zone: name of the IANA zone that days and hours are read in.
            columns: of the rows, in order; there may be more in a row.
        """
        self._run = defined(write(filter, zone, columns))

    def keep(self, rows: Sequence[Values]) -> list[Values]:
        """The rows that pass, in the order given."""
        kept: list[Values] = []
        self._run(rows, kept.append)
        return kept


def defined(source: Source) -> FunctionType:
    """The function `run` of a source text."""
    namespace = source.names
    exec(_compiled(source.text), namespace)  # noqa: S102 - no value is in the text
    run = namespace["run"]
    assert isinstance(run, FunctionType)
    return run


def _compiled(text: str) -> CodeType:
    """The code of a source text, remembered by its shape unless very long."""
    if len(text) > _LONGEST_REMEMBERED:
        return compile(text, "<filter>", "exec")
    return _remembered(text)


@lru_cache(REMEMBERED)
def _remembered(text: str) -> CodeType:
    return compile(text, "<filter>", "exec")
