"""What is too large for a statement is refused with words, never a traceback."""

import pytest

import auditql
from auditql.providers.warehouse.columns import Stored, usual_columns
from auditql.providers.warehouse.compile import compiled
from auditql.providers.warehouse.statement import Dialect

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ALL = [d for d in Dialect if d is not Dialect.SQLITE]


def refused(text: str, dialect: Dialect) -> str:
    """The words of a refusal; nothing if there is none."""
    query = auditql.compile(text, now="2026-03-10T12:00:00Z").query
    columns = usual_columns(("audit_logs",), created_at=Stored.TEXT)
    try:
        compiled(query, dialect, columns)
    except auditql.QueryError as error:
        return "; ".join(f"{d.code.value}: {d.message}" for d in error.diagnostics)
    return ""


@pytest.mark.parametrize("dialect", ALL, ids=lambda d: d.value)
def test_a_pattern_of_deep_groups_is_refused(dialect: Dialect) -> None:
    """Python's own stack is an end that the query's author is told of."""
    pattern = "(" * 480 + "b" + ")" * 480
    assert "nested so deeply" in refused(f"source_label ~ '{pattern}'", dialect)


def test_many_letters_in_any_case_are_refused_by_sqlite_alone() -> None:
    """Each is a call in a call, of which its parser takes a few."""
    text = f"actor_name contains '{LETTERS}'"
    assert "letters of 30 kinds" in refused(text, Dialect.SQLITE)
    assert "" == refused(f"actor_name contains '{LETTERS[:18]}'", Dialect.SQLITE)
    assert {""} == {refused(text, dialect) for dialect in ALL}


def test_letters_by_the_hundred_are_refused() -> None:
    """Without a traceback."""
    letters = "".join(chr(0x3B1 + n) for n in range(17)) + "".join(
        chr(0x430 + n) for n in range(32)
    )
    wide = letters + "".join(map(chr, range(0x1E00, 0x1E95)))
    assert "kinds" in refused(f"actor_name contains '{wide}'", Dialect.SQLITE)
