"""A client and its mirror: what is asked, what is claimed, what a bad file does."""

import asyncio
import json
import sqlite3
from collections.abc import Sequence

import pytest
from mirrored_account import (
    ALL,
    BEFORE,
    HOUR_S,
    LATER,
    NOW_S,
    RECORDS,
    Account,
    ask,
    ids,
    second,
)

from auditql.diagnostics.codes import Code
from auditql.errors import (
    ConfigurationError,
    MirrorDamaged,
)
from auditql.plan.model import Interval
from auditql.runtime.client_settings import MirrorUse


def test_time_that_is_covered_is_asked_of_nobody(account: Account) -> None:
    """No request, the same rows, complete up to the end that was asked for."""
    account.sync(ALL)
    text = f"created_at >= {second(40)} and created_at < {second(20)}"
    rows, counts, claim = ask(account, text)
    assert ids(20, 39) == rows
    assert (0, 20) == (counts.requests, counts.rows_mirrored)
    assert claim.complete
    assert NOW_S - 20 * HOUR_S == claim.until_s


def test_the_rest_alone_is_asked_for(account: Account) -> None:
    """One request for each gap; one claim, by the time of the server."""
    account.sync(BEFORE, LATER)
    rows, counts, claim = ask(account, "actor_name = Ada")
    assert ids(1, 300) == rows
    assert 2 == counts.requests
    assert (NOW_S - 300, None) == (claim.until_s, claim.reason)
    assert 241 == counts.rows_mirrored


def test_a_limit_stops_before_what_lies_behind_it_is_asked(account: Account) -> None:
    """The mirror's newest are enough: nobody is asked."""
    account.sync(LATER)
    text = f"created_at < {second(12)} limit 5"
    rows, counts, claim = ask(account, text)
    assert ids(12, 16) == rows
    assert 0 == counts.requests
    assert NOW_S - 12 * HOUR_S == claim.until_s


def test_api_leaves_the_mirror_alone(account: Account) -> None:
    """As without one."""
    account.sync(ALL)
    rows, counts, _ = ask(account, "action = login limit 3", "api")
    assert ([2, 4, 6], 1, 0) == (rows, counts.requests, counts.rows_mirrored)


def test_ids_are_looked_up_in_the_mirror_first(account: Account) -> None:
    """The account is asked for what is not there, and for nothing else."""
    account.sync(BEFORE)
    rows, counts, _ = ask(account, "id in (3, 120)")
    assert ([3, 120], 1) == (rows, counts.requests)

    async def shown(number: int):
        async with account.client() as client:
            return await client.show(number), client.statistics.requests

    found, requests = asyncio.run(shown(120))
    assert (RECORDS[119], 0) == (found, requests)
    found, requests = asyncio.run(shown(3))
    assert (RECORDS[2], 1) == (found, requests)
    assert (None, 1) == asyncio.run(shown(999))


def test_a_record_comes_out_of_the_mirror_as_it_was_received(account: Account) -> None:
    """Its keys in their order, what is absent absent."""
    account.sync(ALL)

    async def rows(source: MirrorUse) -> list[str]:
        async with account.client(source) as client:
            found = client.query(f"created_at < {second(290)}", now=NOW_S)
            return [json.dumps(row) async for row in found]

    assert asyncio.run(rows("api")) == asyncio.run(rows("mirror"))


# --- files that cannot be used


def spoiled(account: Account, how: str) -> None:
    """Put something else where the mirror is."""
    if how == "of another account":
        account.sync(ALL, origin="https://acme.zendesk.com")
        return
    account.sync(ALL)
    if how == "open to others":
        account.path.chmod(0o644)
    elif how == "no mirror":
        account.path.write_bytes(b"something else" * 100)
    else:
        with sqlite3.connect(account.path) as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("of another account", "is the mirror of https://acme.zendesk.com"),
        ("open to others", "others can read"),
        ("no mirror", "is no mirror of auditql"),
        ("newer", "was made by a newer auditql"),
    ],
)
def test_a_mirror_that_cannot_be_used_is_told(
    account: Account, how: str, said: str
) -> None:
    """auto warns once and asks the API; alone it is an error."""
    spoiled(account, how)
    text = f"created_at < {second(290)}"
    rows, counts, claim = ask(account, text)
    assert (ids(290, 300), 1, True) == (rows, counts.requests, claim.complete)
    assert [Code.MIRROR_NOT_USED] == account.codes
    assert said in account.said[-1].message
    with pytest.raises((ConfigurationError, MirrorDamaged), match=said):
        ask(account, text, "mirror")


def test_no_mirror_is_no_word_unless_it_alone_is_asked(account: Account) -> None:
    """auto asks the API; mirror says what makes one."""
    rows, counts, _ = ask(account, "action = login limit 1")
    assert ([2], 1, []) == (rows, counts.requests, account.codes)
    with pytest.raises(ConfigurationError, match="`auditql sync` makes it"):
        ask(account, "action = login limit 1", "mirror")


def test_a_source_that_is_none_is_refused(account: Account) -> None:
    """Whoever writes something else is told what there is."""
    words: Sequence[str] = ("everything",)
    with pytest.raises(ConfigurationError, match="source is auto, api or mirror"):
        account.client(words[0])


def test_a_sync_that_writes_meanwhile_changes_nothing_of_an_answer(
    account: Account,
) -> None:
    """What is covered and what is held are of one moment; no row twice, none lost."""
    account.sync(BEFORE, LATER)

    async def asked() -> tuple[list[object], int]:
        async with account.client() as client:
            rows = []
            async for row in client.query("actor_name = Ada", now=NOW_S):
                if len(rows) in (1, 30, 120):
                    account.sync(Interval(BEFORE.end, LATER.start))
                    account.sync(Interval(LATER.end, NOW_S - 300))
                rows.append(row["id"])
            return rows, client.statistics.requests

    rows, requests = asyncio.run(asked())
    assert (ids(1, 300), 2) == (rows, requests)
    assert [] == account.codes
    rows, counts, _ = ask(account, "actor_name = Ada")
    assert (ids(1, 300), 1) == (rows, counts.requests), "only its tail is asked for"


def test_two_answers_of_one_client_do_not_mind_each_other(account: Account) -> None:
    """Each has a snapshot of its own, taken by turns."""
    account.sync(BEFORE, LATER)

    async def asked() -> tuple[list[object], list[object]]:
        async with account.client() as client:
            one = client.query("action = login", now=NOW_S)
            other = client.query("actor_name = Ada order by created_at", now=NOW_S)
            first, second = [], []
            async for row in other:
                second.append(row["id"])
                found = await anext(one, None)
                if found is not None:
                    first.append(found["id"])
            return first, second

    first, second = asyncio.run(asked())
    assert list(reversed(ids(1, 300))) == second
    assert [n for n in ids(1, 300) if n % 2 == 0] == first


def test_a_reading_that_is_left_lets_go_of_the_mirror(account: Account) -> None:
    """Closed in the middle, nothing holds the file any more."""
    account.sync(ALL)

    async def begun() -> int:
        async with account.client() as client:
            rows = client.query("actor_name = Ada", now=NOW_S)
            await anext(rows)
            await rows.aclose()
            assert not client.completeness.complete
            return len([row async for row in client.query("limit 3", now=NOW_S)])

    assert 3 == asyncio.run(begun())
    with sqlite3.connect(account.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert (0, 0, 0) == connection.execute(
            "PRAGMA wal_checkpoint(TRUNCATE)"
        ).fetchone()
    connection.close()
