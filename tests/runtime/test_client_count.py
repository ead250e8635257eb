"""`count`: how many rows a query has, in one request where that is exact."""

import asyncio

import pytest
from asking import NOW, Failing, settings

import auditql
from auditql.diagnostics.model import Diagnostic
from auditql.emulator import Emulator

READ = (
    "",
    "actor_name contains 'a'",
    "action = login limit 7",
    "action = login offset 5 limit 7",
    "action = login | count by actor_name",
    "| distinct source_type",
    "page 2 size 30",
    "limit 0",
)
COUNTED = ("action = login", "action in (create, destroy)", "action = login | count")


@pytest.mark.parametrize("text", READ + COUNTED)
def test_a_count_is_the_number_of_rows(text: str, emulator: Emulator) -> None:
    """What `query` would give is counted, limits, pages and stages obeyed."""
    with auditql.Client(**settings(emulator)) as client:
        expected = len(list(client.query(text, now=NOW)))
        assert expected == client.count(text, now=NOW)
        assert expected == client.count(text, now=NOW, exact=True)
        assert client.completeness is not None
        assert client.completeness.complete
        assert not client.completeness.server_count


def test_a_plan_and_parameters_are_counted_by_either_client(
    emulator: Emulator,
) -> None:
    """A plan made before, and a text with parameters, by both clients."""
    text = "action in (:what) and created_at >= :since"
    params = {"what": ["login", "create"], "since": "2026-03-01"}
    plan = auditql.compile(text, params=params, now=NOW)

    async def counted() -> list[int]:
        async with auditql.AsyncClient(**settings(emulator)) as client:
            return [
                await client.count(text, params=params, now=NOW),
                await client.count(plan),
            ]

    with auditql.Client(**settings(emulator)) as client:
        expected = len(list(client.query(plan)))
        assert expected > 0
        assert [expected] * 3 == [client.count(plan), *asyncio.run(counted())]


@pytest.mark.parametrize("text", COUNTED[:2])
def test_one_exact_request_is_all_it_takes(text: str, emulator: Emulator) -> None:
    """The API's own number, no record read; `exact` reads them all the same."""
    with auditql.Client(**settings(emulator)) as client:
        number = client.count(text, now=NOW)
        assert 1 == client.statistics.requests
        assert client.completeness is not None
        assert client.completeness.server_count
        assert number == client.count(text, now=NOW, exact=True)
        assert client.statistics.requests > 2
        assert not client.completeness.server_count


def test_the_warnings_are_of_what_is_done(emulator: Emulator) -> None:
    """A count that reads nothing is not said to read everything; the text's stay."""
    said: list[Diagnostic] = []
    with auditql.Client(**settings(emulator), on_warning=said.append) as client:
        client.count("source_type = 'us%'", now=NOW)
        assert ["literal-wildcard"] == [d.code.value for d in said]
        said.clear()
        client.count("actor_name = 'Ada'", now=NOW)
        assert ["nothing-pushed"] == [d.code.value for d in said]


def test_what_query_refuses_count_refuses(emulator: Emulator) -> None:
    """A wrong text and settings beside a plan are refused; nothing is sent."""
    plan = auditql.compile("action = login", now=NOW)
    with auditql.Client(**settings(emulator)) as client:
        with pytest.raises(auditql.QueryError):
            client.count("acton = login", now=NOW)
        with pytest.raises(auditql.ConfigurationError, match="decided"):
            client.count(plan, now=NOW)
        assert 0 == client.statistics.requests
    with pytest.raises(auditql.ConfigurationError, match="closed"):
        client.count(plan)


def test_a_count_that_fails_is_an_error_and_no_number(emulator: Emulator) -> None:
    """Half of a count is none, however much was read."""
    made = settings(emulator) | {"transport": Failing(emulator, 3, 403)}
    with auditql.Client(**made) as client:
        with pytest.raises(auditql.AuthenticationFailed):
            client.count("actor_name contains 'a'", now=NOW)
        assert client.completeness is not None
        assert not client.completeness.complete
