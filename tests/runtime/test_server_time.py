"""The source's own time, by which it is said up to when an answer is complete."""

import pytest

import auditql
from auditql.emulator import AsyncEmulatorTransport, demo_account
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
