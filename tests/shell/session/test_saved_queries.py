"""Queries go to files and come from them: `save`, `run`, `queries` and `i`."""

from pathlib import Path

from sessions import bench, of

from auditql.shell.session.events import Failed


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


def test_what_a_saved_query_was_given_is_not_forgotten(home: Path) -> None:
    """Saved again, it is told how to ask the same; watched, it is the same query."""
    Path("a.aql").write_text("param n = 2; param who = 'x'; actor_id = :n", "utf-8")
    with bench() as b:
        b.said("\\set n 9")
        b.events("\\run ./a.aql n=7 who='a b'")
        said = b.said("\\save mine")
        assert "\\run mine n=7 'who=a b' asks it again" in said

        async def strike(_seconds: float) -> None:
            b.session.interrupt()

        b.session.sleep = strike
        b.events("\\watch 10")
        assert "actor_id%5D=7&" in b.wire.emulator.requests[-1].query
        b.events("\\run ./a.aql")
        assert "\\run other asks it again" in b.said("\\save other")
        b.events("actor_id = 1")
        assert "\\run third asks it again" in b.said("\\save third")


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


def test_a_mistake_in_a_file_names_the_file(home: Path) -> None:
    """With its line; what was typed is kept all the same."""
    Path("bad.aql").write_text("limit 1;\nactoin = login", "utf-8")
    with bench() as b:
        (failed,) = of(b.events("\\i bad.aql"), Failed)
        assert " --> bad.aql:2:1" in failed.shown
        assert "\\i bad.aql" == failed.text
        assert " --> " not in b.said("actoin = login")
        assert " --> ./bad.aql:2:1" in b.said("\\run ./bad.aql")
