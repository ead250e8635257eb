"""The shell on a real terminal, from its start to its end."""

import termios

from terminals import on_terminal, shell


def test_a_query_is_asked_and_the_terminal_is_left_as_it_was(
    world: dict[str, str],
) -> None:
    """A prompt, an answer, a prompt again; Ctrl-D leaves with 0, nothing changed."""
    with on_terminal(shell("demo"), world) as terminal:
        terminal.sees("demo>")
        terminal.keys("action = login | count\r")
        terminal.sees("count", "1 request")
        terminal.until(lambda: terminal.cursor_line() == "demo> ")
        terminal.keys("\x04")
        assert 0 == terminal.ends()
        assert terminal.before == termios.tcgetattr(terminal.theirs)
