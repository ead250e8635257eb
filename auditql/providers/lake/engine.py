"""DuckDB, held on a short leash: no network, no extension, no file but those named.

In: SQL and its parameters. Out: rows, some at a time, from a thread of their own, so
that the event loop goes on; whoever stops waiting stops the engine, too. What DuckDB
raises is told in our own words.
"""

from __future__ import annotations

import asyncio
import glob
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError, RunError

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
Values = tuple[object, ...]

MISSING = "Parquet needs DuckDB: pip install 'auditql[duckdb]'"

_AT_ONCE = 2_000
_LATE = 100_000
"""Up to so many rows, whole records are only read for those that stay."""
_PATIENCE_S = 0.05

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": "512MiB",
    "max_temp_directory_size": "64GiB",
}


class Engine:
    """One DuckDB in memory; used as `with Engine(…) as engine:`, one task at a time."""

    def __init__(
        self, folder: str, folders: Sequence[str] = (), files: Sequence[str] = ()
    ) -> None:
        """Open it.

        Args:
            folder: what does not fit into memory is kept here meanwhile.
            folders: it may read and write files in these, too.
            files: it may read these.

        Raises:
            ConfigurationError: DuckDB is not installed.
        """
        try:
            import duckdb
        except ImportError:
            raise ConfigurationError(MISSING) from None
        self._errors = duckdb.Error
        self._interrupted = duckdb.InterruptException
        self._connection = duckdb.connect(":memory:", config=_SETTINGS)
        run = self._connection.execute
        run("SET TimeZone = 'UTC'")
        with suppress(duckdb.Error):  # older ones have no such setting
            run(f"SET late_materialization_max_rows = {_LATE}")
        run("SET temp_directory = ?", [folder])
        inside = [folder, *folders]
        # A name is compared as it is asked for: plain, or as a pattern of itself.
        run("SET allowed_directories = ?", [[*inside, *map(exactly, inside)]])
        run("SET allowed_paths = ?", [[*files, *map(exactly, files)]])
        run("SET enable_external_access = false")
        run("SET lock_configuration = true")

    def __enter__(self) -> Engine:
        """The engine itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Forget all that it holds."""
        self._connection.close()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection, for those who measure."""
        return self._connection

    async def run(self, sql: str, parameters: Sequence[object] = ()) -> list[Values]:
        """All rows that SQL gives.

        Raises:
            RunError: DuckDB cannot do it.
        """

        def work() -> list[Values]:
            found: list[Values] = self._connection.execute(sql, parameters).fetchall()
            return found

        return await self._in_thread(work)

    async def rows(
        self, sql: str, parameters: Sequence[object] = ()
    ) -> AsyncGenerator[Sequence[Values], None]:
        """The rows that SQL gives, some at a time; raises as `run`."""

        def begin() -> list[Values]:
            self._connection.execute(sql, parameters)
            return more()

        def more() -> list[Values]:
            found: list[Values] = self._connection.fetchmany(_AT_ONCE)
            return found

        batch = await self._in_thread(begin)
        while batch:
            yield batch
            batch = await self._in_thread(more)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """What the work gives; a task that is cancelled stops it, and waits for it."""
        working = asyncio.get_running_loop().run_in_executor(None, work)
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            # Told again until it is heard: a query that has not begun forgets it.
            while not working.done():
                self._connection.interrupt()
                await asyncio.wait([working], timeout=_PATIENCE_S)
            with suppress(self._errors, RuntimeError):
                working.result()
            raise
        except self._errors as error:
            raise RunError(f"DuckDB: {_words(error)}") from None


def exactly(path: str) -> str:
    """The pattern that finds a file and no other: DuckDB reads names as patterns."""
    return glob.escape(path)


def _words(error: Exception) -> str:
    """The first line of what DuckDB says."""
    text = str(error).strip() or type(error).__name__
    return safe_text(text.splitlines()[0])
