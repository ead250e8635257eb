"""Runs `tests/cases/sql/*.toml`: a query goes in, the SQL of an engine comes out.

Keys of a case, beside `name`:

* `query`: the text; `tz` its zone; now is 2026-03-10T12:00:00Z.
* a dialect's name: the whole statement, white space at its ends aside; or
* `DIALECT_says`: what stands in the words of the diagnostic `not-in-engine`.
* `params`: texts and numbers are parameters; `parameters` then lists them.
* `created_at`: what that column holds; `timestamp` where it is not said.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

import auditql
from auditql.diagnostics.codes import Code
from auditql.providers.warehouse.columns import Stored, usual_columns
from auditql.providers.warehouse.compile import compiled
from auditql.providers.warehouse.statement import Dialect, Statement

CASES = Path(__file__).parents[2] / "cases" / "sql"
NOW = "2026-03-10T12:00:00Z"

Case = dict[str, Any]


def cases() -> list[tuple[str, Case]]:
    """Every case, under the name of its file and its own."""
    return [
        (f"{path.stem}: {case['name']}", case)
        for path in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


def statement(case: Case, dialect: Dialect) -> Statement:
    """What the case's query becomes."""
    plan = auditql.compile(case["query"], now=NOW, tz=case.get("tz"))
    held = Stored(case.get("created_at", "timestamp"))
    columns = usual_columns(("audit_logs",), created_at=held)
    params = case.get("params", False)
    return compiled(plan.query, dialect, columns, params=params)


@pytest.mark.parametrize(("name", "case"), cases(), ids=[n for n, _ in cases()])
def test_a_query_is_said_in_sql(name: str, case: Case) -> None:
    """The statement of each dialect named, or the words in which it refuses."""
    told = 0
    for dialect in Dialect:
        if (wanted := case.get(dialect.value)) is not None:
            told += 1
            made = statement(case, dialect)
            assert (dialect, wanted.strip()) == (dialect, made.text), name
            if "parameters" in case:
                assert case["parameters"] == [list(p) for p in made.parameters]
        if (words := case.get(f"{dialect.value}_says")) is not None:
            told += 1
            with pytest.raises(auditql.QueryError) as caught:
                statement(case, dialect)
            said = caught.value.diagnostics
            assert {Code.NOT_IN_ENGINE} == {d.code for d in said}
            assert words in "; ".join(f"{d.message}; {d.help}" for d in said)
    assert told > 0, name
