"""The URL of an engine: which one it is, and what of it may be shown.

In: what stands behind `--source`. Out: the engine's dialect, how it is reached, and
a name without anything secret. A secret has no place in the URL: command lines are
seen by every user of a machine, and kept in the history of shells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlsplit

from auditql.catalog.forms import form
from auditql.diagnostics.nearest import nearest
from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError
from auditql.providers.warehouse.statement import Dialect

PASSWORD = "AUDITQL_SOURCE_PASSWORD"  # noqa: S105 - the name of a variable
"""The environment variable that holds the password or the token of an engine."""


class Way(Enum):
    """How an engine is reached."""

    SQLALCHEMY = "sqlalchemy"
    SPARK_CONNECT = "spark connect"
    SPARK_LOCAL = "spark local"


@form
class Engine:
    """An engine that is known.

    Attributes:
        dialect: of its SQL.
        way: how it is reached.
        packages: what to install for it, for pip.
    """

    dialect: Dialect
    way: Way
    packages: str


def _by_sqlalchemy(dialect: Dialect, packages: str) -> Engine:
    return Engine(dialect, Way.SQLALCHEMY, packages)


ENGINES: Mapping[str, Engine] = MappingProxyType(
    {
        "postgresql": _by_sqlalchemy(Dialect.POSTGRES, "'psycopg[binary]'"),
        "sqlite": _by_sqlalchemy(Dialect.SQLITE, ""),
        "duckdb": _by_sqlalchemy(Dialect.DUCKDB, "duckdb-engine"),
        "trino": _by_sqlalchemy(Dialect.TRINO, "'trino[sqlalchemy]'"),
        "snowflake": _by_sqlalchemy(Dialect.SNOWFLAKE, "snowflake-sqlalchemy"),
        "bigquery": _by_sqlalchemy(Dialect.BIGQUERY, "sqlalchemy-bigquery"),
        "clickhouse": _by_sqlalchemy(Dialect.CLICKHOUSE, "clickhouse-sqlalchemy"),
        "clickhousedb": _by_sqlalchemy(Dialect.CLICKHOUSE, "clickhouse-connect"),
        "databricks": _by_sqlalchemy(Dialect.SPARK, "databricks-sqlalchemy"),
        "sc": Engine(Dialect.SPARK, Way.SPARK_CONNECT, "'pyspark[connect]'"),
        "spark": Engine(Dialect.SPARK, Way.SPARK_LOCAL, "pyspark"),
    }
)
"""The engines by the scheme of their URL, what follows a `+` left out."""

_SECRET = re.compile(r"pass|pwd|secret|token|private_?key|credential|api_?key", re.I)
_PASSWORD = re.compile(r"[^:/@]*:[^@]*@")
_MOST_WORDS = 400


@form
class Address:
    """Where an engine is.

    Attributes:
        url: as it was given; nothing in it is a secret, but it is not shown.
        shown: the engine, its host and database, for messages.
        engine: what is known of it.
    """

    url: str = field(repr=False)
    shown: str
    engine: Engine


def address_of(url: str) -> Address:
    """The address that a URL is.

    Raises:
        ConfigurationError: it is of no engine that is known, holds a secret, or
            cannot be read. The URL itself is not repeated.
    """
    scheme, _, rest = url.partition("://")
    backend = scheme.lower().partition("+")[0]
    engine = ENGINES.get(backend)
    if engine is None:
        if backend == "postgres":
            hint = "; did you mean postgresql?"
        else:
            near = nearest(backend, ENGINES, most=1)
            known = ", ".join(ENGINES)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {known}"
        raise ConfigurationError(
            f"--source: no engine is called `{safe_text(backend[:60])}`{hint}"
        )
    try:
        parts = urlsplit(f"x://{rest}")
        port = parts.port
    except ValueError:
        raise ConfigurationError(
            "--source: the URL cannot be read; a reserved character in it is written"
            " as its percent escape"
        ) from None
    # A dialect takes all from the first colon to an @ for the password, unescaped
    # slashes and marks included; parameters of Spark Connect may hold an @.
    head = rest if engine.way is Way.SQLALCHEMY else rest.partition(";")[0]
    is_said = parts.password is not None or _PASSWORD.match(head) is not None
    if is_said or any(map(_SECRET.search, _names(url))):
        raise ConfigurationError(
            "--source holds a password or a token, which others on this machine can"
            f" see: take it out, and put it into {PASSWORD}, or let the profile's"
            " source_password_command print it"
        )
    if engine.way is Way.SPARK_LOCAL and rest != "local":
        raise ConfigurationError(
            "--source spark://local is Spark on this machine; a cluster is reached by"
            " Spark Connect, sc://HOST:PORT"
        )
    host = parts.hostname or ""
    where = host if port is None else f"{host}:{port}"
    path = unquote(parts.path.partition(";")[0])
    return Address(url, safe_text(f"{backend}://{where}{path}"), engine)


def _names(url: str) -> list[str]:
    """The names of what a URL says beside its path: `?a=b&c=d`, or `/;a=b;c=d`."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    more = [part.partition("=")[0] for part in parts.path.split(";")[1:]]
    return [name for name, _ in pairs] + more


def without(text: str, secret: str | None) -> str:
    """A text of an engine's, made harmless, the secret masked wherever it stands.

    It is cut where it is long, once the secret is out: no half of one is left.
    """
    if secret:
        text = text.replace(secret, "***")
    if len(text) > _MOST_WORDS:
        text = text[:_MOST_WORDS] + "…"
    return safe_text(text)
