"""A client whose mirror is damaged: the account makes up for it, or it is told."""

import sqlite3

import pytest
from mirrored_account import (
    ALL,
    Account,
    ask,
    counted,
    ids,
    second,
)

from auditql.diagnostics.codes import Code
from auditql.errors import (
    MirrorDamaged,
    PartialAnswer,
    RunError,
)
from auditql.providers.mirror.reader import MirrorReader
from auditql.providers.mirror.sql import filters
from auditql.providers.mirror.sql.condensing import Condensing


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
