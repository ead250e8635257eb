"""The source's own time, by which it is said up to when an answer is complete."""

import httpx
import pytest

import auditql
from auditql.emulator import AsyncEmulatorTransport, Emulator, demo_account
from auditql.providers.zendesk.exchange import Answer

NOW_S = 1_773_144_000  # 2026-03-10T12:00:00Z


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Tue, 10 Mar 2026 12:00:00 GMT", NOW_S),
        ("Tue, 10 Mar 2026 12:00:00 -0000", NOW_S),
        ("Tue, 10 Mar 2026 13:00:00 +0100", NOW_S),
        ("today", None),
        ("", None),
        ("Tue, 10 Mar 99999 12:00:00 GMT", None),
    ],
)
def test_the_date_of_an_answer_is_read_or_is_none(
    date: str, expected: int | None
) -> None:
    """A date that cannot be read is no time; nothing is guessed."""
    assert expected == Answer(200, {"date": date}, b"").server_s


def test_the_first_answer_tells_the_time_of_a_read() -> None:
    """The earliest time counts: a later page may show what the first did not."""
    now = iter(float(NOW_S + later) for later in (0, 60, 120, 180, 240, 300))
    account = demo_account(NOW_S, clock=lambda: next(now), count=300)
    with auditql.Client(
        base_url="http://127.0.0.1:1", transport=AsyncEmulatorTransport(account)
    ) as client:
        assert 300 == len(list(client.query("created_at >= -180d", now=NOW_S)))
        assert client.statistics.server_s is not None
        assert client.statistics.requests == 3
        assert NOW_S <= client.statistics.server_s < NOW_S + 180


class Undated(httpx.AsyncBaseTransport):
    """An account whose first answers do not tell the time."""

    def __init__(self, account: Emulator, number: int) -> None:
        self._inner = AsyncEmulatorTransport(account)
        self._left = number

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if self._left > 0:
            self._left -= 1
            del response.headers["date"]
        return response


@pytest.mark.parametrize("number", [1, 2, 9])
def test_rows_of_no_known_time_are_not_claimed_by_a_later_time(number: int) -> None:
    """What came first may lack what a later answer's time would claim."""
    account = demo_account(NOW_S, clock=lambda: float(NOW_S), count=300)
    with auditql.Client(
        base_url="http://127.0.0.1:1",
        transport=Undated(account, number),
        concurrency=1,
    ) as client:
        assert 300 == len(list(client.query("created_at >= -180d", now=NOW_S)))
        assert client.statistics.server_s is None
        assert client.completeness is not None
        assert (True, None) == (
            client.completeness.complete,
            client.completeness.until_s,
        )
