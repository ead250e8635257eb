"""A client that reads nothing but the mirror: its answers, and what they lack."""

import asyncio

import pytest
from mirrored_account import (
    ALL,
    BEFORE,
    DOUBLE,
    HOUR_S,
    LATER,
    NOW_S,
    RECORDS,
    Account,
    ask,
    ids,
    second,
)

from auditql.errors import ConfigurationError, RunError
from auditql.language.clock import text_of
from auditql.plan.model import REACH_S, Interval
from auditql.runtime.client_settings import MirrorUse


def test_the_mirror_alone_answers_up_to_its_end(account: Account) -> None:
    """A question that is open to the present is complete up to there."""
    account.sync(BEFORE, Interval(BEFORE.end, LATER.end))
    rows, counts, claim = ask(account, "action = login", "mirror")
    assert [n for n in ids(10, 300) if n % 2 == 0] == rows
    assert 0 == counts.requests
    assert (True, LATER.end) == (claim.complete, claim.until_s)


def test_a_gap_in_the_mirror_alone_is_missing(account: Account) -> None:
    """The answer is partial, and says what of it lies nowhere."""
    account.sync(BEFORE, LATER)
    rows, _, claim = ask(account, "actor_name = Ada", "mirror")
    assert ids(10, 49) + ids(100, 300) == rows
    assert not claim.complete
    gap = f"{text_of(BEFORE.end)} to {text_of(LATER.start)}"
    assert claim.reason.startswith(f"the mirror does not hold {gap}; `auditql sync`")
    rows, _, claim = ask(account, "actor_name = Ada limit 40", "mirror")
    assert (ids(10, 49), True) == (rows, claim.complete), "the gap was never reached"


_WHOLE = " --since 2000-01-01T00:00:00Z"
_AT = {hours: text_of(NOW_S - hours * HOUR_S) for hours in (90, 70, 60, 50, 10, 5)}


@pytest.mark.parametrize(
    ("text", "what", "since"),
    [
        (f"created_at >= {second(5)}", f"{_AT[5]} or later", ""),
        (f"created_at < {second(60)}", f"what is before {_AT[60]}", _WHOLE),
        ("id = 3", "the id 3", _WHOLE),
        (
            f"created_at >= {second(20)} and created_at < {second(5)}",
            f"{_AT[10]} to {_AT[5]}",
            "",
        ),
        (
            f"created_at >= {second(90)}",
            f"{_AT[90]} to {_AT[50]}",
            f" --since {_AT[90]}",
        ),
        (
            f"created_at >= {second(5)} or created_at >= {second(90)}"
            f" and created_at < {second(70)}",
            f"{_AT[5]} or later, {_AT[90]} to {_AT[70]}",
            f" --since {_AT[90]}",
        ),
    ],
)
def test_what_the_mirror_alone_lacks_is_named(
    account: Account, text: str, what: str, since: str
) -> None:
    """Behind its end, before its beginning, an id, the end of a time that is over.

    What is before it is fetched by a sync that begins there: without `--since` one
    begins where the mirror does.
    """
    account.sync(LATER)
    _, _, claim = ask(account, text, "mirror")
    said = f"the mirror does not hold {what}; `auditql sync{since}` fetches it"
    assert said == claim.reason


@pytest.mark.parametrize(
    ("first", "last", "what"),
    [
        (120, 20, (100, 50)),
        (120, None, (100, 50)),
        (90, 60, (90, 60)),
        (90, 30, (90, 50)),
    ],
)
def test_a_gap_is_missing_whenever_now_is(
    account: Account, first: int, last: int | None, what: tuple[int, int]
) -> None:
    """Asked as of a time before it or within it, what lies in it is not held."""
    account.sync(BEFORE, LATER)
    text = f"created_at >= {second(first)}"
    if last is not None:
        text += f" and created_at < {second(last)}"
    for hours in (130, 100.5, 100, 75, 51, 40):
        now_s = int(NOW_S - hours * HOUR_S)
        _, _, claim = ask(account, text, "mirror", now_s)
        assert (hours, False) == (hours, claim.complete)
    start, end = (text_of(NOW_S - each * HOUR_S) for each in what)
    assert f"hold {start} to {end}" in claim.reason


@pytest.mark.parametrize("source", ["mirror", "auto", "api"])
def test_no_more_is_claimed_than_an_open_end_was_read_for(
    account: Account, source: MirrorUse
) -> None:
    """As of an earlier now: one alternative was read up to a while beyond it."""
    account.sync(ALL)
    text = f"created_at < {second(20)} and action = update or action = login and "
    text += f"created_at >= {second(120)}"
    rows, _, claim = ask(account, text, source, NOW_S - 90 * HOUR_S)
    until_s = NOW_S - 90 * HOUR_S + REACH_S
    assert (True, until_s) == (claim.complete, claim.until_s)
    assert {71, 90, 91} & set(rows) == {71, 90, 91}
    assert 72 not in rows, "the reason why no more is claimed"


def test_time_to_come_is_missing_too(account: Account) -> None:
    """Nothing of it is held, and up to when there is nothing nobody knows."""
    account.sync(BEFORE, LATER)
    _, _, claim = ask(account, "created_at >= 2030-01-01", "mirror")
    assert "hold 2030-01-01T00:00:00Z or later" in claim.reason


def test_an_id_that_is_not_held_is_missing_up_to_the_end_of_the_mirror(
    account: Account,
) -> None:
    """Complete up to there where it begins at the beginning; else it is partial."""
    account.sync(BEFORE)
    for text in ("id = 5", "id = 120", "id in (5, 120)"):
        rows, counts, claim = ask(account, text, "mirror")
        assert ([120] if "120" in text else [], 0) == (rows, counts.requests)
        assert (True, BEFORE.end) == (claim.complete, claim.until_s)
    account.sync(LATER)
    _, _, claim = ask(account, "id = 5", "mirror")
    assert (False, None) == (claim.complete, claim.until_s)
    assert "does not hold the id 5" in claim.reason


def test_no_more_is_claimed_than_up_to_what_is_to_come(account: Account) -> None:
    """As of an earlier now, what begins after it is not read, ids looked up beside."""
    account.sync(ALL)
    text = f"created_at < {second(120)} or created_at >= {second(40)} or id = 100"
    rows, _, claim = ask(account, text, "mirror", NOW_S - 90 * HOUR_S)
    assert [100, *ids(120, 300)] == rows
    assert (True, NOW_S - 40 * HOUR_S) == (claim.complete, claim.until_s)


@pytest.mark.parametrize(
    "text",
    [
        "id = 20 and action = update",
        "id = 20 and created_at < 2020-01-01",
        "id in (20, 21) and actor_name = Eve",
    ],
)
def test_an_id_that_is_held_is_not_missing_because_it_does_not_pass(
    account: Account, text: str
) -> None:
    """No row, and nothing lacks: nobody need be asked either."""
    account.sync(LATER)
    for source in ("mirror", "auto"):
        rows, counts, claim = ask(account, text, source)
        assert ([], 0, None) == (rows, counts.requests, claim.reason)


def test_a_record_that_the_mirror_cannot_give_is_an_error(account: Account) -> None:
    """Not held, or held twice: nobody may say that there is none."""
    account.sync(BEFORE)
    account.sync(LATER, more=[DOUBLE])

    async def shown(number: int, source: MirrorUse):
        async with account.client(source) as client:
            return await client.show(number), client.statistics.requests

    assert (RECORDS[20], 0) == asyncio.run(shown(21, "mirror"))
    assert (RECORDS[19], 1) == asyncio.run(shown(20, "auto"))
    with pytest.raises(RunError, match="holds 2 different records of the id 20"):
        asyncio.run(shown(20, "mirror"))
    with pytest.raises(RunError, match="does not hold the id 5; `auditql sync`"):
        asyncio.run(shown(5, "mirror"))


def test_an_id_before_the_mirror_is_fetched_by_the_whole_account(
    account: Account,
) -> None:
    """Nothing says how old the record is: no later beginning would surely do."""
    account.sync(LATER)

    async def shown():
        async with account.client("mirror") as client:
            await client.show(120)

    words = "does not hold the id 120; `auditql sync --since 2000-01-01T00:00:00Z`"
    with pytest.raises(RunError, match=words):
        asyncio.run(shown())


def test_pages_are_not_the_mirror_s(account: Account) -> None:
    """Asked for alone it refuses; else the API gives them."""
    account.sync(ALL)
    with pytest.raises(ConfigurationError, match="a page is the API's"):
        ask(account, "page 2 size 5", "mirror")
    rows, counts, _ = ask(account, "page 2 size 5")
    assert (ids(6, 10), 1) == (rows, counts.requests)
