"""The commands as such: in the help, refused well, and what those that look tell."""

import json
import re
from pathlib import Path

import httpx
import pytest
from sessions import BASE_URL, bench, records

from auditql.shell.completion.known import Takes
from auditql.shell.session.events import EditText, Quit, ShowHistory, ShowKeys, Text
from auditql.shell.session.registry import Group, commands


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_is_in_the_help_on_one_line(name: str) -> None:
    """Name, arguments and what it does, in 80 columns; alone, the same line."""
    known = commands()[name]
    with bench() as b:
        whole = b.said("\\?")
        alone = b.said(f"\\? {name}")
    assert f"\\{name}" in alone
    assert alone in whole
    assert known.group.value in whole
    assert len(alone) <= 80, alone
    assert not known.help.endswith(".")
    assert known.takes is not Takes.WORDS or callable(known.words)


def test_the_help_has_every_heading_once() -> None:
    """In the order of the groups."""
    with bench() as b:
        whole = b.said("\\?")
    places = [whole.index(group.value) for group in Group]
    assert sorted(places) == places


def test_the_commands_of_the_contract_are_there() -> None:
    """Every one that the shell promises."""
    promised = (
        "? d explain format x columns more next prev last resume show open o e save"
        " save! run queries params set tz limit watch timing stats profile history i"
        " chart exact q o! keys source"
    )
    assert set(promised.split()) == set(commands())


def test_an_unknown_command_suggests_and_runs_nothing() -> None:
    """A slip, a word that is none, a line that is only the sign."""
    with bench() as b:
        assert "no command \\formta; did you mean \\format?" in b.said("\\formta csv")
        assert "\\? lists them" in b.said("\\zzzzzz")
        assert "error" in b.said("\\")
        assert 0 == b.requests


def test_what_takes_nothing_refuses_an_argument() -> None:
    r"""`\more 5` may mean five, so it is not guessed."""
    with bench() as b:
        assert "\\more takes nothing behind it" in b.said("\\more 5")


@pytest.mark.parametrize("name", sorted(commands()))
def test_no_command_fails_badly_on_its_own(name: str, home: Path) -> None:
    """Without an argument and an answer: words or an error of the tree."""
    with bench() as b:
        said = b.said(f"\\{name}" if name != "profile" else "\\q")
        assert "internal error" not in said


def test_text_events_say_what_they_are_asked() -> None:
    """Help is one event of words."""
    with bench() as b:
        (text,) = b.events("\\?")
        assert isinstance(text, Text)


def test_the_terminal_is_asked_for_what_it_does() -> None:
    """The editor with the last query, the history, the end."""
    with bench() as b:
        assert [EditText("")] == b.events("\\e")
        b.events("limit 5")
        assert [EditText("limit 5")] == b.events("\\edit")
        assert [EditText("action = login")] == b.events("\\e action = login")
        assert [ShowHistory("x")] == b.events("\\history x")
        assert [ShowKeys()] == b.events("\\keys")
        assert [Quit()] == b.events("\\q")
        assert [Quit()] == b.events("\\quit")


def test_stats_is_json() -> None:
    """Of the last answer."""
    with bench() as b:
        assert "there is no answer yet" in b.said("\\stats")
        b.events("limit 5")
        assert 5 == json.loads(b.said("\\stats"))["rows"]


def test_explain_is_of_a_text_or_of_the_last_query_and_sends_nothing() -> None:
    """With the session's names."""
    with bench() as b:
        assert "there is no query yet" in b.said("\\explain")
        b.said("let @logins = action = login")
        assert "filter[action] = login" in b.said("\\explain @logins")
        assert "error[" in b.said("\\explain @nobody")
        assert 0 == b.requests
        b.events("limit 5")
        assert "page[size] = 5" in b.said("\\explain")
        assert 1 == b.requests


def test_d_describes_fields() -> None:
    """All, one, one misspelled."""
    with bench() as b:
        assert "change_description" in b.said("\\d")
        one = b.said("\\d ip_address")
        assert "filtered  api" in one
        assert "in           one of a list" in one
        assert "did you mean actor_id?" in b.said("\\d actorid")


def test_show_and_open_look_one_record_up() -> None:
    """Every field; where it is seen, of the account alone."""
    with bench() as b:
        record = next(r for r in b.all if r.get("source_type") == "user")
        said = b.said(f"\\show {record['id']}")
        assert all(name in said for name in record)
        assert f"{BASE_URL}/agent/users/{record['source_id']}" in b.said(
            f"\\open {record['id']}"
        )
        assert "example.zendesk.com" not in b.said(f"\\open {record['id']}")
        assert "the account has no record 1" in b.said("\\show 1")
        assert "is no id" in b.said("\\show ../1")
        assert "id of a record is missing" in b.said("\\show")


def test_open_shows_no_address_of_another_host() -> None:
    """A record without a page of the account names none."""
    held = [dict(r, source_type="rule") for r in records(3)]
    with bench(held) as b:
        said = b.said(f"\\open {held[0]['id']}")
        assert "names no page of" in said
        assert "example.zendesk.com" not in said


def test_hostile_text_reaches_no_event_that_is_shown() -> None:
    """Controls in records, in what is typed and in what the service says."""
    evil = "\x1b]0;owned\x07\x1b[2J\u202e\u200b\x9b"
    held = [dict(r, actor_name=evil, change_description=evil) for r in records(3)]

    async def rude(response: httpx.Response, _at: int) -> httpx.Response:
        return httpx.Response(422, json={"error": evil, "description": evil})

    with bench(held) as b:
        said = b.said("limit 3")
        for name in ("csv", "jsonl", "vertical", "markdown", "tsv", "json"):
            said += b.said(f"\\last {name}")
        said += b.said(f"\\{evil}") + b.said(f"actor_name = '{evil}' limit 1")
        said += b.said(f"\\show {held[0]['id']}") + b.said(f"\\format {evil}")
        said += b.said(f"let @a = actor_name = '{evil}'") + b.said("\\params")
        said += b.said("| count by actor_name") + b.said(f"\\set a {evil}")
        b.wire.change = rude
        said += b.said("limit 2") + b.said(f"\\explain actor_name = '{evil}'")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u200b]", said)
    assert "^[" in said
