"""Times in SQL: columns to whole seconds since 1970 UTC, and back to text.

In: a column and what it holds. Out: nodes. No function that reads a session's time
zone is used, nor one that knows zones: a zone's clock is written out, see `zones`.
A text without a zone gets one first, see `text_times`.
"""

from datetime import UTC, datetime, timedelta

from sqlglot import exp

from auditql.providers.warehouse.columns import Stored
from auditql.providers.warehouse.engines import Functions
from auditql.providers.warehouse.nodes import (
    Node,
    call,
    cast,
    every,
    is_null,
    joined,
    not_null,
    number,
    plus,
    some,
    string,
    times,
)
from auditql.providers.warehouse.statement import Dialect
from auditql.providers.warehouse.text_times import UNREADABLE, is_unreadable, zoned

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = -62_135_596_800  # 0001-01-01T00:00:00Z
_LAST = 253_402_300_799  # 9999-12-31T23:59:59Z
_TEXT_IS_OF_UTC = (Dialect.CLICKHOUSE, Dialect.SQLITE)
"""Engines that read a text without a zone as one of UTC by themselves."""


def literal(second: int, functions: Functions, holds: Stored) -> Node | None:
    """An instant that a column of timestamps can be compared with.

    None where the column is better made a number: it holds text or numbers, or the
    instant is none that a timestamp can be.
    """
    if not _FIRST <= second <= _LAST or functions.dialect is Dialect.SQLITE:
        return None
    text = (_EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%d %H:%M:%S")
    text = text.rjust(19, "0")
    dialect = functions.dialect
    if dialect is Dialect.CLICKHOUSE and holds in (Stored.TIMESTAMP, Stored.INSTANT):
        return call("toDateTime64", string(text), number(0), string("UTC"))
    if holds is Stored.TIMESTAMP:
        return cast(string(text), "TIMESTAMPNTZ")
    return None


def seconds(column: Node, holds: Stored, functions: Functions) -> Node:
    """The whole seconds of a column that holds times, rounded down."""
    if holds is Stored.INTEGER:
        return column
    if holds is not Stored.TEXT or functions.dialect in _TEXT_IS_OF_UTC:
        return _seconds(column, holds, functions)
    made = _seconds(zoned(column, functions), holds, functions)
    wrong = is_unreadable(column, functions)
    if functions.dialect is Dialect.SPARK:  # it may be told to cast to NULL
        lost = every([not_null(column), is_null(made)])
        wrong = some([wrong, lost])
    return functions.checked(made, wrong, UNREADABLE, column)


def _seconds(column: Node, holds: Stored, functions: Functions) -> Node:
    """The same of what is no text, or a text that names its zone."""
    match functions.dialect:
        case Dialect.DUCKDB:
            return _duckdb(column, holds)
        case Dialect.POSTGRES:
            return _postgres(column, holds)
        case Dialect.CLICKHOUSE:
            return _clickhouse(column, holds)
        case Dialect.SPARK:
            return _spark(column, holds)
        case Dialect.TRINO:
            return _trino(column, holds)
        case Dialect.BIGQUERY:
            return _bigquery(column, holds)
        case Dialect.SNOWFLAKE:
            return _snowflake(column, holds)
        case Dialect.SQLITE:
            return cast(call("STRFTIME", string("%s"), column), "BIGINT")


def _floor(node: Node) -> Node:
    return cast(call("FLOOR", node), "BIGINT")


def _duckdb(column: Node, holds: Stored) -> Node:
    instant = cast(column, "TIMESTAMPTZ") if holds is Stored.TEXT else column
    return _floor(call("EPOCH", instant))


def _postgres(column: Node, holds: Stored) -> Node:
    instant = cast(column, "TIMESTAMPTZ") if holds is Stored.TEXT else column
    return _floor(exp.Extract(this=exp.Var(this="EPOCH"), expression=instant.copy()))


def _clickhouse(column: Node, holds: Stored) -> Node:
    if holds is Stored.TEXT:
        column = call("parseDateTime64BestEffort", column, number(3), string("UTC"))
    first = call(
        "toDateTime64", string("1970-01-01 00:00:00"), number(0), string("UTC")
    )
    return call("dateDiff", string("second"), first, column, string("UTC"))


def _spark(column: Node, holds: Stored) -> Node:
    if holds is Stored.TIMESTAMP:
        # TIMESTAMPDIFF would take it for a time of the session's zone, where some
        # hours are skipped.
        day = times(call("UNIX_DATE", cast(column, "DATE")), number(86_400))
        hour = times(call("HOUR", column), number(3600))
        minute = times(call("MINUTE", column), number(60))
        clock = plus(plus(hour, minute), call("SECOND", column))
        return plus(cast(day, "BIGINT"), clock)
    instant = cast(column, "TIMESTAMPLTZ") if holds is Stored.TEXT else column
    return call("UNIX_SECONDS", instant)


def _trino(column: Node, holds: Stored) -> Node:
    if holds is Stored.TEXT:
        column = call("FROM_ISO8601_TIMESTAMP", column)
    elif holds is Stored.TIMESTAMP:
        column = call("WITH_TIMEZONE", column, string("UTC"))
    return _floor(call("TO_UNIXTIME", column))


def _bigquery(column: Node, holds: Stored) -> Node:
    if holds is Stored.TIMESTAMP:  # a DATETIME, which has no zone
        column = call("TIMESTAMP", column, string("UTC"))
    elif holds is Stored.TEXT:
        column = call("TIMESTAMP", column)
    return call("UNIX_SECONDS", column)


def _snowflake(column: Node, holds: Stored) -> Node:
    if holds is Stored.TEXT:
        column = call("TO_TIMESTAMP_TZ", column)
    return cast(call("DATE_PART", exp.Var(this="EPOCH_SECOND"), column), "BIGINT")


def time_text(second: Node, functions: Functions) -> Node:
    """Whole seconds as the API writes a time."""
    zoned = string("UTC")
    match functions.dialect:
        case Dialect.DUCKDB:
            time = call("MAKE_TIMESTAMP", times(second, number(1_000_000)))
            return call("STRFTIME", time, string("%Y-%m-%dT%H:%M:%SZ"))
        case Dialect.POSTGRES:
            first = cast(string("1970-01-01 00:00:00"), "TIMESTAMPNTZ")
            one = exp.Interval(this=string("1 second"))
            form = string('YYYY-MM-DD"T"HH24:MI:SS"Z"')
            return call("TO_CHAR", plus(first, times(second, one)), form)
        case Dialect.CLICKHOUSE:
            time = call("toDateTime64", second, number(0), zoned)
            return call("formatDateTime", time, string("%Y-%m-%dT%H:%i:%SZ"), zoned)
        case Dialect.SPARK:
            first = cast(string("1970-01-01 00:00:00"), "TIMESTAMPNTZ")
            time = call("TIMESTAMPADD", exp.Var(this="SECOND"), second, first)
            text = functions.replace(cast(time, "TEXT"), string(" "), string("T"))
            return joined(text, string("Z"))
        case Dialect.TRINO:
            time = call("FROM_UNIXTIME", second, zoned)
            return call("DATE_FORMAT", time, string("%Y-%m-%dT%H:%i:%sZ"))
        case Dialect.BIGQUERY:
            form = string("%Y-%m-%dT%H:%M:%SZ")
            time = call("TIMESTAMP_SECONDS", second)
            return call("FORMAT_TIMESTAMP", form, time, zoned)
        case Dialect.SNOWFLAKE:
            form = string('YYYY-MM-DD"T"HH24:MI:SS"Z"')
            return call("TO_CHAR", call("TO_TIMESTAMP_NTZ", second), form)
        case Dialect.SQLITE:
            form = string("%Y-%m-%dT%H:%M:%SZ")
            return call("STRFTIME", form, second, string("unixepoch"))
