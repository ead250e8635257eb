"""The tests of Python that SQL calls, registered on a connection.

In: conditions. Out: their text and parameters, ready to run. One function of SQL takes
the number of a test and a value. A NULL is never asked about, and what no text and no
time is, where one has to be, is damage. So is a text that is no UTF-8: SQLite fails on
it before the function is called.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count

from auditql.providers.mirror.faults import FUNCTION, damaged
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.sql.asking import Test
from auditql.providers.mirror.sql.filters import Sql
from auditql.providers.mirror.sql.pieces import Called, Param
from auditql.providers.mirror.sql.words import TEST
from auditql.providers.mirror.texts import NO_TEXT, NoText, read

_numbers = count()


class Calls:
    """The tests of one run of a query.

    Attributes:
        fault: why a test failed: what it met that it could not be asked about, or a
            bug of its own; None for nothing.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Register the function that calls them, under a name of its own.

        Args:
            connection: on which what is bound here will run.
        """
        self._connection = connection
        self._name = f"{TEST}_{next(_numbers)}"
        self._tests: list[Test] = []
        self._of_times: set[int] = set()
        self.fault: Exception | None = None
        connection.create_function(self._name, 2, self._called, deterministic=True)

    def bound(self, sql: Sql) -> tuple[str, tuple[Param, ...]]:
        """The text of a condition and its parameters; its tests are registered."""
        first = len(self._tests)
        self._tests += sql.tests
        self._of_times |= {first + place for place in sql.of_times}
        params = (first + p.place if isinstance(p, Called) else p for p in sql.params)
        return sql.text.replace(f"{TEST}(", f"{self._name}("), tuple(params)

    def close(self) -> None:
        """Forget the tests; nothing that calls them may run any more."""
        self._tests.clear()
        with suppress(sqlite3.Error):  # another statement is running: it stays, empty
            self._connection.create_function(self._name, 2, None)

    def _called(self, number: int, value: object) -> bool:
        """The function of SQL: it is called a million times, so it is short."""
        try:
            if value.__class__ is not str:
                value = self._read(number, value)
            return self._tests[number](value)
        except Exception as error:  # SQLite tells nobody why a function failed
            self.fault = error
            raise

    def _read(self, number: int, value: object) -> object:
        """What a test is asked about.

        Raises:
            NoText: it is neither a text nor a time, whichever has to be.
        """
        is_of_time = number in self._of_times
        if is_of_time and type(value) is int:
            return value
        return read(None if is_of_time else value)


@contextmanager
def calling(mirror: Mirror) -> Iterator[Calls]:
    """Tests to be called while a mirror is read; within it is a snapshot.

    Raises:
        MirrorDamaged: the file does not hold what was put into it.
        RunError: it could not be read.
    """
    with mirror.snapshot():
        calls = Calls(mirror.connection)
        try:
            yield calls
        except sqlite3.OperationalError as error:
            if FUNCTION not in str(error):
                raise
            fault = calls.fault
            if fault is not None and not isinstance(fault, NoText):
                raise fault from error
            raise damaged(mirror.place.path, str(fault or NO_TEXT)) from error
        finally:
            calls.close()
