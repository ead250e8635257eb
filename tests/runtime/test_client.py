"""Client and AsyncClient, asked as a program asks them, against the emulator."""

import asyncio
import gc
import inspect
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import httpx
import pytest

import auditql
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.emulator import AsyncEmulatorTransport, Emulator, Settings, generate, serve
from auditql.emulator.settings import BearerAuth
from auditql.providers.zendesk.auth import ApiToken, Bearer
from auditql.providers.zendesk.secret import Secret
from auditql.runtime.client import ClientSettings

NOW = "2026-03-10T12:00:00Z"
NOW_S = 1_773_144_000
BASE = "http://127.0.0.1:9"  # nothing is sent there: the transport answers
ALL = "order by created_at"
ODD = {
    "zeta": {"deep": [1, None, "\ud800"]},
    "id": 9_007_199_254_740_993,
    "actor_id": None,
    "created_at": "2026-03-09T00:00:00Z",
    "action": "frobnicate",
    "change_description": "",
    "alpha": 1.5,
}


@pytest.fixture(scope="module")
def store():
    """A thousand records of the thirty days before now."""
    return Emulator(generate(3, 1000, NOW_S - 30 * 86_400, NOW_S)).store


@pytest.fixture
def emulator(store) -> Emulator:
    """An account over these records."""
    return Emulator(store, clock=lambda: float(NOW_S))


async def at_once(_seconds: float) -> None:
    """Wait for nothing."""


def settings(emulator: Emulator, **more: object) -> dict[str, object]:
    transport = AsyncEmulatorTransport(emulator)
    return {"base_url": BASE, "transport": transport, "sleep": at_once, **more}


class Failing(httpx.AsyncBaseTransport):
    """The emulator until so many requests, then another answer for ever."""

    def __init__(
        self, emulator: Emulator, after: int, status: int, body: bytes = b""
    ) -> None:
        self._inner = AsyncEmulatorTransport(emulator)
        self._left = after
        self._status = status
        self._body = body

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._left -= 1
        if self._left >= 0:
            return await self._inner.handle_async_request(request)
        headers = {"x-request-id": "req-9", "content-type": "application/json"}
        return httpx.Response(self._status, headers=headers, content=self._body)


@pytest.fixture(params=["sync", "async"])
def ask(request):
    """All rows of a query, by either client: `ask(settings, text, …)`."""

    def waiting(made: dict[str, object], text: object, **more: object) -> list[dict]:
        with auditql.Client(**made) as client:
            return list(client.query(text, now=NOW, **more))

    def running(made: dict[str, object], text: object, **more: object) -> list[dict]:
        async def work() -> list[dict]:
            async with auditql.AsyncClient(**made) as client:
                return [row async for row in client.query(text, now=NOW, **more)]

        return asyncio.run(work())

    return waiting if request.param == "sync" else running


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
        with pytest.raises(auditql.QueryError, match="stage"):
            client.query("action = login | count by actor_id", now=NOW)
        with pytest.raises(auditql.ConfigurationError, match="now "):
            client.query("action = login", now="noon")
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


def test_rows_come_before_later_pages_are_asked_for(emulator) -> None:
    """One request until the first page's rows are taken; then one more."""
    with auditql.Client(**settings(emulator, concurrency=1)) as client:
        rows = client.query(ALL, now=NOW)
        assert 0 == len(emulator.requests)
        for _ in range(90):
            next(rows)
        assert 1 == len(emulator.requests)
        for _ in range(100):
            next(rows)
        assert 2 <= len(emulator.requests) <= 3


def test_leaving_early_stops_the_reading(emulator) -> None:
    """By breaking off, by closing, by a limit: one page each."""

    async def first(client: auditql.AsyncClient) -> int:
        async with aclosing(client.query(ALL, now=NOW)) as rows:
            async for row in rows:
                return row["id"]
        raise AssertionError("no row")

    async def work() -> int:
        async with auditql.AsyncClient(**settings(emulator)) as client:
            return await first(client)

    assert emulator.store.ids[0] == asyncio.run(work())
    assert 1 == len(emulator.requests)
    with auditql.Client(**settings(emulator)) as client:
        for _ in client.query(ALL, now=NOW):
            break
        rows = client.query(ALL, now=NOW)
        next(rows)
        rows.close()
        assert [] == list(rows)
        assert 5 == len(list(client.query("limit 5", now=NOW)))
        assert 7 == client.statistics.rows
    assert 4 == len(emulator.requests)


def test_iterators_that_are_left_lying_do_not_leak(emulator) -> None:
    """Never begun, half read, outliving their client or their loop: no warning."""

    async def work() -> AsyncIterator[dict]:
        async with auditql.AsyncClient(**settings(emulator)) as client:
            client.query(ALL, now=NOW)
            await anext(client.query(ALL, now=NOW))
            kept = client.query(ALL, now=NOW)
            await anext(kept)
            return kept

    kept = asyncio.run(work())
    with auditql.Client(**settings(emulator)) as client:
        client.query(ALL, now=NOW)
        next(client.query(ALL, now=NOW))
        held = client.query(ALL, now=NOW)
        next(held)
    del kept, held, client
    gc.collect()


def test_the_same_over_a_socket_leaves_nothing_open(emulator, request) -> None:
    """Half-read answers on real connections."""
    with serve(emulator) as server:
        with auditql.Client(base_url=server.url) as client:
            next(client.query(ALL, now=NOW))
            assert 3 == len(list(client.query("limit 3", now=NOW)))

        async def work() -> None:
            async with auditql.AsyncClient(base_url=server.url) as client:
                await anext(client.query(ALL, now=NOW))

        asyncio.run(work())
    gc.collect()


def test_an_answer_half_read_is_an_error_once_the_client_is_closed(emulator) -> None:
    """It must not look like the end."""

    def rest(rows: Iterator[dict]) -> int:
        return sum(1 for _ in rows)

    with auditql.Client(**settings(emulator)) as client:
        rows = client.query(ALL, now=NOW)
        next(rows)
    with pytest.raises(auditql.ConfigurationError, match="closed"):
        rest(rows)
    for call in (lambda: client.query(ALL, now=NOW), lambda: client.show(1)):
        with pytest.raises(auditql.ConfigurationError, match="closed"):
            call()
    client.close()


def test_an_async_answer_is_an_error_once_the_client_is_closed(emulator) -> None:
    """The next page is not asked for."""

    async def work() -> None:
        client = auditql.AsyncClient(**settings(emulator))
        rows = client.query(ALL, now=NOW)
        await anext(rows)
        await client.close()
        async for _ in rows:
            pass

    with pytest.raises(auditql.AuditQLError, match="closed"):
        asyncio.run(work())


def test_the_waiting_client_is_refused_inside_an_event_loop(emulator) -> None:
    """Clearly, at the call, with nothing sent; what was begun outside too."""
    client = auditql.Client(**settings(emulator))
    begun = client.query(ALL, now=NOW)
    next(begun)
    sent = len(emulator.requests)

    async def work() -> None:
        for call in (
            lambda: client.query("limit 1", now=NOW),
            lambda: client.show(1),
            lambda: sum(1 for _ in begun),
        ):
            with pytest.raises(auditql.ConfigurationError, match="use AsyncClient"):
                call()

    asyncio.run(work())
    assert sent == len(emulator.requests)
    client.close()


def test_the_waiting_client_leaves_the_loop_of_the_thread_alone(emulator) -> None:
    """A program may have set one of its own."""
    loop = asyncio.new_event_loop()
    try:
        asyncio.set_event_loop(loop)
        with auditql.Client(**settings(emulator)) as client:
            list(client.query("limit 1", now=NOW))
        assert loop is asyncio.get_event_loop_policy().get_event_loop()
    finally:
        asyncio.set_event_loop(None)
        loop.close()


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


def test_a_failure_before_any_row_is_its_own_error(ask, emulator) -> None:
    """And not a partial answer."""
    made = settings(emulator, transport=Failing(emulator, 0, 503))
    with pytest.raises(auditql.ApiError, match=r"\(503\)") as caught:
        ask(made, ALL)
    assert (503, "req-9") == (caught.value.status, caught.value.request_id)


def test_a_failure_after_rows_is_a_partial_answer(ask, emulator) -> None:
    """It says how many rows are out; status and request id are kept."""
    made = settings(emulator, transport=Failing(emulator, 2, 502))
    with pytest.raises(auditql.PartialAnswer, match="200 rows are out") as caught:
        ask(made, ALL)
    assert (502, "req-9") == (caught.value.status, caught.value.request_id)


def test_an_answer_is_partial_by_its_own_rows(emulator) -> None:
    """Those of an earlier query of the same client do not count."""
    transport = Failing(emulator, 1, 503)
    with auditql.Client(**settings(emulator, transport=transport)) as client:
        assert 5 == len(list(client.query("limit 5", now=NOW)))
        with pytest.raises(auditql.ApiError):
            list(client.query(ALL, now=NOW))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"<html>", auditql.ApiError),
        (200, b"", auditql.ApiError),
        (200, b'{"audit_logs":[]}', auditql.ApiError),
        (400, b'{"error":"InvalidValue"}', auditql.ApiError),
        (401, b"{}", auditql.AuthenticationFailed),
        (403, b"{}", auditql.AuthenticationFailed),
        (404, b"{}", auditql.ApiError),
        (429, b"", auditql.RateLimited),
        (500, b"", auditql.ApiError),
    ],
)
def test_no_refusal_is_an_empty_answer(
    ask, emulator, status: int, body: bytes, kind: type[auditql.RunError]
) -> None:
    """Each is an error of the tree."""
    with pytest.raises(kind):
        ask(settings(emulator, transport=Failing(emulator, 0, status, body)), ALL)


def test_requests_of_a_client_are_bounded(ask, emulator) -> None:
    """Three pages are out, the rest is said to be missing."""
    with pytest.raises(auditql.PartialAnswer, match="3 requests are made"):
        ask(settings(emulator, max_requests=3), ALL)
    assert 3 == len(emulator.requests)


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


def test_the_credential_is_sent_to_the_account(ask, store) -> None:
    """And a wrong one is refused."""
    emulator = Emulator(store, Settings(auth=BearerAuth(("right-token",))))
    good = Bearer(Secret("right-token", "x"))
    assert 1 == len(ask(settings(emulator, credential=good), "limit 1"))
    with pytest.raises(auditql.AuthenticationFailed):
        ask(settings(emulator, credential=Bearer(Secret("wrong", "x"))), "limit 1")


def test_the_environment_is_read_where_nothing_is_named(emulator, monkeypatch) -> None:
    """As the command line reads it."""
    for name in ("ZENDESK_SUBDOMAIN", "ZENDESK_CLIENT_ID", "ZENDESK_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ZENDESK_BASE_URL", BASE)
    monkeypatch.setenv("ZENDESK_OAUTH_TOKEN", "canary")
    client = auditql.Client(transport=AsyncEmulatorTransport(emulator))
    assert BASE == client.connection.origin.base
    assert "canary" not in repr(client.connection)
    client.close()


def test_what_is_to_be_said_of_a_credential_stands_in_the_connection() -> None:
    """An API token ends one day."""
    pair = ApiToken("a@b.c", Secret("canary", "x"))
    client = auditql.Client(subdomain="acme", credential=pair)
    assert "2027-04-30" in client.connection.warnings[0]


@pytest.mark.parametrize(
    "named",
    [
        {"subdomain": "evil.com/", "credential": Bearer(Secret("canary", "x"))},
        {"subdomain": "acme", "base_url": BASE},
        {"subdomain": "acme"},
        {"base_url": "http://acme.zendesk.com"},
    ],
)
@pytest.mark.parametrize("kind", [auditql.Client, auditql.AsyncClient])
def test_an_account_that_cannot_be_asked_is_refused(kind: type, named: dict) -> None:
    """When the client is made."""
    with pytest.raises(auditql.ConfigurationError):
        kind(**named)


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
