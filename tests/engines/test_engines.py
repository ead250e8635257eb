"""An engine's answer to a statement is the naive one, row by row, in order.

SQLite is asked in the small tier. Shares of what is refused are bounds, so that an
engine cannot pass by refusing: `changed…` is drawn in one of ten texts, and SQLite
has no regular expressions and no networks.
"""

import os
import shutil
from collections.abc import Callable
from importlib.util import find_spec

import asked
import machines
import postgres
import pytest
import questions

NEEDED = os.environ.get("AUDITQL_ENGINES", "").split(",")
"""Engines that must be there; one that is not named is left out where it is not."""

THERE: dict[str, Callable[[], bool]] = {
    "duckdb": lambda: find_spec("duckdb") is not None,
    "postgres": lambda: bool(find_spec("psycopg") and postgres.programs()),
    "chdb": lambda: find_spec("chdb") is not None,
    "spark": lambda: bool(find_spec("pyspark") and shutil.which("java")),
}
MACHINES = {
    "duckdb": machines.DuckDB,
    "postgres": machines.Postgres,
    "chdb": machines.ClickHouse,
    "spark": machines.Spark,
}
NUMBER = 600
"""Questions for each engine, of which at least 500 are to be answered."""
FAILED = {"sqlite": 0, "duckdb": 0, "postgres": 0, "chdb": 0, "spark": 0}
"""Of them, how many may fail with words while they run: as many as were measured."""


def test_sqlite_answers_as_the_naive_reading_does() -> None:
    """Equal rows in equal order; at most 40 of 100 questions are refused."""
    outcome = asked.ask(machines.Sqlite(questions.records()), range(80))
    assert [] == outcome.differences, outcome.said
    assert outcome.counts["refused"] <= 32, outcome.why
    assert outcome.counts["failed"] <= FAILED["sqlite"], outcome.said
    assert outcome.counts["telling"] >= 30


@pytest.mark.full
@pytest.mark.timeout(1500)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", list(MACHINES))
def test_an_engine_answers_as_the_naive_reading_does(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    """Equal rows in equal order; at most 16 of 100 questions are refused."""
    if not THERE[name]():
        assert name not in NEEDED, f"{name} is not installed"
        pytest.skip(f"{name} is not installed")
    machine = MACHINES[name](questions.records())
    try:
        outcome = asked.ask(machine, range(NUMBER))
    finally:
        machine.close()
    print(f"{name}: {outcome.said}")  # noqa: T201 - what the run is for
    record_property("counts", outcome.said)
    assert [] == outcome.differences, outcome.said
    assert outcome.counts["failed"] <= FAILED[name], outcome.said
    assert outcome.counts["equal"] >= 500, outcome.why
    assert outcome.counts["telling"] >= 350
