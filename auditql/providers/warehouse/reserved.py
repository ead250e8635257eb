"""Names of tables and columns, quoted where an engine would not take them for names.

In: a name, a dialect. Out: an identifier. A plain word stands as it is, so that an
engine's own letter case applies; what is no word, or one that the engine keeps for
itself, is quoted.
"""

import re

from sqlglot import exp

from auditql.providers.warehouse.statement import Dialect

_COMMON = """
    all and any array as asc between both by case cast check collate column constraint
    create cross current_date current_time current_timestamp current_user default
    delete desc distinct drop else end except exists false for foreign from full grant
    group having in inner insert intersect interval into is join lateral leading left
    like limit natural not null offset on only or order outer primary references right
    select set some table then to trailing true union unique update using values when
    where window with
"""
_OTHERS = """
    add alter analyse analyze anti asof asymmetric at authorization autoincrement binary
    commit concurrently contains cube current current_catalog current_role
    current_schema deallocate deferrable define describe do enum escape execute explain
    extract fetch final format freeze global glob grouping groups hash if ignore ilike
    index initially isnull lambda localtime localtimestamp lookup listagg merge minus
    new no normalize notnull nothing nulls of over overlaps partition pivot
    pivot_longer pivot_wider placing positional prepare preceding prewhere proto
    qualify range recursive returning rollup rows sample semi session_user settings
    show similar skip struct summarize symmetric system_user tablesample transaction
    treat trim uescape unbounded unnest unpivot user variadic verbose within
"""
_SNOWFLAKE = """
    account connection database following gscluster ilike increment issue minus
    organization qualify regexp revoke rlike row rows sample schema start tablesample
    trigger try_cast view whenever
"""
_WORDS = frozenset((_COMMON + _OTHERS).split())
_OF_SNOWFLAKE = frozenset((_COMMON + _SNOWFLAKE).split())
"""Only its own: a quoted name is in small letters there, which few names are."""


def identifier(word: str, dialect: Dialect) -> exp.Identifier:
    """A part of a table's name, or a column's."""
    kept = _OF_SNOWFLAKE if dialect is Dialect.SNOWFLAKE else _WORDS
    is_plain = re.fullmatch("[a-z_][a-z0-9_]*", word) is not None
    return exp.to_identifier(word, quoted=not is_plain or word in kept)
