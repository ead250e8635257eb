r"""The commands, each at work: what it tells, what it changes, what it refuses."""

import asyncio
import json
import os
import re
from pathlib import Path

import httpx
import pytest
from sessions import BASE_URL, NOW_S, Bench, bench, newest_first, of, records

from auditql.errors import ConfigurationError
from auditql.runtime.profiles.forms import Profile
from auditql.shell.completion.known import Takes
from auditql.shell.session.accounts import Transported, demo
from auditql.shell.session.events import (
    EditText,
    Failed,
    Finished,
    Interrupted,
    Note,
    Quit,
    Rows,
    ShowHistory,
    Switched,
    Text,
    Warned,
)
from auditql.shell.session.registry import Group, commands
from auditql.shell.session.session import Session


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own to work in, and one for saved queries."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(here))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return here


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
        " chart exact q o!"
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


def test_format_switches_and_names() -> None:
    """`jsonl` from now on; an unknown one is refused with the nearest."""
    with bench() as b:
        assert "rows are written as table" in b.said("\\format")
        b.said("\\format jsonl")
        (rows,) = of(b.events("limit 1"), Rows)
        assert newest_first(b.all)[0] == json.loads(rows.text)["id"]
        assert rows.is_data
        assert "did you mean csv?" in b.said("\\format cvs")
        assert "jsonl" == b.session.state.format


def test_x_turns_tables_on_their_side() -> None:
    """On and off by itself; `off` never turns, `auto` where it does not fit."""
    with bench() as b:
        assert "created_at" in b.said("limit 1").splitlines()[0]
        b.said("\\x")
        assert b.said("limit 1").startswith("-[ 1 ]-")
        b.said("\\x")
        b.session.state.width = 15
        assert b.said("limit 1").startswith("-[ 1 ]-")
        b.said("\\x off")
        first = b.said("limit 1").splitlines()[0]
        assert len(first) > 150
        assert "url" in first
        assert "`maybe` is no setting" in b.said("\\x maybe")


def test_columns_are_chosen_for_records() -> None:
    """Two, then all again; a misspelled one changes nothing."""
    with bench() as b:
        b.said("\\columns id, action")
        assert ["id", "action"] == b.said("limit 1").splitlines()[0].split()
        assert "did you mean `action`?" in b.said("\\columns actoin")
        assert "id, action" == b.session.state.columns
        assert "count" in b.said("created_at >= -9d | count by action")
        b.said("\\columns all")
        assert b.session.state.columns is None


def test_times_are_in_the_zone_that_the_heading_names() -> None:
    """A `tz` command and a `tz` statement last; data keeps the API's text."""
    with bench() as b:
        b.said("\\columns created_at")
        b.said("\\tz Asia/Tokyo")
        said = b.said("limit 1")
        assert "created_at (Asia/Tokyo)" in said
        assert "+09:00" in said
        b.said("tz 'Europe/Berlin'")
        assert "created_at (Europe/Berlin)" in b.said("limit 1")
        assert "Z" in b.said("\\last jsonl")
        assert "did you mean Europe/Berlin" in b.said("\\tz Europe/Berln")
        assert "those of Europe/Berlin" in b.said("\\tz")


def test_limit_is_how_many_are_shown_at_a_time() -> None:
    """Seven, all, and no nonsense."""
    with bench() as b:
        b.said("\\limit 7")
        assert 7 == len(b.rows("order by -created_at"))
        assert 7 == len(b.rows("\\more"))
        b.said("\\limit off")
        assert 486 == len(b.rows("\\more"))
        assert "no number of rows" in b.said("\\limit 0")
        assert "no number of rows" in b.said("\\limit x")
        assert "all rows" in b.said("\\limit")


def test_last_shows_the_rows_again_without_asking() -> None:
    """In any format, or into a file, which holds them whole."""
    with bench() as b:
        b.events("limit 5")
        asked = b.requests
        assert newest_first(b.all)[:5] == b.rows("\\last csv")
        assert b.said("\\last").count("\n") >= 6
        assert asked == b.requests


def test_last_writes_a_file(home: Path) -> None:
    """Five lines; a name is needed; a folder is refused and nothing ends."""
    with bench() as b:
        assert "there is no answer yet" in b.said("\\last")
        b.events("limit 5")
        assert "5 rows are written to out.jsonl" in b.said("\\last jsonl > out.jsonl")
        lines = Path("out.jsonl").read_text(encoding="utf-8").splitlines()
        assert newest_first(b.all)[:5] == [json.loads(line)["id"] for line in lines]
        assert "a file is missing" in b.said("\\last >")
        b.events("limit 1")
        assert "note: 1 row is written to" in b.said("\\last > ~/one.txt")
        assert (home / "one.txt").exists()
        assert "is a directory" in b.said("\\last > .")


def test_stats_is_json() -> None:
    """Of the last answer."""
    with bench() as b:
        assert "there is no answer yet" in b.said("\\stats")
        b.events("limit 5")
        assert 5 == json.loads(b.said("\\stats"))["rows"]


def test_timing_and_chart_are_switches() -> None:
    """Without the line; with and without bars."""
    with bench() as b:
        b.said("\\timing off")
        (done,) = of(b.events("limit 5"), Finished)
        assert "" == done.shown
        text = "created_at >= -40d | count by action"
        assert re.search("[█#]", b.said(text))
        b.said("\\chart off")
        assert not re.search("[█#]", b.said(text))
        b.said("\\chart auto")
        assert "auto" in b.said("\\chart")


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


def test_the_terminal_is_asked_for_what_it_does() -> None:
    """The editor with the last query, the history, the end."""
    with bench() as b:
        assert [EditText("")] == b.events("\\e")
        b.events("limit 5")
        assert [EditText("limit 5")] == b.events("\\edit")
        assert [EditText("action = login")] == b.events("\\e action = login")
        assert [ShowHistory("x")] == b.events("\\history x")
        assert [Quit()] == b.events("\\q")
        assert [Quit()] == b.events("\\quit")


def test_names_and_parameters_last() -> None:
    """Defined once, used later, defined anew, forgotten."""
    with bench() as b:
        said = b.said("param since = -7d; let @recent = created_at >= :since")
        assert ":since, @recent will be known" in said
        week = b.rows("@recent limit 400")
        b.said("\\set since -2d")
        days = b.rows("@recent limit 400")
        assert 0 < len(days) < len(week)
        said = b.said("\\params")
        assert "let @recent = created_at >= :since" in said
        assert ":since = -2d" in said
        b.said("\\set since")
        assert "error[" in b.said("@recent limit 400")
        b.said("param since = -7d")
        assert week == b.rows("@recent limit 400")
        b.said("let @recent = created_at >= -1d")
        assert len(b.rows("@recent limit 400")) < len(days)


def test_a_value_is_never_query_text() -> None:
    """What would be a condition is one text."""
    with bench() as b:
        b.said("\\set who x' or action = login or actor_name = 'y")
        assert [] == b.rows("actor_name = :who limit 5")
        assert "is no name of a parameter" in b.said("\\set a-b 1")


def test_a_mistake_points_into_what_was_typed() -> None:
    """Not into the definitions that stand before it, and the text is kept."""
    with bench() as b:
        b.said("let @logins = action = login; let @mine = @logins and actor_id = 7")
        (failed,) = of(b.events("@mine and actor_nam = 'x'"), Failed)
        assert "@mine and actor_nam = 'x'" == failed.text == failed.of
        (fault,) = failed.diagnostics
        assert "actor_nam" == failed.of[fault.span.start : fault.span.end]
        assert "  1 | @mine and actor_nam = 'x'" in failed.shown


def test_a_definition_that_is_wrong_is_not_kept() -> None:
    """And neither is anything else of its text."""
    with bench() as b:
        b.said("let @a = action = login; let @b = actoin = login")
        assert "none is known yet" in b.said("\\params")


def test_known_is_what_completion_offers() -> None:
    """Names, parameters, commands with their words, saved queries."""
    with bench() as b:
        b.said("let @logins = action = login; param since = -7d; param who")
        b.said("\\set since -2d")
        b.said("\\tz Europe/Berlin")
        known = b.session.known()
        assert {"logins": "action = login"} == dict(known.names)
        assert {"since": "-2d", "who": None} == dict(known.parameters)
        assert ("Europe/Berlin", NOW_S) == (known.zone, known.now_s)
        (format_,) = [c for c in known.commands if c.name == "format"]
        assert Takes.WORDS is format_.takes
        assert "jsonl" in [w.text for w in format_.words]
        assert "two-factor" in [q.name for q in known.queries]
        assert "action" in known.capabilities


def test_save_run_and_queries_share_the_shelves(home: Path) -> None:
    """Saved with what it needs, never over another unless told, run with values."""
    with bench() as b:
        assert "there is no query yet" in b.said("\\save x")
        b.said("param since = -7d; let @recent = created_at >= :since")
        week = b.rows("@recent limit 400")
        own = home.parent / "data" / "auditql" / "queries" / "week.aql"
        assert f"saved as {own}" in b.said("\\save week")
        made = (own.parent, own.parent.parent)
        assert [0o700, 0o700] == [folder.stat().st_mode & 0o777 for folder in made]
        text = own.read_text(encoding="utf-8")
        assert (
            "param since = -7d;\nlet @recent = created_at >= :since;\n"
            "@recent limit 400\n"
        ) == text
        b.events("limit 1")
        assert "\\save! week takes its place" in b.said("\\save week")
        assert text == own.read_text(encoding="utf-8")
        assert week == b.rows("\\run week")
        assert len(b.rows("\\run week since=-2d")) < len(week)
        assert "week  (yours)" in b.said("\\queries")
        assert "week" in [q.name for q in b.session.known().queries]
        assert "did you mean `week`?" in b.said("\\run weke")
        b.events("limit 1")
        b.said("\\save! week")
        assert "limit 1\n" == own.read_text(encoding="utf-8")
        assert ["week.aql"] == [path.name for path in own.parent.iterdir()]


def test_save_goes_to_the_folder_here_where_there_is_one(home: Path) -> None:
    """`./queries`, and no name leads out of it."""
    (home / "queries").mkdir()
    with bench() as b:
        b.events("limit 1")
        b.said("\\save mine")
        assert "limit 1\n" == (home / "queries" / "mine.aql").read_text("utf-8")
        for name in ("../x", "/x", ".x", "a b", "a/b", ""):
            assert isinstance(b.events(f"\\save {name}")[0], Failed)
        (home / "queries" / "dead.aql").symlink_to("nowhere")
        assert "is there already" in b.said("\\save dead")


def test_run_says_what_is_wrong_with_its_words(home: Path) -> None:
    """A quote, a pair, a pair twice, a parameter that is none."""
    with bench() as b:
        assert "a quote is not closed" in b.said("\\run x a='")
        assert "is not name=value" in b.said("\\run two-factor since")
        assert "given twice" in b.said("\\run two-factor since=-1d since=-2d")
        assert "error[unknown-parameter]" in b.said("\\run two-factor snice=-1d")
        assert "name of a saved query is missing" in b.said("\\run")


def test_what_a_saved_file_defines_is_its_own(home: Path) -> None:
    """`k=v`, then its default, then `set`; the session's stay as they were."""
    Path("a.aql").write_text(
        "tz 'Asia/Tokyo'; param n = 2; param who; let @a = action = :who; @a limit :n",
        "utf-8",
    )
    Path("b.aql").write_text("tz 'Asia/Tokyo'; param n = 2", "utf-8")
    with bench() as b:
        b.said("param n = 5; let @a = action != login")
        b.said("\\set n 4")
        assert "error[" in b.said("\\run ./a.aql")
        assert 2 == len(b.rows("\\run ./a.aql who=login"))
        assert 3 == len(b.rows("\\run ./a.aql who=login n=3"))
        b.said("\\set who login")
        assert 2 == len(b.rows("\\run ./a.aql"))
        said = b.said("\\run ./b.aql")
        assert "it asks nothing" in said
        assert "\\i FILE keeps that" in said
        known = b.said("\\params").splitlines()
        assert ["param n = 5", "let @a = action != login"] == known[:2]
        assert ":n = 4" in known
        assert 4 == len(b.rows("limit :n"))
        assert b.session.state.zone is None
        b.said("\\set n")
        assert "error[" in b.said("limit :n")


def test_i_runs_a_file_and_its_definitions_last(home: Path) -> None:
    """Two queries; afterwards the name is known."""
    Path("two.aql").write_text("let @a = action = login; @a limit 1; limit 2", "utf-8")
    with bench() as b:
        assert 3 == len(b.rows("\\i two.aql"))
        assert 1 == len(b.rows("@a limit 1"))
        assert "cannot be read" in b.said("\\i nowhere.aql")
        assert "is in no known home" in b.said("\\i ~nobody-of-that-name/x.aql")
        assert "a file is missing" in b.said("\\i")


def test_o_writes_whole_answers_to_a_file(home: Path) -> None:
    """All 500 rows of two answers, there once it is closed."""
    with bench() as b:
        b.said("\\format jsonl")
        b.said("\\o out.jsonl")
        events = b.events("order by -created_at")
        assert not of(events, Rows)
        assert "500 rows are written to out.jsonl" in of(events, Note)[0].text
        b.events("limit 3")
        assert not Path("out.jsonl").exists()
        assert "out.jsonl is written: 503 rows" in b.said("\\o")
        lines = Path("out.jsonl").read_text("utf-8").splitlines()
        expected = newest_first(b.all)
        assert expected + expected[:3] == [json.loads(line)["id"] for line in lines]
        assert newest_first(b.all)[:3] == b.rows("limit 3")


def test_the_end_of_its_name_is_the_format_of_a_file(home: Path) -> None:
    """Where none was chosen, and until one is; that is said, and `~` is the home."""
    with bench() as b:
        said = b.said("\\o ~/a.jsonl")
        assert f"answers go to {home / 'a.jsonl'} as jsonl, as its name says" in said
        b.events("limit 2")
        b.said("\\o")
        lines = Path("a.jsonl").read_text("utf-8").splitlines()
        assert newest_first(b.all)[:2] == [json.loads(line)["id"] for line in lines]
        assert "table" == b.session.state.format
        assert "as markdown, as" in b.said("\\o b.md")
        assert "as csv, as its name says" in b.said("\\o c.CSV")
        b.said("\\format tsv")
        b.events("| select id, action | limit 1")
        b.said("\\o")
        assert "id\taction" == Path("c.CSV").read_text("utf-8").splitlines()[0]
        assert "d.csv as tsv, all" in b.said("\\o d.csv")
        b.said("\\format table")
        assert "e.csv as table, all" in b.said("\\o e.csv")
        assert "f as table, all" in b.said("\\o f")


def test_o_takes_the_place_of_a_file_only_when_told(home: Path) -> None:
    """Refused with the way to do it; the file that is open is not lost either."""
    Path("a.csv").write_text("mine", "utf-8")
    with bench() as b:
        said = b.said("\\o a.csv")
        assert "a.csv is there already; \\o! a.csv takes its place" in said
        assert 1 == len(b.rows("limit 1"))
        assert "mine" == Path("a.csv").read_text("utf-8")
        b.said("\\o! a.csv")
        b.events("limit 1")
        said = b.said("\\o a.csv")
        assert "a.csv is written: 1 row" in said
        assert "is there already" in said
        assert 2 == len(Path("a.csv").read_text("utf-8").splitlines())
        assert "name of a file is missing" in b.said("\\o!")


def test_o_keeps_formats_apart_and_the_end_of_the_session_closes_it(home: Path) -> None:
    """A csv holds one answer; leaving writes what is open."""
    with bench() as b:
        b.said("\\format csv")
        b.said("\\o out.csv")
        b.events("limit 3")
        assert "close it with \\o" in b.said("limit 3")
    assert 4 == len(Path("out.csv").read_text("utf-8").splitlines())


def test_a_full_disk_gives_the_file_up_and_the_session_lives(home: Path) -> None:
    """The error, then answers on the screen again."""
    with bench() as b:
        b.said("\\format jsonl")
        b.said("\\o out.jsonl")
        descriptor = b.session.state.output._file._file
        os.dup2(os.open("/dev/full", os.O_WRONLY), descriptor.fileno())
        (failed,) = of(b.events("limit 300"), Failed)
        assert "No space left on device" in failed.message
        assert "answers go to the screen again" in failed.message
        assert b.session.state.output is None
        assert newest_first(b.all)[:3] == b.rows("limit 3")


def test_o_to_where_nothing_can_be_written_changes_nothing(home: Path) -> None:
    """The screen is still where answers go."""
    with bench() as b:
        assert "cannot be written" in b.said("\\o nowhere/out.csv")
        assert 3 == len(b.rows("limit 3"))


def test_profile_switches_and_stays_where_it_cannot() -> None:
    """Another account answers; one that is none leaves the one before."""
    one, two = Bench(records(20, seed=1)), Bench(records(20, seed=2))

    def accounts(picked: str | None) -> Transported:
        if picked == "gone":
            raise ConfigurationError("there is no profile `gone`")
        wire = two.wire if picked == "other" else one.wire
        return Transported(f"http://127.0.0.1:{2 if picked else 1}", wire)

    with bench(accounts=accounts) as b:
        assert newest_first(one.all)[:3] == b.rows("limit 3")
        assert "asking http://127.0.0.1:1" in b.said("\\profile")
        (switched,) = of(b.events("\\profile other"), Switched)
        assert "http://127.0.0.1:2" == switched.account
        assert newest_first(two.all)[:3] == b.rows("limit 3")
        assert "there is no profile `gone`" in b.said("\\profile gone")
        assert newest_first(two.all)[:3] == b.rows("limit 3")


def test_the_demo_answers_without_an_account() -> None:
    """And has one account only."""
    session = Session(accounts=demo(NOW_S))
    session.state.clock = lambda: float(NOW_S)
    events = list(session.feed("limit 3"))
    assert 3 == sum(len(e.rows) for e in of(events, Rows))
    (failed,) = of(session.feed("\\profile acme"), Failed)
    assert "this is the demo" in failed.message
    session.close()


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


def test_warnings_of_a_text_come_before_its_rows() -> None:
    """With carets."""
    with bench() as b:
        events = b.events("source_id = 7 limit 2")
        assert isinstance(events[0], Warned)
        assert "source_id" in events[0].shown


def test_text_events_say_what_they_are_asked() -> None:
    """Help is one event of words."""
    with bench() as b:
        (text,) = b.events("\\?")
        assert isinstance(text, Text)


@pytest.mark.parametrize("name", ["jsonl", "csv", "json"])
def test_an_answer_that_goes_on_goes_on_in_its_file(name: str, home: Path) -> None:
    """Interrupted, resumed: the file is what it would have been, and is there."""
    with bench(format=name) as whole:
        whole.said("\\o whole")
        whole.events("limit 450")
        whole.said("\\o")

    async def hang(response: httpx.Response, at: int) -> httpx.Response:
        if at == 3:
            b.session.interrupt()
            await asyncio.Event().wait()
        return response

    with bench(format=name, change=hang) as b:
        b.said("\\o part")
        assert of(b.events("limit 450"), Interrupted)
        b.events("\\resume")
        assert "part is written: 450 rows" in b.said("\\o")
    assert Path("whole").read_bytes() == Path("part").read_bytes()


def test_a_file_whose_answer_is_not_whole_is_not_made(home: Path) -> None:
    """It stays a part, and that is said, by `o` and at the end of the session."""

    async def gone(response: httpx.Response, at: int) -> httpx.Response:
        if at >= 2:
            raise httpx.ConnectError("gone")
        return response

    for leaves in (False, True):
        with bench(format="jsonl", change=gone) as b:
            b.said("\\o out.jsonl")
            assert of(b.events("limit 450"), Failed)
            said = b.session.close().shown if leaves else b.said("\\o")
        assert "out.jsonl is not made, for an answer is not whole" in said
        assert "out.jsonl.part" in said
        assert not Path("out.jsonl").exists()
        assert 100 == len(Path("out.jsonl.part").read_text("utf-8").splitlines())


def test_a_mistake_in_a_file_names_the_file(home: Path) -> None:
    """With its line; what was typed is kept all the same."""
    Path("bad.aql").write_text("limit 1;\nactoin = login", "utf-8")
    with bench() as b:
        (failed,) = of(b.events("\\i bad.aql"), Failed)
        assert " --> bad.aql:2:1" in failed.shown
        assert "\\i bad.aql" == failed.text
        assert " --> " not in b.said("actoin = login")
        assert " --> ./bad.aql:2:1" in b.said("\\run ./bad.aql")


def test_what_a_profile_says_holds_from_the_start() -> None:
    """Zone, format and limit, also of the profile that is switched to."""
    wire = Bench(records(60)).wire

    class Named(Transported):
        name = ""

        @property
        def profile(self) -> Profile:
            is_other = self.name == "other"
            return Profile(
                self.name,
                tz="Asia/Tokyo" if is_other else "Europe/Berlin",
                format="jsonl" if is_other else "csv",
                limit=20 if is_other else 10,
            )

    def accounts(picked: str | None) -> Transported:
        made = Named(BASE_URL, wire)
        made_name = picked or "first"
        return type("One", (Named,), {"name": made_name})(made.base_url, wire)

    with bench(accounts=accounts) as b:
        assert [] == list(b.session.start())
        state = b.session.state
        assert ("Europe/Berlin", "csv", 10) == (state.zone, state.format, state.limit)
        assert 10 == len(b.rows("order by -created_at"))
        b.said("\\profile other")
        assert ("Asia/Tokyo", "jsonl", 20) == (state.zone, state.format, state.limit)


def test_a_configuration_that_is_wrong_is_said_and_the_session_works() -> None:
    """At the start, and when somebody is to be asked; commands work."""

    def accounts(_picked: str | None) -> Transported:
        raise ConfigurationError("config.toml, line 3: no such key")

    with bench(accounts=accounts) as b:
        (failed,) = b.session.start()
        assert "error: config.toml, line 3: no such key" == failed.shown
        said = b.said("limit 1")
        assert "line 3" in said
        assert "\\resume" not in said  # nothing has started that could go on
        assert "error[unknown-field]" in b.said("actoin = login")
        assert "ip_address" in b.said("\\d")
