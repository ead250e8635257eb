"""A client and its mirror: what is asked, what is claimed, what a bad file does."""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from mirrored_account import (
    ALL,
    BEFORE,
    DOUBLE,
    HOUR_S,
    LATER,
    NOW_S,
    ORIGIN,
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
    PartialAnswer,
    RunError,
)
from auditql.plan.model import Interval
from auditql.providers.mirror.place import Place
from auditql.providers.mirror.reader import MirrorReader
from auditql.providers.mirror.sql import filters
from auditql.providers.mirror.sql.condensing import Condensing
from auditql.providers.mirror.writer import MirrorWriter
from auditql.runtime.client_settings import MirrorUse


@pytest.fixture
def account(tmp_path: Path) -> Account:
    """An account without a mirror."""
    return Account(tmp_path)


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


def damage(account: Account) -> None:
    """Let a text that most records have stand for nothing."""
    with sqlite3.connect(account.path) as connection:
        connection.execute("UPDATE record SET actor_name = 999 WHERE id = 150")
    connection.close()


@pytest.mark.parametrize("order", ["", " order by created_at"])
def test_damage_met_in_the_middle_is_mended_by_the_api(
    account: Account, order: str
) -> None:
    """Each record once and in order, with one warning; alone it is an error."""
    account.sync(ALL)
    damage(account)
    text = f"created_at < {second(20)}{order}"
    rows, counts, claim = ask(account, text)
    assert sorted(ids(20, 300), reverse=bool(order)) == rows
    assert counts.requests
    assert ([Code.MIRROR_NOT_USED], True) == (account.codes, claim.complete)
    with pytest.raises(PartialAnswer, match="is damaged"):
        ask(account, text, "mirror")


@pytest.mark.parametrize("stage", ["", "| count by actor_name"])
def test_a_disk_that_fails_in_the_middle_is_made_up_for(
    account: Account, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """The API is asked for the rest, with one warning; alone it is an error."""
    account.sync(ALL)
    text = f"created_at < {second(20)} {stage}"
    wanted, _, _ = counted(account, text, "api")
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ  # as SQLite itself sets it
    right = MirrorReader._page
    pages = 0

    def failing(reader: MirrorReader, *given):
        nonlocal pages
        pages += 1
        if pages % 2 == 0:
            raise error
        return right(reader, *given)

    def nothing(*_: object):
        raise error

    monkeypatch.setattr(MirrorReader, "_page", failing)
    monkeypatch.setattr(Condensing, "batches", nothing)
    got, _, claim = counted(account, text)
    assert (wanted, True) == (got, claim.complete)
    assert [Code.MIRROR_NOT_USED] == account.codes
    pages = 0
    with pytest.raises(RunError, match="could not be read: disk I/O error"):
        counted(account, text, "mirror")


@pytest.mark.parametrize("value", ["x'ff'", "5", "2.5", "CAST(x'4164ff' AS TEXT)"])
@pytest.mark.parametrize(
    "text",
    ["actor_name contains ad", "actor_name ~ 'Ad'", "actor_name contains 'é'"],
)
@pytest.mark.parametrize("stage", ["", "| count"])
def test_a_dictionary_that_holds_no_text_is_damage(
    account: Account, value: str, text: str, stage: str
) -> None:
    """The API is asked instead, with one warning; alone it is an error."""
    account.sync(ALL)
    with sqlite3.connect(account.path) as connection:
        changed = f"value = {value}, hash = hash | (1 << 48)"
        connection.execute(f"UPDATE text_actor_name SET {changed}")
    connection.close()
    wanted, _, _ = counted(account, f"{text} {stage}", "api")
    got, requests, claim = counted(account, f"{text} {stage}")
    assert (wanted, True) == (got, claim.complete)
    assert ([Code.MIRROR_NOT_USED], True) == (account.codes, requests > 0)
    with pytest.raises((MirrorDamaged, PartialAnswer), match="is damaged"):
        counted(account, f"{text} {stage}", "mirror")


@pytest.mark.parametrize(
    "text",
    [
        "actor_name = 'Ada' limit 2",
        "lower(actor_name) = 'ada' limit 2",
        "actor_name like 'Ad%' limit 2",
        "length(actor_name) = 3 | count by actor_name",
    ],
)
def test_a_flipped_bit_in_a_text_is_damage(account: Account, text: str) -> None:
    """Also where SQLite fails on it before any test is asked."""
    account.sync(ALL)
    with sqlite3.connect(account.path) as connection:
        connection.execute("UPDATE text_actor_name SET value = CAST(x'4164ff' AS TEXT)")
    connection.close()
    wanted, _, _ = counted(account, text, "api")
    got, requests, claim = counted(account, text)
    assert (wanted, True) == (got, claim.complete)
    assert ([Code.MIRROR_NOT_USED], True) == (account.codes, requests > 0)
    with pytest.raises((MirrorDamaged, PartialAnswer), match="is damaged"):
        counted(account, text, "mirror")


def test_a_test_that_fails_is_no_damage(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug is told as what it is: nobody is to make a sound mirror anew."""
    account.sync(ALL)

    def broken(*_: object):
        return lambda _value: 1 // 0

    monkeypatch.setattr(filters, "test_of", broken)
    with pytest.raises(ZeroDivisionError):
        ask(account, "actor_name ~ 'Ad'", "mirror")


def counted(account: Account, text: str, source: MirrorUse = "auto"):
    """The rows of an answer, the requests it took, what is claimed of it."""

    async def asked():
        async with account.client(source) as client:
            rows = [dict(row) async for row in client.query(text, now=NOW_S)]
            return rows, client.statistics.requests, client.completeness

    return asyncio.run(asked())


@pytest.mark.parametrize("stage", ["", "| where id > 0 | count", "| count by action"])
def test_an_id_that_is_held_twice_is_told_however_it_is_read(
    account: Account, stage: str
) -> None:
    """One warning of it, grouped or not."""
    account.sync(BEFORE)
    account.sync(LATER, more=[DOUBLE])
    text = f"created_at >= {second(40)} and created_at < {second(15)} {stage}"
    counted(account, text)
    assert [Code.SAME_ID] == account.codes


MOVED = RECORDS[149] | {"id": 20, "actor_name": "Eve"}
"""The record 20 with the time of the record 150, and another content."""


@pytest.mark.parametrize("source", ["auto", "mirror"])
@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("id = 20", [Code.SAME_ID]),
        (f"created_at < {second(15)} and actor_name in (Ada, Eve)", [Code.SAME_ID]),
        (f"created_at < {second(15)} | count by actor_name", [Code.SAME_ID]),
        ("actor_name = Eve", [Code.SAME_ID]),
        (f"created_at >= {second(40)} and created_at < {second(15)}", [Code.SAME_ID]),
        (f"created_at >= {second(40)} and created_at < {second(25)}", []),
        (f"created_at < {second(100)} and action = create", []),
    ],
)
def test_an_id_that_is_held_at_two_times_is_told(
    account: Account, source: MirrorUse, text: str, codes: list[Code]
) -> None:
    """Once, where either of its records is in the answer, and nowhere else."""
    account.sync(ALL, more=[MOVED])
    counted(account, text, source)
    assert codes == account.codes


def test_an_id_whose_other_record_was_taken_out_is_held_once(account: Account) -> None:
    """What is told of it would be untrue."""
    account.sync(BEFORE)
    account.sync(LATER, more=[RECORDS[19] | {"id": 150, "actor_name": "Eve"}])
    counted(account, "id = 150", "mirror")
    assert [Code.SAME_ID] == account.codes
    writer = MirrorWriter(Place(account.path, ORIGIN.base), clock=lambda: float(NOW_S))
    writer.prune(NOW_S - 100 * HOUR_S)
    writer.close()
    account.said.clear()
    counted(account, "id = 150", "mirror")
    assert [] == account.codes


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
