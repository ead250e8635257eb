"""Other programs that the shell starts, on the screen: the pager and the editor."""

import json
import sys
from pathlib import Path

import pytest
from screens import Screen, play

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
