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


def test_order_by_with_a_limit_holds_a_few_and_gives_the_first() -> None:
    """Of 5,000 records the 3 with the highest ids, as of all sorted at once."""
    stages = pipeline("| order by actor_id, -id | limit 3 | select id")
    numbers = [(n * 7919) % 5000 + 1 for n in range(5000)]
    held = 0
    for place in range(0, 5000, 100):
        page = numbers[place : place + 100]
        assert stages.add([record(n, actor_id=n % 2) for n in page]) == []
        held = max(held, len(stages._steps[0]._rows))

    assert [{"id": 5000}, {"id": 4998}, {"id": 4996}] == stages.end()
    assert held <= 1200


def test_records_may_come_in_any_order_where_the_answer_does_not_show_it() -> None:
    """Groups and buckets do not; a limit, rows as they come and `first` of rows do."""
    free = ("count", "stats first(id) by action", "top 3 action", "timeline 1d")
    free += ("order by id | count by action", "distinct action | count")
    bound = ("limit 2 | count", "order by action", "distinct action", "select id")
    bound += ("distinct action | stats first(action)",)

    assert [False] * 6 == [pipeline(f"| {text}").order_matters for text in free]
    assert [True] * 5 == [pipeline(f"| {text}").order_matters for text in bound]
    assert pipeline("limit 2 | count").order_matters


def test_a_stage_that_gives_rows_as_records_come_streams() -> None:
    """The rows of a part of the records are the first of the answer, or mislead."""
    streaming = ("where id > 1", "select id", "limit 3", "distinct action")
    waiting = ("count", "order by id", "top 3 action", "select id | count")

    assert all(pipeline(f"| {text}").streams for text in streaming)
    assert not any(pipeline(f"| {text}").streams for text in waiting)
