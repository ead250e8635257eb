"""Stages at work, where an answer alone does not show what they do."""

import auditql
from auditql.catalog.record import Record
from auditql.results.stages.pipeline import Pipeline

NOW = "2026-03-10T12:00:00Z"


def record(number: int, **more: object) -> Record:
    raw = {"id": number, "created_at": "2026-03-01T00:00:00Z", **more}
    return Record.from_json(raw)


def pipeline(text: str, **more: int) -> Pipeline:
    return Pipeline(auditql.compile(text, now=NOW), **more)


def test_a_limit_that_is_reached_ends_the_reading() -> None:
    """Nothing is read on once a limit anywhere in the stages is full."""
    stages = pipeline("| where action = login | select id | limit 2 | count")

    assert stages.add([record(1, action="login"), record(2, action="update")]) == []
    assert not stages.is_done
    assert stages.add([record(3, action="login"), record(4, action="login")]) == []
    assert stages.is_done
    assert stages.end() == [{"count": 2}]
