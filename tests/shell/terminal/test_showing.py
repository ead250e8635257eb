"""What comes of an entry, on the screen: pager, question, editor, history, data."""

import json
import sys
from pathlib import Path

import pytest
from screens import Screen, play, small_account

from auditql.shell.terminal.standing import Standing

pytestmark = pytest.mark.usefixtures("terminal_of_256")


def program(path: Path, body: str) -> str:
    """A program of a test, as a command."""
    path.write_text(body, "utf-8")
    return f"{sys.executable} {path}"


@pytest.fixture
def pager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pager that keeps what it was given; the test says what it does besides."""
    seen = tmp_path / "seen"
    body = f"import sys; open({str(seen)!r}, 'ab').write(sys.stdin.buffer.read())"
    monkeypatch.setenv("PAGER", program(tmp_path / "pager.py", body))
    return seen


def test_what_is_taller_than_the_screen_is_paged(pager: Path) -> None:
    """All of it, from its heading on; the words about it stay on the screen."""

    def script(screen: Screen) -> None:
        screen.keys("created_at >= -20d limit 60\r")
        screen.sees("60 rows")
        screen.prompts()
        assert 62 == len(pager.read_text().splitlines())
        assert "created_at" in pager.read_text().splitlines()[0]
        assert "---" not in screen.text()

    assert 0 == play(script)


def test_what_fits_is_not_paged(pager: Path) -> None:
    """A short answer goes straight to the screen."""

    def script(screen: Screen) -> None:
        screen.keys("created_at >= -20d limit 6\r")
        screen.sees("6 rows", "---")
        screen.prompts()
        assert not pager.exists()

    assert 0 == play(script)


def test_data_is_never_paged(pager: Path) -> None:
    """Formats for programs are written as they are, however long."""

    def script(screen: Screen) -> None:
        screen.keys("\\format jsonl\r")
        screen.prompts()
        screen.keys("created_at >= -20d limit 60\r")
        screen.sees("60 rows")
        screen.prompts()
        assert not pager.exists()
        assert 60 == screen.raw.count('{"id"') + screen.raw.count('{"url"')

    assert 0 == play(script)


@pytest.mark.parametrize("words", ["false", "/nonexistent/pager", "'", "head -1"])
def test_a_pager_that_dies_leaves_the_shell_alive(
    words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not there, ended at once, ended early: the next answer comes."""
    monkeypatch.setenv("PAGER", words)

    def script(screen: Screen) -> None:
        screen.keys("created_at >= -20d limit 100\r")
        screen.sees("100 rows")
        screen.prompts()
        screen.keys("created_at >= -20d limit 1\r")
        screen.sees("1 row ")
        screen.prompts()

    assert 0 == play(script)


@pytest.mark.parametrize(
    ("body", "code"),
    [("raise SystemExit(3)", 3), ("input(); raise SystemExit(1)", 1)],
    ids=["nothing read", "a line read"],
)
def test_what_a_pager_that_fails_was_given_is_shown(
    body: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of the rows, once, and a note that says why they are there."""
    monkeypatch.setenv("PAGER", program(tmp_path / "pager.py", body))

    def script(screen: Screen) -> None:
        screen.keys("created_at >= -20d | select id | limit 60\r")
        screen.sees("60 rows")
        screen.prompts()
        assert f"ended with code {code}; what it was to show follows" in screen.raw
        shown = [w for w in screen.raw.split() if w.isdigit() and len(w) > 9]
        assert 60 == len(shown) == len(set(shown))

    assert 0 == play(script)


@pytest.mark.parametrize("code", [0, 130])
def test_what_a_person_did_not_look_at_is_not_shown(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pager that is left early has shown what was wanted of it."""
    body = f"input(); raise SystemExit({code})"
    monkeypatch.setenv("PAGER", program(tmp_path / "pager.py", body))

    def script(screen: Screen) -> None:
        screen.keys("created_at >= -20d limit 60\r")
        screen.sees("60 rows")
        screen.prompts()
        assert "---" not in screen.text()
        assert "follows" not in screen.raw

    assert 0 == play(script)


def ids(number: int) -> str:
    """A query of so many look-ups."""
    return f"id in ({', '.join(str(n) for n in range(1, number + 1))})\r"


@pytest.mark.parametrize(
    ("key", "words"),
    [("n", "it would have taken about 60 requests"), ("y", "60 requests")],
)
def test_many_requests_are_asked_about(key: str, words: str) -> None:
    """One key answers; no request leaves before it."""

    def script(screen: Screen) -> None:
        screen.keys(ids(60))
        screen.sees("about 60 requests: go on? (yes / no")
        screen.keys(key)
        screen.sees(words)
        screen.prompts()

    assert 0 == play(script)


@pytest.mark.parametrize(
    ("line", "words"),
    [("no", "it would have taken about 60 requests"), ("Yes", "60 requests · ")],
)
def test_a_word_and_enter_answer(line: str, words: str) -> None:
    """They come at once, as what is pasted does; the first letter alone is no key."""

    def script(screen: Screen) -> None:
        screen.keys(ids(60))
        screen.sees("about 60 requests: go on? (yes / no")
        screen.keys(f"{line}\r")
        screen.sees(words)
        screen.prompts()

    assert 0 == play(script)


@pytest.mark.parametrize("typed", ["action = login limit 3", "year = 2026", "no one"])
def test_a_query_that_is_typed_is_no_answer(typed: str) -> None:
    """Whatever it begins with; it says what may be answered, and waits."""

    def script(screen: Screen) -> None:
        screen.keys(ids(60))
        screen.sees("about 60 requests: go on? (yes / no")
        screen.keys(f"{typed}\r")
        screen.sees("answer yes, no or limit; what was typed waits for the prompt:")
        assert "it would have taken" not in screen.text()
        screen.keys("n")
        screen.sees("it would have taken about 60 requests")
        screen.until(lambda: screen.before_cursor() == f"demo> {typed}")

    assert 0 == play(script)


def test_ctrl_c_at_the_question_is_no(tmp_path: Path) -> None:
    """And so is Enter."""

    def script(screen: Screen) -> None:
        for key in ("\x03", "\r"):
            screen.keys(ids(60))
            screen.sees("about 60 requests: go on? (yes / no")
            screen.keys(key)
            screen.sees("it would have taken about 60 requests")
            screen.prompts()
            screen.keys("\x0c")  # a clear screen
            screen.until(lambda: len(screen.lines()) == 30)

    assert 0 == play(script)


def test_the_editor_gives_the_next_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`\\e` opens the last query; what is left waits at the prompt. 0600, and gone."""
    noted = tmp_path / "noted"
    body = (
        "import sys, os, json; path = sys.argv[-1]\n"
        "text = open(path).read()\n"
        f"json.dump([path, text, os.stat(path).st_mode], open({str(noted)!r}, 'w'))\n"
        "open(path, 'w').write(text.replace('limit 1', 'limit 2'))\n"
    )
    monkeypatch.setenv("VISUAL", program(tmp_path / "editor.py", body))

    def script(screen: Screen) -> None:
        screen.keys("action = login limit 1\r")
        screen.sees("1 row ")
        screen.prompts()
        screen.keys("\\e\r")
        screen.until(lambda: screen.before_cursor() == "demo> action = login limit 2")
        path, text, mode = json.loads(noted.read_text())
        assert "action = login limit 1\n" == text
        assert 0o600 == mode & 0o777
        assert not Path(path).exists()
        screen.keys("\r")
        screen.sees("2 rows ")
        screen.prompts()

    assert 0 == play(script)


def test_an_editor_that_fails_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A non-zero exit discards; one that is not there is an error with its name."""
    monkeypatch.setenv("EDITOR", "false")

    def script(screen: Screen) -> None:
        screen.keys("action = login\x18\x05")
        screen.until(lambda: screen.before_cursor().endswith("action = login"))
        screen.keys("\x03\\e\r")
        screen.sees("the editor gave it up; nothing is changed")
        screen.prompts()
        monkeypatch.setenv("EDITOR", "/nonexistent/editor")
        screen.keys("\\e\r")
        screen.sees("error: the editor `/nonexistent/editor`: No such file")
        screen.prompts()

    assert 0 == play(script)


def test_what_was_typed_is_there_the_next_time(terminal_of_256: Path) -> None:
    """Whole entries, per profile; a leading blank and a credential keep out."""

    def first(screen: Screen) -> None:
        for entry in (
            "action = login limit 1",
            " id = 1",
            "actor_name = 'abcdef0123456789abcdef0123456789' limit 1",
        ):
            screen.keys(f"{entry}\r")
            screen.until(lambda: "> " in screen.before_cursor())
            screen.until(lambda: screen.before_cursor() == "demo> ")
        screen.keys("\\history\r")
        screen.prompts()

    def second(screen: Screen) -> None:
        screen.prompts()
        screen.keys("\x1b[A\x1b[A")
        screen.until(lambda: screen.before_cursor() == "demo> action = login limit 1")

    assert 0 == play(first, who=Standing("demo", history="demo"))
    path = terminal_of_256 / "auditql" / "history" / "demo.jsonl"
    assert ["action = login limit 1", "\\history"] == [
        json.loads(line) for line in path.read_text().splitlines()
    ]
    assert 0 == play(second, who=Standing("demo", history="demo"))


def test_a_history_that_cannot_be_used_is_told(terminal_of_256: Path) -> None:
    """A warning, once; the shell goes on without."""
    folder = terminal_of_256 / "auditql" / "history"
    folder.mkdir(parents=True)
    path = folder / "demo.jsonl"
    path.write_text('"old"\n')
    path.chmod(0o644)

    def script(screen: Screen) -> None:
        screen.keys("limit 1\r")
        screen.sees("warning: others can read", "is not kept", "1 row ")
        screen.prompts()

    assert 0 == play(script, who=Standing("demo", history="demo"))


def test_a_fault_of_the_service_is_an_error_and_the_shell_goes_on() -> None:
    """403 is said; the next entry is read."""

    def script(screen: Screen) -> None:
        screen.keys("limit 1\r")
        screen.sees("error: ")
        screen.prompts()
        screen.keys("\\params\r")
        screen.sees("none is known yet")

    assert 0 == play(script, accounts=small_account(admits=False))


def test_a_command_of_the_shell_is_completed_and_suggested() -> None:
    """The menu lists them; an unknown one is told with the nearest."""

    def script(screen: Screen) -> None:
        screen.keys("\\lim")
        screen.sees("\\limit", "rows shown at a time")
        screen.keys("\x03\\lmit 3\r")
        screen.sees("there is no command \\lmit; did you mean \\limit?")
        screen.prompts()

    assert 0 == play(script)
