"""What a read shows of an account is remembered for the cost of the next."""

import asyncio

import httpx
from sessions import NOW_S, Bench, bench, of, records

from auditql.errors import ConfigurationError
from auditql.shell.live.checking import check
from auditql.shell.live.forms import Context, Expected
from auditql.shell.session.accounts import Account, Transported
from auditql.shell.session.events import Confirm, Reply


def expected(made: Bench, text: str) -> Expected:
    """The requests that a text is said to take, by what the session has met."""
    densities = tuple(made.session.state.densities.items())
    facts = check(text, Context("UTC", NOW_S, densities=densities)).facts
    assert facts is not None
    return facts.expected


def test_a_read_makes_the_cost_of_the_next_known() -> None:
    """500 records of 30 days: a month of them is 5 pages, give or take one."""
    with bench() as b:
        assert Expected(1) == expected(b, "created_at >= -30d")
        b.events("order by -created_at")
        about = expected(b, "created_at >= -30d").about
        assert about is not None
        assert 4 <= about <= 6


def test_what_more_shows_is_no_measure() -> None:
    """Reading on begins in the middle; the density stays that of the first rows."""
    with bench() as b:
        b.events("order by -created_at")
        before = dict(b.session.state.densities)
        b.events("\\more")
        assert before == b.session.state.densities


def test_another_account_has_other_records() -> None:
    """Switching forgets the densities; a switch that fails keeps them."""
    fail: list[str] = []

    with bench() as b:
        wire = b.wire

        def accounts(_picked: str | None) -> Account:
            if fail:
                raise ConfigurationError("no such account")
            return Transported("http://127.0.0.1:1", wire)

        b.session.reach._accounts = accounts
        b.events("order by -created_at")
        known = dict(b.session.state.densities)
        assert known
        fail.append("now")
        b.events("\\profile other")
        assert known == b.session.state.densities
        fail.clear()
        b.events("\\profile other")
        assert {} == b.session.state.densities


def test_what_reads_showed_is_asked_about_before_the_next() -> None:
    """A dense account: the second question comes before any request."""
    with bench(records(9_000, days=100)) as b:
        text = "created_at >= -100d | count by action"
        b.events(text, Reply.YES)
        before = b.requests
        events = b.events(text)
        (question,) = of(events, Confirm)
        assert 60 < question.requests < 130
        assert before == b.requests


def test_explain_says_what_reads_before_let_expect() -> None:
    """Nothing before the first read; then as the line below a text, with its time."""

    async def slow(response: httpx.Response, _at: int) -> httpx.Response:
        await asyncio.sleep(2)
        return response

    with bench(change=slow) as b:
        text = "\\explain created_at >= -30d"
        assert "expected " not in b.said(text)
        b.events("order by -created_at")
        about = expected(b, "created_at >= -30d").about
        said = b.said(text)
        assert f"expected ~{about} requests, ~{2 * about} s for all rows, by" in said
        assert "expected up to ~" in b.said(f"{text} and actor_name = 'x' limit 5")
        assert "expected " not in b.said("\\explain id = 7")
