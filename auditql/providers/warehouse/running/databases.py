"""Engines that SQLAlchemy reaches, by their own dialect packages.

In: an address, a secret. Out: columns and rows. The connection reads alone where the
engine can be told so; statements are selections in any case. What drivers raise is
told in our words, the secret masked.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from auditql.diagnostics.safe_text import safe_text
from auditql.errors import (
    AuthenticationFailed,
    ConfigurationError,
    ConnectionFailed,
    RunError,
)
from auditql.providers.warehouse.columns import Stored
from auditql.providers.warehouse.running.address import Address, without
from auditql.providers.warehouse.running.engine import AT_ONCE
from auditql.providers.warehouse.running.mapped import Found
from auditql.providers.warehouse.running.types import holds
from auditql.providers.warehouse.statement import Dialect

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

MISSING = "--source URL needs SQLAlchemy: pip install 'auditql[warehouse]'"

_SESSION = {
    Dialect.POSTGRES: (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET standard_conforming_strings = on",
        "SET TIME ZONE 'UTC'",
    ),
    Dialect.SQLITE: ("PRAGMA query_only = ON",),
}
"""What makes a session one that reads alone; other engines are asked to select.

A statement means the same without the rest of it; what a view casts may not.
"""

_ODD = """
SELECT a.attname FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_collation c ON c.oid = a.attcollation
WHERE a.attrelid = CAST(:name AS pg_catalog.regclass)
AND (NOT COALESCE(c.collisdeterministic, TRUE) OR t.typname NOT IN ('text', 'varchar'))
"""
"""Columns of PostgreSQL's that are no plain text. Plain ones are left as they are, so
that an index serves."""

_DENIED = ("28", "42501")
"""Codes of PostgreSQL's: who asks is not let in, or may not read the table."""


class DatabaseConnection:
    """One connection by SQLAlchemy."""

    def __init__(self, address: Address, secret: str | None) -> None:
        """Connect to nothing yet."""
        self._address = address
        self._secret = secret
        self._engine: Engine | None = None
        self._connection: Connection | None = None

    def open(self) -> None:
        """Connect, to read alone; raises as EngineConnection says."""
        try:
            import sqlalchemy
            from sqlalchemy import exc
            from sqlalchemy.pool import NullPool
        except ImportError:
            raise ConfigurationError(MISSING) from None
        try:
            url = self._url()
            # What it logs of a connection that is cut off is told here already.
            logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())
            self._engine = sqlalchemy.create_engine(url, poolclass=NullPool)
        except (exc.NoSuchModuleError, ModuleNotFoundError):
            raise self._no_package() from None
        except (exc.ArgumentError, ValueError, TypeError) as error:
            raise ConfigurationError(
                f"--source: {self._words(error)}; see the documents of the dialect"
            ) from None
        try:
            self._connection = self._engine.connect()
            for words in _SESSION.get(self._address.engine.dialect, ()):
                self._connection.exec_driver_sql(words)
            self._connection.commit()
        except ModuleNotFoundError:
            raise self._no_package() from None
        except Exception as error:
            if _is_denied(error):
                raise self._told(error) from None
            raise ConnectionFailed(
                f"{self._address.shown} cannot be reached: {self._words(error)}"
            ) from None

    def _url(self) -> URL:
        """The URL for SQLAlchemy, with the secret.

        Raises:
            ConfigurationError: there is no such file.
        """
        from sqlalchemy import make_url

        url = make_url(self._address.url)
        backend = url.get_backend_name()
        if backend == "sqlite":
            return _read_only_file(url)
        if backend == "postgresql" and "+" not in url.drivername:
            url = url.set(drivername="postgresql+psycopg")
        if backend == "duckdb":
            return url.update_query_dict({"access_mode": "read_only"})
        if self._secret is None:
            return url
        if backend == "databricks" and url.username is None:
            url = url.set(username="token")
        return url.set(password=self._secret)

    def columns(self, table: tuple[str, ...]) -> Sequence[Found]:
        """The columns of a table; raises as EngineConnection says."""
        import sqlalchemy
        from sqlalchemy import exc

        assert self._connection is not None, "it is open"
        *schema, name = table
        where = ".".join(schema) or None
        shown = safe_text(".".join(table))
        try:
            found = sqlalchemy.inspect(self._connection).get_columns(name, where)
        except exc.NoSuchTableError:
            found = []
        except Exception as error:
            self._fail(error)
        if not found:
            raise ConfigurationError(
                f"{self._address.shown} has no table `{shown}`, or none that may be"
                " read; --table names it, or `table` in [profiles.NAME.columns]"
            )
        dialect = self._address.engine.dialect
        columns = [_found(column["name"], column["type"], dialect) for column in found]
        odd = self._odd(table)
        return [
            replace(c, is_odd=odd is None or c.name in odd)
            if c.holds is Stored.TEXT
            else c
            for c in columns
        ]

    def _odd(self, table: tuple[str, ...]) -> frozenset[str] | None:
        """Names of columns that are odd; None where any may be."""
        import sqlalchemy

        assert self._connection is not None, "it is open"
        dialect = self._connection.dialect
        if self._address.engine.dialect is not Dialect.POSTGRES:
            return None
        if (dialect.server_version_info or ()) < (12,):  # before such collations
            return None
        name = ".".join('"' + part.replace('"', '""') + '"' for part in table)
        try:
            found = self._connection.execute(sqlalchemy.text(_ODD), {"name": name})
            return frozenset(str(row[0]) for row in found)
        except Exception as error:
            self._fail(error)

    def rows(self, text: str) -> Iterator[Sequence[Sequence[object]]]:
        """The rows of a statement; raises as EngineConnection says."""
        assert self._connection is not None, "it is open"
        options = {
            "no_parameters": True,
            "stream_results": True,
            "max_row_buffer": AT_ONCE,
        }
        try:
            found = self._connection.exec_driver_sql(text, execution_options=options)
            for batch in found.partitions(AT_ONCE):
                yield [tuple(row) for row in batch]
        except Exception as error:
            self._fail(error)

    def cancel(self) -> None:
        """Stop what is being done, where the driver knows how."""
        if self._connection is None:
            return
        driver = self._connection.connection.driver_connection
        for name in ("interrupt", "cancel_safe", "cancel"):
            stop = getattr(driver, name, None)
            if callable(stop):
                stop()
                return

    def close(self) -> None:
        """Close it."""
        with suppress(Exception):
            if self._connection is not None:
                self._connection.close()
        with suppress(Exception):
            if self._engine is not None:
                self._engine.dispose()

    def _fail(self, error: Exception) -> NoReturn:
        """Raise an error of the engine's in our words.

        Raises:
            RunError: always.
        """
        raise self._told(error) from None

    def _told(self, error: Exception) -> RunError:
        from sqlalchemy import exc

        words = f"{self._address.shown}: {self._words(error)}"
        if _is_denied(error):
            return AuthenticationFailed(words)
        if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
            return ConnectionFailed(words)
        return RunError(words)

    def _words(self, error: BaseException) -> str:
        """What a driver says, without our statement, on one line."""
        cause = getattr(error, "orig", None) or error
        lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
        text = "; ".join(lines) or type(cause).__name__
        return without(text, self._secret)

    def _no_package(self) -> ConfigurationError:
        packages = self._address.engine.packages
        return ConfigurationError(
            f"{self._address.shown}: the package of its dialect is not installed:"
            f" pip install {packages}"
        )


def _read_only_file(url: URL) -> URL:
    """The URL of a file of SQLite that is there, opened to read.

    Raises:
        ConfigurationError: there is none.
    """
    path = url.database
    if not path or path == ":memory:":
        raise ConfigurationError("--source sqlite:///FILE names a file")
    if not Path(path).is_file():
        raise ConfigurationError(f"there is no file {safe_text(path)}")
    file = Path(path).absolute().as_uri()
    return url.set(database=file, query={"mode": "ro", "uri": "true"})


def _is_denied(error: BaseException) -> bool:
    """Whether an engine says that who asks may not."""
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None) or ""
    # A connection that is refused has no code, only words.
    return str(code).startswith(_DENIED) or "authentication failed" in str(cause)


def _found(name: str, type_: object, dialect: Dialect) -> Found:
    """A column as SQLAlchemy describes it."""
    try:
        called = str(type_)
    except Exception:  # a type that no dialect but its own can write
        called = type(type_).__name__
    if getattr(type_, "timezone", False):
        called += " WITH TIME ZONE"
    return Found(name, holds(called, dialect), called)
