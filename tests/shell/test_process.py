"""The process: pipes that close, streams that are not there, a terminal."""

import os
import subprocess
import sys
from collections.abc import Callable

from processes import WITHIN_S, on_a_terminal, started

NOW = "2026-03-10T12:00:00Z"


def test_head_ends_a_long_answer_silently(
    environment: dict[str, str], account: Callable[..., object], to_account: object
) -> None:
    """A reader that goes after one row: exit 141, no word, no further page."""
    emulator, server = account()
    with started(
        *("query", "-f", "jsonl", "--now", NOW, "created_at >= -40d"),
        env=environment | to_account(server),
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline().startswith(b'{"url"')
        process.stdout.close()
        assert 141 == process.wait(WITHIN_S)
        assert b"" == process.stderr.read()
    assert len(emulator.requests) < 20


def test_a_query_into_a_full_disk_is_exit_8(environment: dict[str, str]) -> None:
    """Told once, in the same words whatever the format and however few the rows."""
    asked = (("jsonl", 200), ("json", 200), ("csv", 200), ("table", 200), ("table", 1))
    for name, limit in asked:
        with (
            open("/dev/full", "wb") as full,  # noqa: PTH123
            started(
                *("demo", "query", "-f", name, "--now", NOW, f"limit {limit}"),
                env=environment,
                stdout=full,
                stderr=subprocess.PIPE,
            ) as process,
        ):
            assert 8 == process.wait(WITHIN_S), name
            said = process.stderr.read()
            words = b"error: standard output cannot be written: No space left on device"
            assert 1 == said.count(words)
            assert 1 == said.count(b"error")
            assert b"Traceback" not in said


def test_a_table_on_a_terminal_fits_and_is_summed_up(
    environment: dict[str, str],
) -> None:
    """80 columns: no line is wider, what has no room is named, the work is told.

    Who did what, when and from where has room.
    """
    code, screen = on_a_terminal(
        environment | {"COLUMNS": "80", "NO_COLOR": "1"},
        *("demo", "query", "--now", NOW, "action = create limit 3"),
    )
    assert 0 == code
    table = screen.splitlines()[:5]
    assert all(len(line) <= 80 for line in table)
    assert {"-", " "} == set(table[1])
    assert {"created_at", "actor_name", "action", "source_label", "ip_address"} == set(
        table[0].split()
    )
    dropped = "url, id, action_label, actor_id, source_id, source_type"
    assert f"note: no room for {dropped}, change_description" in screen
    assert "3 rows (the limit; more may follow) · 3 read · 1 request" in screen


def test_rows_leave_while_later_pages_are_still_awaited(
    environment: dict[str, str], account: Callable[..., object], to_account: object
) -> None:
    """The first page is on standard output before the last is asked for."""
    emulator, server = account(latency_s=0.3)
    with started(
        *("query", "-f", "jsonl", "--now", NOW, "created_at >= -40d"),
        env=environment | to_account(server),
        stderr=subprocess.DEVNULL,
    ) as process:
        first = process.stdout.readline()
        assert first.startswith(b'{"url"')
        assert len(emulator.requests) < 10
        process.stdout.close()
        process.wait(WITHIN_S)


def closed(*descriptors: int) -> Callable[[], None]:
    """What closes these in the child before the program starts."""
    return lambda: [os.close(d) for d in descriptors] and None


def test_closed_standard_streams(environment: dict[str, str]) -> None:
    """Without stdout nothing can be answered; without the others all goes well."""
    expected = {(0,): 0, (1,): 8, (2,): 0, (0, 2): 0, (0, 1, 2): 8}
    got = {}
    for descriptors in expected:
        with started(
            *("compile", "-f", "url", "action = login limit 5"),
            env=environment,
            stderr=subprocess.DEVNULL,
            preexec_fn=closed(*descriptors),
        ) as process:
            got[descriptors] = process.wait(WITHIN_S)
    assert expected == got


def test_a_query_from_a_closed_standard_input_is_refused(
    environment: dict[str, str],
) -> None:
    """There is nothing to read, and it is said."""
    with started(
        *("compile", "-"),
        env=environment,
        stderr=subprocess.PIPE,
        preexec_fn=closed(0),
    ) as process:
        assert 2 == process.wait(WITHIN_S)
        assert b"error: standard input is closed" in process.stderr.read()


def test_a_full_disk_is_told(environment: dict[str, str]) -> None:
    """An answer that could not be written is exit 8, the version included."""
    for arguments in (("compile", "action = login limit 5"), ("--version",)):
        with (
            open("/dev/full", "wb") as full,  # noqa: PTH123
            started(
                *arguments, env=environment, stdout=full, stderr=subprocess.PIPE
            ) as process,
        ):
            assert 8 == process.wait(WITHIN_S)
            assert b"No space left on device" in process.stderr.read()


def test_bytes_of_an_argument_that_are_not_utf8(environment: dict[str, str]) -> None:
    """Refused with a word, whatever the locale makes of them."""
    for locale in ({}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        done = subprocess.run(
            [sys.executable, "-m", "auditql", "compile", b"actor_name = '\xff'"],
            env=environment | locale,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WITHIN_S,
            check=False,
        )
        assert 2 == done.returncode
        assert b"error: the query is not UTF-8\n" == done.stderr


def test_without_a_verb_what_is_no_terminal_gets_the_help(
    environment: dict[str, str],
) -> None:
    """A shell that nobody would see is not begun: it is said, and nothing waits."""
    ours, theirs = os.openpty()
    with started(env=environment, stdin=theirs, stderr=subprocess.PIPE) as process:
        out, said = process.communicate(timeout=WITHIN_S)
    os.close(ours)
    os.close(theirs)
    assert (2, b"") == (process.returncode, out)
    assert said.startswith(b"the shell needs a terminal to be shown on\n\nauditql:")


def test_a_terminal_gets_colour_and_a_verb_without_text_an_error(
    environment: dict[str, str],
) -> None:
    """A query is never typed blindly into a waiting program."""
    code, screen = on_a_terminal(environment, "compile")
    assert 2 == code
    assert "\x1b[1;31merror:\x1b[0m the query is missing" in screen


def test_a_wrong_option_without_a_verb_on_a_terminal(
    environment: dict[str, str],
) -> None:
    """It is one of the shell's, or the shell does not begin."""
    code, screen = on_a_terminal(environment | {"NO_COLOR": "1"}, "--wrong")
    assert 2 == code
    assert "error: there is no option --wrong" in screen
    assert "see `auditql --help`" in screen


def test_an_empty_answer_is_said_on_a_terminal(environment: dict[str, str]) -> None:
    """`no record matches`, or that it is a part; without a terminal not a word."""
    nobody = "actor_name = 'nobody at all' and created_at >= -1d"
    said = {
        nobody: "no record matches\n",
        f"{nobody} page 2 size 5": "no record of this part of the answer matches\n",
        "limit 0": "no record of this part of the answer matches\n",
    }
    for format_ in ("table", "vertical"):
        for query, words in said.items():
            code, screen = on_a_terminal(
                environment | {"NO_COLOR": "1"},
                *("demo", "query", "-f", format_, "--now", NOW, query),
            )
            assert 0 == code
            assert words in screen, query
    for format_, limit in (("csv", ""), ("table", " or action = login limit 1")):
        code, screen = on_a_terminal(
            environment | {"NO_COLOR": "1"},
            *("demo", "query", "-f", format_, "--now", NOW, nobody + limit),
        )
        assert 0 == code
        assert "matches" not in screen
    with started(
        *("demo", "query", "--now", NOW, nobody),
        env=environment,
        stderr=subprocess.PIPE,
    ) as process:
        assert b"" == process.communicate(timeout=WITHIN_S)[1]
