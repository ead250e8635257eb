"""What Client and AsyncClient give a program, asked against the emulator."""

import asyncio
import inspect

import httpx
import pytest
from asking import ALL, BASE, NOW, NOW_S, ODD, settings

import auditql
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.emulator import Emulator
from auditql.runtime.client_settings import ClientSettings


def test_rows_are_the_records_as_received(ask) -> None:
    """Unknown fields, nulls, order of keys; what is absent stays absent."""
    emulator = Emulator([ODD], clock=lambda: float(NOW_S))
    (row,) = ask(settings(emulator), "action = 'frobnicate'")
    assert ODD == row
    assert list(ODD) == list(row)
    assert type(row) is dict


def test_every_row_comes_once_and_in_order(ask, emulator) -> None:
    """The thousand of them, over ten pages, by one cursor."""
    rows = ask(settings(emulator, concurrency=1), ALL)
    assert list(emulator.store.ids) == [row["id"] for row in rows]
    assert 10 == len(emulator.requests)


def test_several_cursors_give_the_same(ask, emulator) -> None:
    """With a request more for each of them at most."""
    rows = ask(settings(emulator), ALL)
    assert list(emulator.store.ids) == [row["id"] for row in rows]
    assert 10 < len(emulator.requests) <= 10 + 8


def test_parameters_are_values(ask, emulator) -> None:
    """Of the query's own parameters."""
    rows = ask(
        settings(emulator), "action = :a limit :n", params={"a": "login", "n": 3}
    )
    assert ["login"] * 3 == [row["action"] for row in rows]


@pytest.mark.parametrize(
    ("inside", "beside", "rows"), [(7, 3, 3), (3, 7, 3), (7, 0, 0)]
)
def test_the_smaller_limit_holds(
    ask, emulator, inside: int, beside: int, rows: int
) -> None:
    """The query's and the call's."""
    assert rows == len(ask(settings(emulator), f"limit {inside}", limit=beside))


def test_a_saved_query_is_asked_like_a_text(ask, emulator, tmp_path) -> None:
    """With its own parameters."""
    path = tmp_path / "logins.aql"
    path.write_text("param n = 2;\naction = login limit :n\n", encoding="utf-8")
    assert 2 == len(ask(settings(emulator), auditql.load(path)))


def test_a_plan_is_asked_as_it_was_made(emulator) -> None:
    """By both clients; what is decided in it is not decided again."""
    plan = auditql.compile("action = login limit 4", now=NOW)
    with auditql.Client(**settings(emulator)) as client:
        assert 4 == len(list(client.query(plan)))
        for more in ({"limit": 2}, {"now": NOW}, {"params": {}}):
            with pytest.raises(
                auditql.ConfigurationError, match="give them to compile"
            ):
                client.query(plan, **more)


def test_a_wrong_text_is_an_error_of_the_call(emulator) -> None:
    """With every diagnostic, and nothing sent."""
    with auditql.Client(**settings(emulator)) as client:
        with pytest.raises(auditql.QueryError) as caught:
            client.query("acton = login and actor_nme = 'x'", now=NOW)
        assert 2 == len([d for d in caught.value.diagnostics if d.is_error])
        with pytest.raises(auditql.ConfigurationError, match="now "):
            client.query("action = login", now="noon")
    assert not emulator.requests


def test_rows_of_stages_are_given_by_either_client(emulator, ask) -> None:
    """Rows of the columns that the stages give, in their order."""
    text = "| where action in (login, update) | count by action | order by -count"
    rows = ask(settings(emulator), text)

    assert [["action", "count"]] * 2 == [list(row) for row in rows]
    assert {"login", "update"} == {row["action"] for row in rows}
    assert rows[0]["count"] >= rows[1]["count"] > 0


def test_rows_of_stages_are_no_records(emulator) -> None:
    """Who asks for records of a query with stages is told so; nothing is sent."""
    client = auditql.AsyncClient(**settings(emulator))
    with pytest.raises(auditql.QueryError, match="rows-no-records"):
        client.batches("action = login | count by actor_id", now=NOW)
    assert not emulator.requests


def test_a_record_is_shown_by_its_id(emulator) -> None:
    """Or None; by both clients."""
    number = emulator.store.ids[5]

    async def show(wanted: int) -> dict | None:
        async with auditql.AsyncClient(**settings(emulator)) as client:
            return await client.show(wanted)

    with auditql.Client(**settings(emulator)) as client:
        assert number == client.show(number)["id"]
        assert client.show(1) is None
    assert number == asyncio.run(show(number))["id"]
    assert asyncio.run(show(1)) is None


def test_work_is_counted(emulator) -> None:
    """Rows given, records fetched, requests, pages."""
    with auditql.Client(**settings(emulator)) as client:
        list(client.query(f"{ALL} limit 150", now=NOW))
        counted = client.statistics
        assert (150, 200, 2, 2, 0) == (
            counted.rows,
            counted.rows_fetched,
            counted.requests,
            counted.pages,
            counted.retries,
        )


def test_warnings_are_told_not_raised(ask) -> None:
    """What compiling says of the text, what running says of the service."""

    class Careless(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            record = {"id": 1, "created_at": "2026-03-09T00:00:00Z", "action": "x"}
            body = {"audit_logs": [record], "meta": {"has_more": False}}
            return httpx.Response(200, json=body)

    told: list[Diagnostic] = []
    made = {"base_url": BASE, "transport": Careless(), "on_warning": told.append}
    assert [] == ask(made, "source_id = 42 and action = login")
    assert [Code.MISSING_COMPANION] == [d.code for d in told]
    assert [] == ask(made, "action = login")
    assert [Code.MISSING_COMPANION, Code.OUTSIDE_FILTER] == [d.code for d in told]


def test_days_are_those_of_the_zone() -> None:
    """Of the client, where the text names none."""
    late = ODD | {"created_at": "2026-03-09T23:30:00Z"}
    emulator = Emulator([late], clock=lambda: float(NOW_S))
    text = "created_at = 2026-03-10"
    for zone, rows in (("Europe/Berlin", 1), ("UTC", 0), (None, 0)):
        with auditql.Client(**settings(emulator, tz=zone)) as client:
            assert rows == len(list(client.query(text, now=NOW)))


def test_both_clients_take_the_same_arguments() -> None:
    """The typed dictionary of the one is the signature of the other."""
    signature = inspect.signature(auditql.AsyncClient.__init__).parameters
    assert set(signature) - {"self"} == set(ClientSettings.__annotations__)
