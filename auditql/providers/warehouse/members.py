"""Members of a JSON object that a column holds.

In: a column, the name of a member. Out: the member as text or as a number; NULL
where it is absent or null.
"""

from typing import assert_never

from auditql.providers.warehouse.columns import Stored
from auditql.providers.warehouse.engines import Functions
from auditql.providers.warehouse.nodes import Node, call, cast, string
from auditql.providers.warehouse.refusals import Refused
from auditql.providers.warehouse.statement import Dialect


def member_of(column: Node, member: str, holds: Stored, functions: Functions) -> Node:
    """The value of the member.

    Raises:
        Refused: its name is none that every engine finds.
    """
    if not (member.isascii() and member.replace("_", "a").isalnum()):
        raise Refused("a member by such a name", "name a column of its own for it")
    path = string(f"$.{member}")
    match functions.dialect:
        case Dialect.DUCKDB:
            text = call("JSON_EXTRACT_STRING", column, path)
        case Dialect.POSTGRES:
            text = call(
                "JSONB_EXTRACT_PATH_TEXT", cast(column, "JSONB"), string(member)
            )
        case Dialect.CLICKHOUSE:
            kind = string("Nullable(String)")
            text = call("JSONExtract", column, string(member), kind)
        case Dialect.SPARK:
            text = call("GET_JSON_OBJECT", column, path)
        case Dialect.TRINO:
            text = call("JSON_EXTRACT_SCALAR", column, path)
        case Dialect.BIGQUERY:
            text = call("JSON_VALUE", column, path)
        case Dialect.SNOWFLAKE:
            text = cast(call("GET_PATH", column, string(member)), "TEXT")
        case Dialect.SQLITE:
            text = call("JSON_EXTRACT", column, path)
        case _:
            assert_never(functions.dialect)
    return cast(text, "BIGINT") if holds is Stored.INTEGER else text
