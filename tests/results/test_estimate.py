"""What a read will take, by the source's counts."""

import pytest

import auditql
from auditql.results.estimate import Estimate, estimate, questions

NOW = "2026-03-10T12:00:00Z"


@pytest.mark.parametrize(
    ("text", "counts", "expected"),
    [
        ("action = login", [0], Estimate(1, 0)),
        ("action = login", [100], Estimate(1, 100)),
        ("action = login", [101], Estimate(2, 101)),
        ("action = login page size 10", [101], Estimate(11, 101)),
        ("action = login limit 250", [1_000], Estimate(3, 300)),
        ("action = login limit 250", [240], Estimate(3, 240)),
        ("action = login limit 50 offset 60", [1_000], Estimate(2, 200)),
        ("actor_name = 'x' limit 5", [1_000], Estimate(10, 1_000, may_be_less=True)),
        ("action = login order by action limit 5", [1_000], Estimate(10, 1_000)),
        ("action = login | count by actor_id", [1_000], Estimate(10, 1_000)),
        (
            "action = login | count by actor_id | limit 5",
            [1_000],
            Estimate(10, 1_000),
        ),
        (
            "action = login | select id | limit 5",
            [1_000],
            Estimate(10, 1_000, may_be_less=True),
        ),
        ("action = login", [10_000], Estimate(100, 10_000, may_be_more=True)),
        ("action = login limit 250", [10_000], Estimate(3, 300)),
        ("source_type = user or actor_id = 7", [150, 1], Estimate(3, 151)),
        (
            "source_type = user or actor_id = 7 limit 5",
            [150, 1],
            Estimate(3, 151, may_be_less=True),
        ),
    ],
)
def test_pages_of_every_stream(
    text: str, counts: list[int], expected: Estimate
) -> None:
    """A page for each 100 records, at least one a stream; a limit stops early."""
    assert expected == estimate(auditql.compile(text, now=NOW), counts)


@pytest.mark.parametrize(
    "text",
    [
        "id = 5",
        "action = login | count",
        "created_at >= -7d | count",
        "action = login page 3 size 20",
        "action = login and action = create",
        "action = login limit 5",
    ],
)
def test_nothing_is_asked_where_the_cost_is_known(text: str) -> None:
    """A count would say nothing that is not known, or cost what the read costs."""
    assert () == questions(auditql.compile(text, now=NOW))


def test_a_stream_is_counted_as_it_is_read() -> None:
    """The same filters and the same range, edge seconds too; one record at most."""
    plan = auditql.compile("action = login and created_at >= -7d", now=NOW)
    (request,) = questions(plan)
    read = [p for p in plan.requests[0].params if p[0].startswith("filter")]
    assert [*read, ("per_page", "1")] == list(request.params)
