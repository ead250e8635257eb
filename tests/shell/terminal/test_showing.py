"""What comes of an entry, on the screen: question, history, faults, commands."""

import json
from pathlib import Path

import pytest
from screens import Screen, play, small_account

from auditql.shell.terminal.standing import Standing

pytestmark = pytest.mark.usefixtures("terminal_of_256")


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
