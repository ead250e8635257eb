"""The shell on a real terminal: started, interrupted, left, and gone."""

import os
import signal
import socket
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest
from terminals import Terminal, on_terminal, shell

from auditql.emulator import LoopbackServer
from auditql.emulator.settings import RateLimitKind

ToAccount = Callable[[LoopbackServer], dict[str, str]]
SOON_S = 3.0
"""Far above the tenth of a second that an interrupt takes, far below the waits."""


def prompts(terminal: Terminal, name: str = "demo") -> float:
    """Pump until nothing is typed behind the prompt; gives the seconds."""
    return terminal.until(lambda: terminal.cursor_line() == f"{name}> ")


def test_a_query_is_asked_and_the_terminal_is_left_as_it_was(
    world: dict[str, str],
) -> None:
    """A prompt, an answer, a prompt again; Ctrl-D leaves with 0, nothing changed."""
    with on_terminal(shell("demo"), world) as terminal:
        terminal.sees("demo>")
        terminal.keys("action = login | count\r")
        terminal.sees("count", "1 request")
        prompts(terminal)
        terminal.keys("\x04")
        assert 0 == terminal.ends()
        assert terminal.before == termios.tcgetattr(terminal.theirs)


def test_what_is_loaded_before_the_prompt(world: dict[str, str]) -> None:
    """No grammar, no network, no argparse: those come in behind it."""
    command = [sys.executable, "-X", "importtime", "-m", "auditql", "demo"]
    with on_terminal(command, world, columns=120) as terminal:
        terminal.until(lambda: b"demo>" in terminal.raw)
        terminal.until(lambda: b"lark.lark" in terminal.raw)
        before = terminal.raw.partition(b"demo>")[0]
    assert b"prompt_toolkit.shortcuts" in before
    for name in (b"| lark", b" httpx", b" argparse", b" tabulate", b"session.session"):
        assert name not in before, name


def test_ctrl_c_while_a_page_is_awaited(world: dict[str, str]) -> None:
    """The prompt is back at once, the shell lives, the terminal is as it was."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(20)
        port = silent.getsockname()[1]
        account = {
            "ZENDESK_BASE_URL": f"http://127.0.0.1:{port}",
            "ZENDESK_OAUTH_TOKEN": "canary-token-0123456789",
        }
        name = f"127.0.0.1-{port}"
        with on_terminal(shell(), world | account) as terminal:
            prompts(terminal, name)
            terminal.keys("action = login limit 5\r")
            connection, _ = silent.accept()
            with connection:
                assert connection.recv(3) == b"GET"
                terminal.keys("\x03")
                assert prompts(terminal, name) < SOON_S
            terminal.sees("interrupted")
            terminal.keys("\\params\r")
            terminal.sees("note: none is known yet")
            prompts(terminal, name)
            terminal.keys("\x04")
            assert 0 == terminal.ends()
            assert terminal.before == termios.tcgetattr(terminal.theirs)
            assert "canary" not in terminal.raw.decode()


def test_ctrl_c_while_the_account_makes_us_wait(
    world: dict[str, str],
    account: Callable[..., tuple[object, LoopbackServer]],
    to_account: ToAccount,
) -> None:
    """The rows so far are shown and kept; nothing more is asked."""
    emulator, server = account(rate_limit=RateLimitKind.BUCKET, per_minute=3)
    with on_terminal(shell(), world | to_account(server)) as terminal:
        terminal.until(lambda: terminal.cursor_line().endswith("> "))
        terminal.keys("created_at >= 2026-01-01 limit 1000\r")
        terminal.sees("rate limited, going on in", "Ctrl-C keeps")
        asked = len(emulator.requests)
        terminal.keys("\x03")
        seconds = terminal.until(lambda: "interrupted" in terminal.text())
        assert seconds < SOON_S
        terminal.until(lambda: terminal.cursor_line().endswith("> "))
        terminal.keys("\\last jsonl\r")
        terminal.sees('"created_at"')
        assert asked == len(emulator.requests)
        assert b"going on in" not in terminal.screen.display[-1].encode()


def test_another_width_in_the_middle(world: dict[str, str]) -> None:
    """What is typed stays; the line below is drawn for the new width."""
    with on_terminal(shell("demo"), world) as terminal:
        terminal.sees("demo>")
        terminal.keys("action = login and created_at >= -2d limit 5")
        terminal.sees("ok · api: action, created_at")
        terminal.resize(44, 30)
        os.kill(terminal.process.pid, signal.SIGWINCH)
        terminal.keys(" ")
        terminal.until(
            lambda: any(
                line.startswith("ok · ") and len(line) <= 44
                for line in terminal.lines()
            )
        )
        assert "demo> action = login" in terminal.text()
        terminal.keys("\r")
        terminal.sees("1 request")


def test_a_polite_kill_leaves_the_terminal_as_it_was(world: dict[str, str]) -> None:
    """SIGTERM at the prompt: exit 130, echo and lines are back."""
    with on_terminal(shell("demo"), world) as terminal:
        prompts(terminal)
        terminal.keys("action")
        terminal.sees("demo> action")
        terminal.process.send_signal(signal.SIGTERM)
        assert 130 == terminal.ends()
        assert terminal.before == termios.tcgetattr(terminal.theirs)
        assert "Traceback" not in terminal.text()


def test_a_terminal_that_goes_away_ends_the_shell(world: dict[str, str]) -> None:
    """A window that is closed leaves no process behind."""
    terminal = Terminal(shell("demo"), world)
    try:
        prompts(terminal)
        os.close(terminal.theirs)
        os.close(terminal.ours)
        assert 130 == terminal.process.wait(20)
    finally:
        terminal.process.kill()
        terminal.process.wait()


def test_a_terminal_that_can_do_nothing(world: dict[str, str]) -> None:
    """TERM=dumb: lines in, lines out, not one escape sequence."""
    with on_terminal(shell("demo"), world | {"TERM": "dumb"}) as terminal:
        prompts(terminal)
        terminal.keys("action = login and\n")
        terminal.until(lambda: terminal.cursor_line() == "... ")
        terminal.keys("created_at >= -7d | count\n")
        terminal.sees("1 row · ")
        prompts(terminal)
        terminal.keys("action = nobody\n")
        terminal.sees("error[")
        prompts(terminal)
        terminal.keys("\x03")
        terminal.sees("demo> ^C\ndemo>")
        prompts(terminal)
        terminal.keys("\x04")
        assert 0 == terminal.ends()
        assert b"\x1b" not in terminal.raw


def test_a_broken_configuration_is_told_and_the_shell_starts(
    world: dict[str, str],
) -> None:
    """The file, the line, what to write; commands that ask nobody still work."""
    folder = Path(world["XDG_CONFIG_HOME"]) / "auditql"
    folder.mkdir(parents=True, mode=0o700)
    path = folder / "config.toml"
    path.write_text('default = "acme"\n\n[profiles.acme]\nsubdomian = "acme"\n')
    path.chmod(0o600)
    with on_terminal(shell(), world, columns=200) as terminal:
        terminal.sees("config.toml:4: ", "did you mean `subdomain`?")
        prompts(terminal, "auditql")
        terminal.keys("\\params\r")
        terminal.sees("none is known yet")
        terminal.keys("limit 1\r")
        terminal.until(lambda: terminal.text().count("config.toml:4: ") == 2)
        prompts(terminal, "auditql")
        terminal.keys("\x04")
        assert 0 == terminal.ends()


def test_the_first_run_offers_the_demo(world: dict[str, str]) -> None:
    """Three lines say how an account is connected; one key opens the demo."""
    with on_terminal(shell(), world) as terminal:
        terminal.sees("auditql login --subdomain acme", "made-up records meanwhile?")
        terminal.keys("y")
        prompts(terminal)
        terminal.keys("limit 1\r")
        terminal.sees("1 request")
    with on_terminal(shell(), world) as terminal:
        terminal.sees("made-up records meanwhile?")
        terminal.keys("n")
        prompts(terminal, "auditql")
        terminal.keys("limit 1\r")
        terminal.sees("error: no account is set")
        prompts(terminal, "auditql")


def test_a_terminal_that_can_do_nothing_asks_again(world: dict[str, str]) -> None:
    """A line that is no answer, but begins as one does, is none."""
    with on_terminal(shell(), world | {"TERM": "dumb"}) as terminal:
        terminal.sees("made-up records meanwhile?")
        terminal.keys("year = 2026\n")
        terminal.sees("answer yes or no:")
        terminal.keys("yes\n")
        prompts(terminal)


def test_exit_leaves_as_in_other_shells(world: dict[str, str]) -> None:
    """Enter behind it adds no line."""
    with on_terminal(shell("demo"), world) as terminal:
        prompts(terminal)
        terminal.keys("help\r")
        terminal.sees("`\\q` leaves")
        prompts(terminal)
        terminal.keys("exit\r")
        assert 0 == terminal.ends()


def test_a_profile_that_is_none_does_not_start(world: dict[str, str]) -> None:
    """What was picked by name is not there: exit 2, and what to do."""
    with on_terminal(shell("-P", "nobody"), world) as terminal:
        terminal.sees("there is no profile `nobody`")
        assert 2 == terminal.ends()


def test_the_profile_names_the_prompt_and_sets_the_session(
    world: dict[str, str],
) -> None:
    """`acme>`; its zone and its limit are those of the session."""
    folder = Path(world["XDG_CONFIG_HOME"]) / "auditql"
    folder.mkdir(parents=True, mode=0o700)
    path = folder / "config.toml"
    path.write_text(
        '[profiles.acme]\nsubdomain = "acme"\ntz = "Europe/Berlin"\nlimit = 7\n'
        '[keys]\nclear = "c-k"\nwrong = "f1"\nexplain = "ctrl-x"\n'
    )
    path.chmod(0o600)
    with on_terminal(shell(), world) as terminal:
        terminal.sees("[keys] has no `wrong`", "`ctrl-x` is no key")
        prompts(terminal, "acme")
        terminal.keys("\\tz\r")
        terminal.sees("those of Europe/Berlin")
        terminal.keys("\\limit\r")
        terminal.sees("7 rows")
        prompts(terminal, "acme")
        terminal.keys("abc")
        terminal.sees("acme> abc")
        terminal.keys("\x0b")
        prompts(terminal, "acme")


@pytest.mark.full
def test_what_is_typed_while_a_query_runs_waits(world: dict[str, str]) -> None:
    """It is not echoed among the rows; the next prompt has it."""
    with on_terminal(shell("demo"), world) as terminal:
        prompts(terminal)
        terminal.keys("created_at >= -20d and actor_name like 'x' | timeline 1d\r")
        terminal.sees("no-wildcard")
        terminal.keys("action = login")
        terminal.until(lambda: terminal.cursor_line() == "demo> action = login")
        assert 1 == terminal.text().count("action = login")
