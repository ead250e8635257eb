"""How quick the shell is under a person's hands, on a real pty.

    python tests/benchmarks/bench_shell.py [ROUNDS] [PEERS]

PEERS is the `bin` of an environment with ipython, litecli and pgcli; those that are
not there are left out. pgcli draws no prompt before a server answers, so it is measured
to the end of its first try to connect, which is less than it takes to be usable. The
programs take turns, ROUNDS times (default 7), so that a busy machine is unfair to none;
every figure is wall time in milliseconds, from the key that was written to the last
byte that drew what came of it.

Keys are typed into a shell that has seen 10,000 names. Ctrl-C is pressed while a page
is awaited that never comes, while the account makes the shell wait, and while a million
records are sorted.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "shell" / "terminal"))
from terminals import on_terminal

HERE = Path(__file__).resolve().parent
QUIET_S = 0.08
"""Silence after which a screen is drawn."""

TYPED = "action = login and actor_name = 'name 4"
PASTED = " or ".join(f"actor_name = 'Jane Doe {n:04}'" for n in range(62))[:2_000]


def environment(home: str) -> dict[str, str]:
    """Of a person with an empty home, no colours forbidden, a screen of UTF-8."""
    kept = {
        n: v for n, v in os.environ.items() if not n.startswith(("ZENDESK_", "XDG_"))
    }
    kept.pop("NO_COLOR", None)
    return kept | {
        "HOME": home,
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "PAGER": "cat",
        "PYTHONPATH": str(HERE.parents[1]),
    }


def started(command: list[str], env: dict[str, str], word: str) -> float:
    """Milliseconds from the start until a key that was typed is on the screen."""
    began = time.monotonic()
    with on_terminal(command, env) as terminal:
        terminal.until(lambda: word in terminal.text())
        if word != "refused":
            terminal.keys("x")
            terminal.until(lambda: terminal.cursor_line().rstrip().endswith("x"))
        return 1000 * (terminal.read_s - began)


def starts(rounds: int, peers: Path | None, env: dict[str, str]) -> Iterator[str]:
    """A line for each program."""
    profile = Path(env["HOME"]) / "config" / "auditql"
    profile.mkdir(parents=True, mode=0o700)
    config = profile / "config.toml"
    config.write_text('[profiles.acme]\nsubdomain = "acme"\n')
    config.chmod(0o600)
    ours = [sys.executable, "-m", "auditql"]
    programs = {
        "auditql demo": (([*ours, "demo"]), env, "demo>"),
        "auditql, a profile": (
            ours,
            env | {"XDG_CONFIG_HOME": str(profile.parent)},
            "acme>",
        ),
        "python -c pass": ([sys.executable, "-c", "print('refused')"], env, "refused"),
    }
    if peers is not None:
        others = {
            "ipython": (["--no-banner"], "In ["),
            "litecli": ([str(Path(env["HOME"]) / "x.db")], ">"),
            "pgcli (no server)": (["-h", "127.0.0.1", "-p", "1", "-w", "x"], "refused"),
        }
        for name, (arguments, word) in others.items():
            path = peers / name.partition(" ")[0]
            if path.exists():
                programs[name] = ([str(path), *arguments], env, word)
    took: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, (command, its, word) in programs.items():
            took[name].append(started(command, its, word))
    for name, values in took.items():
        held = "[150]" if name.startswith("auditql") else ""
        yield row(f"start to usable prompt: {name}", statistics.median(values), held)


def row(name: str, value: float, held: str, beside: str = "") -> str:
    return f"{name:<46} {value:8.1f}  {held:<6} {beside}".rstrip()


def at_rest(terminal: object) -> None:
    """Pump until nothing is drawn any more."""
    while terminal.pump(QUIET_S):
        pass


def pressed(terminal: object, key: str, holds: Callable[[], bool]) -> float:
    """Milliseconds from a key until something holds."""
    began = time.monotonic()
    terminal.keys(key)
    terminal.until(holds)
    return 1000 * (terminal.read_s - began)


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def shell_in(state: str, env: dict[str, str]) -> object:
    """A shell in one of the states, on a terminal, ready."""
    command = [sys.executable, str(HERE / "bench_shell_states.py"), state]
    return on_terminal(command, env)


def hands(rounds: int, env: dict[str, str]) -> Iterator[str]:
    """Keys, the menu, Esc, pastes."""
    with shell_in("many", env) as terminal:
        terminal.sees("bench>")
        at_rest(terminal)
        echo: list[float] = []
        drawn: list[float] = []
        escape: list[float] = []
        for _ in range(rounds):
            for place, key in enumerate(TYPED):
                want = f"bench> {TYPED[: place + 1]}"
                echo.append(
                    pressed(
                        terminal,
                        key,
                        lambda want=want: (
                            terminal.cursor_line().rstrip() == want.rstrip()
                        ),
                    )
                )
                began = terminal.read_s - echo[-1] / 1000
                at_rest(terminal)
                drawn.append(1000 * (terminal.read_s - began))
            assert "of many" in terminal.text(), terminal.text()
            escape.append(
                pressed(
                    terminal,
                    "\x1b",
                    lambda: "of many" not in terminal.text(),
                )
            )
            terminal.keys("\x03")
            at_rest(terminal)
        yield row("key to echo, p95", p95(echo), "[20]", f"median {med(echo)}")
        yield row(
            "key to menu and toolbar, p95, 10,000 values",
            p95(drawn),
            "[30]",
            f"median {med(drawn)}",
        )
        yield row("Esc closes the menu, median", statistics.median(escape), "[60]")
        for name, text, held in (
            ("bracketed", f"\x1b[200~{PASTED}\x1b[201~", "[60]"),
            ("raw", PASTED, "[500]"),
        ):
            took = []
            for _ in range(rounds):
                tail = "".join(PASTED.split())[-30:]
                took.append(
                    pressed(
                        terminal,
                        text,
                        lambda tail=tail: tail in "".join(terminal.text().split()),
                    )
                )
                at_rest(terminal)
                terminal.keys("\x03")
                at_rest(terminal)
            yield row(
                f"paste of {len(PASTED):,} characters, {name}",
                statistics.median(took),
                held,
            )


def med(values: list[float]) -> str:
    return f"{statistics.median(values):.1f}"


def interrupts(rounds: int, env: dict[str, str]) -> Iterator[str]:
    """Ctrl-C in each state."""
    states = (
        ("while a page is awaited", "silent", "action = login limit 5\r", ""),
        (
            "while the account makes us wait",
            "limited",
            "created_at >= 2026-01-01 limit 1500\r",
            "going on in",
        ),
        ("while a million records are sorted", "sort", "\\resume\r", ""),
    )
    for name, state, text, word in states:
        took = []
        with shell_in(state, env) as terminal:
            terminal.until(lambda t=terminal: "bench>" in t.text(), 120)
            at_rest(terminal)
            for _ in range(rounds if state == "silent" else 1):
                terminal.keys(text)
                if word:
                    terminal.sees(word)
                else:
                    wait(terminal, 0.4)
                terminal.keys("\x03")
                took.append(1000 * terminal.until_written(_is_back))
                at_rest(terminal)
        yield row(f"Ctrl-C to prompt {name}", statistics.median(took), "[100]")


def _is_back(written: bytes) -> bool:
    """Whether it was said that it ended, and the prompt stands behind."""
    return b"bench>" in written.partition(b"interrupted")[2]


def wait(terminal: object, seconds: float) -> None:
    """Let the shell come to what it does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        terminal.pump()


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    peers = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f}, {rounds} rounds; milliseconds")
    print(f"{'':<46} {'took':>8}  hold")
    with tempfile.TemporaryDirectory() as home:
        env = environment(home)
        for lines in (
            starts(rounds, peers, env),
            hands(rounds, env),
            interrupts(rounds, env),
        ):
            for line in lines:
                print(line, flush=True)


if __name__ == "__main__":
    main()
