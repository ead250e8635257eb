"""What is on the screen while a person types: menu, line below, caret, colours."""

import pytest
from screens import Screen, play

from auditql.shell.terminal.standing import Standing

pytestmark = pytest.mark.usefixtures("terminal_of_256")


def test_the_menu_and_the_line_below() -> None:
    """Items with their margins under the cursor; the toolbar on the last line."""

    def script(screen: Screen) -> None:
        screen.keys("action = login and acto")
        screen.sees("actor_name", "here · text", "actor_id", "api · integer")
        assert "incomplete" in screen.lines()[-1]
        assert 30 == len(screen.lines())
        screen.keys("r_id = 3")
        screen.sees("ok · api: action, actor_id")

    assert 0 == play(script)


def test_an_answer_and_the_words_around_it() -> None:
    """The rows, the line of statistics, and a prompt behind them."""

    def script(screen: Screen) -> None:
        screen.keys("action = login | count by action\r")
        screen.sees("action  count", "login      82", "1 request")
        screen.prompts()

    assert 0 == play(script)


def test_a_wrong_query_is_shown_with_its_caret_and_kept() -> None:
    """The error stands above, the text stays for editing, its fault underlined."""

    def script(screen: Screen) -> None:
        screen.keys("action = destory\r")
        screen.sees("error[unknown-value]", "^^^^^^^", "did you mean `destroy`?")
        screen.until(lambda: screen.before_cursor() == "demo> action = destory")
        screen.sees("✗ col 10")
        assert screen.look("demo> action = destory")[15].underscore
        screen.keys("\x7f\x7f\x7f\x7f\x7fstroy")
        screen.sees("ok · api: action")

    assert 0 == play(script)


def test_help_is_in_the_words_of_the_shell() -> None:
    """A command of the shell is named, not one of the command line."""

    def script(screen: Screen) -> None:
        screen.keys("zzz = 3")
        screen.sees("✗ col 1", r"`\d` lists them")
        screen.keys("\r")
        screen.sees("there is no field `zzz`", r"= help: `\d` lists them")
        assert "auditql fields" not in screen.text()

    assert 0 == play(script)


def test_a_query_of_several_lines() -> None:
    """Enter adds a line where more is needed; all of it is one entry."""

    def script(screen: Screen) -> None:
        screen.keys("action = login and\r")
        screen.until(lambda: screen.before_cursor() == "  ... ")
        screen.keys("created_at >= -7d\r")
        screen.sees("complete up to")
        screen.prompts()
        screen.keys("\x1b[A")
        screen.until(lambda: screen.before_cursor() == "  ... created_at >= -7d")
        assert "demo> action = login and" in screen.text()

    assert 0 == play(script)


def test_ctrl_r_finds_whole_entries() -> None:
    """What was typed on several lines comes back as it was."""

    def script(screen: Screen) -> None:
        screen.keys("action = login and\rcreated_at >= -1d limit 1\r")
        screen.sees("1 request")
        screen.prompts()
        screen.keys("action = update limit 1\r")
        screen.until(lambda: screen.text().count("1 request") >= 2)
        screen.prompts()
        screen.keys("\x12login")
        screen.sees("I-search backward: login")
        screen.keys("\r")
        screen.until(lambda: "I-search" not in screen.text())
        tail = screen.text().rpartition("demo> ")[2]
        assert tail.startswith("action = login and\n  ... created_at >= -1d limit 1")

    assert 0 == play(script)


@pytest.mark.parametrize("columns", [20, 40, 200])
def test_any_width(columns: int) -> None:
    """The line below fits; what is typed wraps; an answer comes."""

    def script(screen: Screen) -> None:
        screen.keys("action = login and created_at >= -2d")
        screen.until(lambda: "ok" in screen.lines()[-1])
        assert len(screen.lines()[-1]) <= columns
        screen.keys(" limit 2\r")
        screen.until(lambda: "1 request" in screen.text().replace("\n", ""))
        screen.prompts()
        if columns == 200:
            assert "source_id" in screen.text()

    assert 0 == play(script, columns=columns)


def test_without_colours_nothing_is_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR: weight and words only, on the prompt, in errors, in the menu."""
    monkeypatch.setenv("NO_COLOR", "1")

    def script(screen: Screen) -> None:
        screen.keys("action = login and acto")
        screen.sees("actor_name")
        screen.keys("\t")
        screen.until(lambda: screen.look("actor_id")[0].reverse)
        screen.keys("\r = nobody\r")
        screen.sees("error[")
        cells = [c for row in screen.screen.buffer.values() for c in row.values()]
        assert {"default"} == {c.fg for c in cells} | {c.bg for c in cells}

    assert 0 == play(script)


def test_colours_of_the_grammar() -> None:
    """A keyword is bold, a field is cyan, a text green."""

    def script(screen: Screen) -> None:
        screen.keys("action = login and actor_name = 'x'")
        screen.sees("ok · ")
        screen.until(lambda: screen.look("login and")[6].bold)
        assert "cyan" == screen.look("action = login")[0].fg
        assert "green" == screen.look("'x'")[0].fg

    assert 0 == play(script)


def test_ascii_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """LANG=C: the line below is said in ASCII."""
    monkeypatch.setenv("LANG", "C")

    def script(screen: Screen) -> None:
        screen.keys("action = destory")
        screen.sees("x col 10")
        screen.keys("\x03action = login")
        screen.sees("ok | api: action")
        drawn = "".join(line for line in screen.lines() if line.startswith(("ok", "x")))
        assert drawn.isascii()

    assert 0 == play(script)


def test_vi_keys() -> None:
    """F4 gives the keys of vi: Esc, b, ciw change a word."""

    def script(screen: Screen) -> None:
        screen.keys("\x1bOS")
        screen.sees("keys of vi")
        screen.keys("action = logim limit 1")
        screen.until(lambda: screen.before_cursor().endswith("limit 1"))
        screen.keys("\x1b")
        screen.until(lambda: screen.before_cursor().endswith("limit "))
        screen.keys("bbciwlogin")
        screen.sees("ok · api: action", "action = login limit 1")
        screen.keys("\r")
        screen.sees("1 request")
        screen.prompts()
        screen.keys("\x1bOS")
        screen.sees("keys of emacs")

    assert 0 == play(script)


def test_esc_closes_the_menu_soon() -> None:
    """Within 60 ms on a calm machine; no further key is waited for."""

    def script(screen: Screen) -> None:
        screen.keys("acto")
        screen.sees("actor_name")
        screen.keys("\x1b")
        seconds = screen.until(lambda: "actor_name" not in screen.text())
        assert seconds < 1.0  # the usual wait for another key
        assert screen.before_cursor() == "demo> acto"

    assert 0 == play(script)


def test_f1_f3_f5() -> None:
    """Help on the word, one field a line, what it would cost; the text stays."""

    def script(screen: Screen) -> None:
        screen.keys("actor_id = 7")
        screen.sees("ok · api: actor_id")
        screen.keys("\x1bOP")
        screen.sees("who did it", "demo> actor_id = 7")
        screen.keys("\x1b[15~")
        screen.sees("request 1  GET /api/v2/audit_logs", "demo> actor_id = 7")
        screen.keys("\x1bOR")
        screen.sees("one field a line")
        screen.keys("\x03action = login limit 1\r")
        screen.sees("action_label  ")
        screen.prompts()

    assert 0 == play(script)


def test_the_bars_of_a_timeline() -> None:
    """A bar column behind the counts."""

    def script(screen: Screen) -> None:
        screen.keys("created_at >= -7d | timeline 1d\r")
        screen.sees("time  ", "16  ██")
        screen.prompts()

    assert 0 == play(script)


def test_hostile_text_is_drawn_harmless() -> None:
    """What is pasted cannot act on the terminal, nor hide; it is refused by name."""

    def script(screen: Screen) -> None:
        screen.keys("\x1b[200~actor_name = '\x1b]0;title\x07\x1b[2J\u202e'\x1b[201~")
        screen.sees("demo> actor_name = '^[]0;title^G^[[2J<U+202E>'")
        assert screen.before_cursor().endswith("<U+202E>'")
        screen.keys("\r")
        screen.sees("error[stray-character]")
        assert "" == screen.screen.title
        assert "\u202e" not in screen.raw

    assert 0 == play(script)


def test_a_long_name_leaves_room_on_a_narrow_screen() -> None:
    """At 20 columns the prompt takes 6."""

    def script(screen: Screen) -> None:
        screen.prompts("127…")
        screen.keys("action = login")
        screen.until(lambda: "action = login" in "".join(screen.lines()))

    assert 0 == play(script, columns=20, who=Standing("127.0.0.1-48712"))


def test_the_keys_are_listed() -> None:
    """Those in force, with what a configuration says."""

    def script(screen: Screen) -> None:
        screen.keys("\\keys\r")
        screen.sees("explain     f9", "what the query would cost", "look for an entry")
        screen.prompts()

    play(script, lines=40, who=Standing("demo", keys={"explain": ("f9",)}))
