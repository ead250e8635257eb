"""The tests of Python that SQL calls, registered on a connection.

In: conditions. Out: their text and parameters, ready to run. One function of SQL takes
the number of a test and a value. A NULL is never asked about.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count

from auditql.providers.mirror.sql.asking import Test
from auditql.providers.mirror.sql.filters import Sql
from auditql.providers.mirror.sql.pieces import Called, Param
from auditql.providers.mirror.sql.words import TEST
from auditql.providers.mirror.texts import read

_numbers = count()


class Calls:
    """The tests of one run of a query."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Register the function that calls them, under a name of its own.

        Args:
            connection: on which what is bound here will run.
        """
        self._connection = connection
        self._name = f"{TEST}_{next(_numbers)}"
        self._tests: list[Test] = []
        connection.create_function(
            self._name, 2, _calling(self._tests), deterministic=True
        )

    def bound(self, sql: Sql) -> tuple[str, tuple[Param, ...]]:
        """The text of a condition and its parameters; its tests are registered."""
        first = len(self._tests)
        self._tests += sql.tests
        params = (first + p.place if isinstance(p, Called) else p for p in sql.params)
        return sql.text.replace(f"{TEST}(", f"{self._name}("), tuple(params)

    def close(self) -> None:
        """Forget the tests; nothing that calls them may run any more."""
        self._tests.clear()
        with suppress(sqlite3.Error):  # another statement is running: it stays, empty
            self._connection.create_function(self._name, 2, None)


def _calling(tests: Sequence[Test]) -> Callable[[int, object], bool]:
    """The function of SQL: it is called a million times, so it is short."""

    def called(number: int, value: object) -> bool:
        if value.__class__ is bytes:
            value = read(value)
        return tests[number](value)

    return called
