"""The URL of an engine: known, without a secret, shown without anything doubtful."""

import pytest

from auditql.errors import ConfigurationError
from auditql.providers.warehouse.running.address import Way, address_of, without
from auditql.providers.warehouse.statement import Dialect


@pytest.mark.parametrize(
    ("url", "shown", "dialect", "way"),
    [
        (
            "postgresql+psycopg://reader@h:5432/db?sslmode=require",
            "postgresql://h:5432/db",
            Dialect.POSTGRES,
            Way.SQLALCHEMY,
        ),
        ("SQLITE:///a.db", "sqlite:///a.db", Dialect.SQLITE, Way.SQLALCHEMY),
        ("bigquery://project/set", "bigquery://project/set", Dialect.BIGQUERY, None),
        ("clickhousedb://h", "clickhousedb://h", Dialect.CLICKHOUSE, None),
        ("databricks://h?http_path=/x", "databricks://h", Dialect.SPARK, None),
        ("sc://h:15002/;use_ssl=true", "sc://h:15002/", None, Way.SPARK_CONNECT),
        ("spark://local", "spark://local", Dialect.SPARK, Way.SPARK_LOCAL),
    ],
)
def test_an_address_is_shown_without_user_and_options(
    url: str, shown: str, dialect: Dialect | None, way: Way | None
) -> None:
    """The engine, its host and database alone."""
    found = address_of(url)
    assert shown == found.shown
    assert dialect in (None, found.engine.dialect)
    assert way in (None, found.engine.way)
    assert "url=" not in repr(found)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:SECRET@h/db",
        "postgresql://u:@h/db",
        "trino://h/c?password=SECRET",
        "snowflake://u@a/d?private_key_passphrase=SECRET",
        "databricks://h?access_token=SECRET&http_path=x",
        "sc://h/;use_ssl=true;token=SECRET",
        "postgresql://h/db?PGPASSWORD=SECRET",
        "postgresql://u:12/34SECRET@h/db",
        "postgresql://u:12?34SECRET@h/db",
        "postgresql://u:12#34SECRET@h/db",
        "sc://u:12/34SECRET@h/;user_id=x",
    ],
)
def test_a_secret_in_the_url_is_refused_and_not_shown(url: str) -> None:
    """Whatever it is called there."""
    with pytest.raises(ConfigurationError, match="AUDITQL_SOURCE_PASSWORD") as caught:
        address_of(url)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://h/db", "no engine is called `mysql`; there are postgresql"),
        ("postgres://h/db", "did you mean postgresql?"),
        ("snowflak://h", "did you mean snowflake?"),
        ("spark://h:7077", "spark://local is Spark on this machine"),
        ("postgresql://h:port/db", "the URL cannot be read"),
        ("postgresql://[::1/db", "the URL cannot be read"),
    ],
)
def test_what_is_no_engine_is_told(url: str, words: str) -> None:
    """With what was meant, where that is near."""
    with pytest.raises(ConfigurationError) as caught:
        address_of(url)
    assert words in str(caught.value)


def test_words_of_an_engine_are_harmless() -> None:
    """The secret is masked, and no control reaches a terminal."""
    assert "no *** ^[[31m" == without("no hunter2 \x1b[31m", "hunter2")
    assert "no secret" == without("no secret", None)


def test_long_words_are_cut_once_the_secret_is_out() -> None:
    """Not before: the half of it that was left would be shown."""
    assert f"{'x' * 395}***" == without(f"{'x' * 395}hunter2", "hunter2")
    assert f"{'x' * 398}**…" == without(f"{'x' * 398}hunter2", "hunter2")


def test_an_at_sign_in_a_parameter_is_no_password() -> None:
    """Spark Connect's user may be an address."""
    assert "sc://h:15002/" == address_of("sc://h:15002/;user_id=a@b.test").shown
