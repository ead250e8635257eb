"""When a request is sent again, as tables: no clock, no socket."""

import pytest

from auditql.providers.zendesk import retry
from auditql.providers.zendesk.retry import MOST_WAIT_S, TRIES, Tried

DATE = "Tue, 10 Mar 2026 12:00:20 GMT"


@pytest.mark.parametrize(
    ("status", "fails"),
    [(s, True) for s in (408, 425, 500, 502, 503, 504)]
    + [(s, False) for s in (200, 301, 400, 401, 403, 404, 409, 422, 429, 501, 505)],
)
def test_only_passing_states_are_failures(status: int, fails: bool) -> None:
    """Refusals never are: 401 and 403 are not hammered. 429 is counted apart."""
    assert fails == retry.is_failure(status)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("59", 59.0),
        (" 7 ", 7.0),
        ("999999999", 999_999_999.0),
        ("Tue, 10 Mar 2026 12:00:50 GMT", 30.0),
        ("Tue, 10 Mar 2026 11:00:00 GMT", 0.0),
        ("Tue, 10 Mar 2026 13:00:50 +0100", 30.0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("1e3", None),
        ("5, 5", None),
        ("٣", None),
        ("soon", None),
        ("9" * 5000, 1e9),
        ("Tue, 99 Mar 2026 12:00:50 GMT", None),
    ],
)
def test_retry_after_is_read_or_left(text: str, seconds: float | None) -> None:
    """Seconds in ASCII digits or a date by the server's clock; garbage is none."""
    assert seconds == retry.retry_after_s({"retry-after": text, "date": DATE})


@pytest.mark.parametrize("date", ["", "today", "Tue, 10 Mar 2026 12:00:20 -0000"])
def test_a_date_without_the_servers_own_is_no_wait(date: str) -> None:
    """The clock of this machine is never asked; a Date without zone is none."""
    headers = {"retry-after": "Tue, 10 Mar 2026 12:00:50 GMT", "date": date}
    assert retry.retry_after_s(headers) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3", "ratelimit-reset": "9", "date": DATE}, 3.0),
        ({"retry-after": "x", "ratelimit-reset": "9", "date": DATE}, 9.0),
        ({"rate-limit-reset": "8", "date": DATE}, 8.0),
        ({"ratelimit-reset": "٩", "date": DATE}, 40.0),
        ({"date": DATE}, 40.0),
        ({"date": "Tue, 10 Mar 2026 12:00:00 GMT"}, 60.0),
        ({"date": "never"}, 60.0),
        ({}, 60.0),
    ],
)
def test_without_retry_after_the_next_minute_is_waited_for(
    headers: dict[str, str], seconds: float
) -> None:
    """Reset, then the second of the server's minute, then a whole minute."""
    assert seconds == retry.limit_wait_s(headers)


@pytest.mark.parametrize(
    ("failures", "least", "most"),
    [(1, 0.25, 0.75), (2, 0.5, 1.5), (3, 1.0, 3.0), (7, 15.0, 45.0), (99, 15.0, 45.0)],
)
def test_backoff_doubles_within_bounds(
    failures: int, least: float, most: float
) -> None:
    """Spread by chance around half a second, one, two, … thirty."""
    assert least == retry.backoff_s(failures, 0.0)
    assert most == pytest.approx(retry.backoff_s(failures, 1.0 - 1e-12))


def test_five_failures_are_the_end() -> None:
    """Four waits, then None."""
    tried: Tried | None = Tried()
    waits = []
    while (tried := retry.after_failure(tried, {}, 0.5)) is not None:
        waits.append(tried.wait_s)
    assert [0.5, 1.0, 2.0, 4.0] == waits
    assert len(waits) + 1 == TRIES


@pytest.mark.parametrize(
    ("asked", "wait_s"), [("30", 30.0), ("0", 0.5), ("900", 900.0), ("901", None)]
)
def test_a_failure_that_names_a_wait_is_obeyed(
    asked: str, wait_s: float | None
) -> None:
    """Never earlier than Retry-After; longer than the bound is the end."""
    following = retry.after_failure(Tried(), {"retry-after": asked}, 0.5)
    assert wait_s == (None if following is None else following.wait_s)


@pytest.mark.parametrize("chance", [0.0, 0.99])
def test_the_limit_is_waited_out_and_is_no_failure(chance: float) -> None:
    """Not earlier than asked, spread upwards only, failures unchanged."""
    tried = Tried(failures=2, wait_s=4.0)
    following = retry.after_limit(tried, {"retry-after": "59"}, chance)
    assert Tried(2, 1, 59.0, 59.0 + chance) == following


@pytest.mark.parametrize("asked", ["0", "1", "59", "junk", ""])
def test_a_limit_that_never_ends_is_given_up(asked: str) -> None:
    """Also where the service says each time that no wait is needed."""
    tried: Tried | None = Tried()
    steps: list[Tried] = []
    while (tried := retry.after_limit(tried, {"retry-after": asked}, 0.5)) is not None:
        steps.append(tried)
        assert len(steps) < 40
    assert MOST_WAIT_S - 60 < steps[-1].limited_s <= MOST_WAIT_S
    assert len(steps) == steps[-1].limited


def test_a_wait_beyond_the_bound_is_refused_at_once() -> None:
    """Nobody waits a day because a header says so."""
    assert retry.after_limit(Tried(), {"retry-after": "86400"}, 0.0) is None
