"""Spark, on this machine or by Spark Connect.

In: an address, a secret. Out: columns and rows. On this machine a table that is the
path of a folder is read as Parquet.
"""

from __future__ import annotations

import os
import subprocess
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError, ConnectionFailed, RunError
from auditql.providers.warehouse.running.address import Address, Way, without
from auditql.providers.warehouse.running.engine import AT_ONCE
from auditql.providers.warehouse.running.mapped import TABLE, Found
from auditql.providers.warehouse.running.types import holds
from auditql.providers.warehouse.statement import Dialect

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_QUIET = "-Dlog4j2.level=OFF -Dlog4j2.StatusLogger.level=OFF"
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": _QUIET,
    "spark.log.level": "OFF",
}

_SESSION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parser.escapedStringLiterals": "false",
}
"""What a statement's texts and casts hang on, whatever the server's settings."""
_DECLARED = "__CHAR_VARCHAR_TYPE_STRING"
"""Where a column that is called a string keeps the type that it was declared with."""


def _local() -> SparkSession:
    """A session on this machine; what its Java says stays out of our narration."""
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    # Nothing leaves this machine, whatever its host is called.
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    conf = SparkConf().setMaster("local[*]").setAppName("auditql")
    conf = conf.setAll(list(_SETTINGS.items()))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    gateway = launch_gateway(conf, quiet)
    return SparkSession(SparkContext(conf=conf, gateway=gateway))


class SparkConnection:
    """One session of Spark."""

    def __init__(self, address: Address, secret: str | None) -> None:
        """Connect to nothing yet."""
        self._address = address
        self._secret = secret
        self._session: SparkSession | None = None

    def open(self) -> None:
        """Begin a session; raises as EngineConnection says."""
        try:
            # What Python's side says of its own dependencies is no part of an answer.
            warnings.filterwarnings("ignore", module="pyspark")
            if self._address.engine.way is Way.SPARK_LOCAL:
                self._session = _local()
            else:
                self._session = self._remote()
            for name, value in _SESSION.items():
                self._session.conf.set(name, value)
        except ImportError:
            packages = self._address.engine.packages
            raise ConfigurationError(
                f"{self._address.shown}: Spark is not installed: pip install {packages}"
            ) from None
        except Exception as error:
            raise ConnectionFailed(
                f"{self._address.shown} cannot be reached: {self._words(error)}"
            ) from None

    def _remote(self) -> SparkSession:
        """A session by Spark Connect; parameters stand behind a slash."""
        from pyspark.sql import SparkSession

        url = self._address.url.rstrip("/")
        token = f";token={self._secret}" if self._secret else ""
        remote = (url if ";" in url else url + "/") + token
        made: SparkSession = SparkSession.builder.remote(remote).getOrCreate()
        return made

    def columns(self, table: tuple[str, ...]) -> Sequence[Found]:
        """The columns of a table; raises as EngineConnection says."""
        session = self._session
        assert session is not None, "it is open"
        shown = safe_text(".".join(table))
        quoted = ".".join(f"`{part.replace('`', '``')}`" for part in table)
        try:
            found = session.table(quoted).schema.fields
        except Exception as error:
            words = self._words(error)
            if "NOT_FOUND" in words:
                raise ConfigurationError(
                    f"{self._address.shown} has no table `{shown}`; --table names it,"
                    " or `table` in [profiles.NAME.columns]"
                ) from None
            self._fail(error)
        types = [
            (f.name, f.metadata.get(_DECLARED, f.dataType.simpleString()))
            for f in found
        ]
        return [
            Found(name, holds(type_, Dialect.SPARK), type_) for name, type_ in types
        ]

    def open_folder(self, path: str) -> tuple[str, ...]:
        """A folder of Parquet as a table; gives the table's name.

        Raises:
            ConfigurationError: there is none, or it holds no Parquet.
        """
        session = self._session
        assert session is not None, "it is open"
        if not Path(path).is_dir():
            raise ConfigurationError(f"there is no folder {safe_text(path)}")
        try:
            read = session.read.parquet(Path(path).absolute().as_uri())
            read.createOrReplaceTempView(TABLE)
        except Exception as error:
            raise ConfigurationError(
                f"{safe_text(path)} cannot be read as Parquet: {self._words(error)}"
            ) from None
        return (TABLE,)

    def rows(self, text: str) -> Iterator[Sequence[Sequence[object]]]:
        """The rows of a statement; raises as EngineConnection says."""
        session = self._session
        assert session is not None, "it is open"
        try:
            found = iter(session.sql(text).toLocalIterator(prefetchPartitions=True))
            while batch := [tuple(row) for row in islice(found, AT_ONCE)]:
                yield batch
        except Exception as error:
            self._fail(error)

    def cancel(self) -> None:
        """Stop what is being done."""
        session = self._session
        if session is None:
            return
        if self._address.engine.way is Way.SPARK_LOCAL:
            session.sparkContext.cancelAllJobs()
        else:
            session.interruptAll()

    def close(self) -> None:
        """End the session."""
        with suppress(Exception):
            if self._session is not None:
                self._session.stop()

    def _fail(self, error: Exception) -> NoReturn:
        """Raise an error of Spark's in our words.

        Raises:
            RunError: always.
        """
        raise RunError(f"{self._address.shown}: {self._words(error)}") from None

    def _words(self, error: BaseException) -> str:
        """What Spark says, without its stack and our statement, on one line."""
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return without(lines[0], self._secret)
