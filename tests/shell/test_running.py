"""How a run ends whose read goes wrong: exit code, rows, words, statistics."""

import json

import httpx
import pytest
from changing import broken, gone_after_two, ran, silent_after_two, unasked, unchanged

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity
from auditql.shell.exits import Exit


def test_a_whole_read_is_complete() -> None:
    """What the tests below differ from."""
    done = ran(unchanged, "-f", "jsonl")
    assert Exit.OK is done.code
    assert 500 == len(done.stdout.splitlines())
    assert (True, None) == (done.stats["complete"], done.stats["reason"])


@pytest.mark.parametrize("name", ["json", "jsonl", "csv", "table", "vertical"])
def test_a_read_that_fails_midway_is_partial_and_says_how_to_go_on(name: str) -> None:
    """Exit 6; the rows that are out are whole, and the error says that more follow."""
    done = ran(gone_after_two, "-f", name, "--columns", "id")
    assert Exit.PARTIAL is done.code
    rows = {
        "json": lambda text: len(json.loads(text)),
        "jsonl": lambda text: len(text.splitlines()),
        "csv": lambda text: len(text.splitlines()) - 1,
        "table": lambda text: len(text.splitlines()) - 2,
        "vertical": lambda text: text.count("-["),
    }
    out = rows[name](done.stdout)
    assert 200 == out
    assert "error: " in done.stderr
    assert f"{out} rows are out, and more may follow" in done.stderr
    assert "to go on, add `created_at <= 2026-0" in done.stderr
    assert (False, None) == (done.stats["complete"], done.stats["complete_until"])
    assert f"{out} rows" in done.stats["reason"]


def test_what_goes_on_is_what_was_missing() -> None:
    """The condition that is offered gives the rest, and one second again."""
    whole = ran(unchanged, "-f", "jsonl").stdout.splitlines()
    part = ran(gone_after_two, "-f", "jsonl")
    condition = part.stderr.partition("to go on, add `")[2].partition("`")[0]
    rest = ran(
        unchanged, "-f", "jsonl", text=f"created_at >= -40d and {condition}"
    ).stdout.splitlines()
    assert whole == list(dict.fromkeys([*part.stdout.splitlines(), *rest]))


def test_a_timeout_with_rows_out_is_partial_and_without_is_5() -> None:
    """6 where rows are out; 5 where none is, and then nothing is on standard output."""
    with_rows = ran(silent_after_two, "-f", "jsonl", "--timeout", "0.3")
    assert Exit.PARTIAL is with_rows.code
    out = len(with_rows.stdout.splitlines())
    assert 200 == out
    assert f"--timeout: 0.3 s are over; {out} rows are out" in with_rows.stderr
    without = ran(
        silent_after_two,
        *("-f", "json", "--timeout", "0.3"),
        text="actor_name = 'nobody at all'",
    )
    assert (Exit.RAN_OUT, "") == (without.code, without.stdout)


def test_answers_that_are_no_pages_are_an_error_and_no_answer() -> None:
    """Exit 1, not one byte on standard output: never "0 rows"."""
    for name in ("json", "csv", "table"):
        done = ran(broken, "-f", name)
        assert (Exit.FAILED, "") == (done.code, done.stdout)
        assert "is not JSON" in done.stderr
        assert False is done.stats["complete"]


def test_records_out_of_order_are_never_called_complete() -> None:
    """All rows are out, yet the answer is not what was promised: exit 6."""
    warning = Diagnostic(Code.OUT_OF_ORDER, "out of order", severity=Severity.WARNING)
    done = ran(unchanged, "-f", "jsonl", warned=[warning])
    assert Exit.PARTIAL is done.code
    assert 500 == len(done.stdout.splitlines())
    assert "out of order" in done.stats["reason"]


def test_strict_takes_a_warning_of_the_run_for_an_error() -> None:
    """Records outside the filter: dropped with a warning, or exit 1 under --strict."""
    text = "action = login"
    assert Exit.OK is ran(unasked, "-f", "none", text=text).code
    assert Exit.FAILED is ran(unasked, "-f", "none", "--strict", text=text).code


def test_an_output_that_fails_ends_the_read(tmp_path: object) -> None:
    """A directory that is not there: told before the first request."""
    from auditql.errors import OutputError

    async def never(_response: httpx.Response, _number: int) -> httpx.Response:
        raise AssertionError("a request was sent")

    with pytest.raises(OutputError):
        ran(never, "-o", f"{tmp_path}/missing/rows.csv")


def test_a_clock_that_is_off_is_told_once() -> None:
    """The account stands in March 2026; on loopback the clock is our own."""
    done = ran(unchanged, "-f", "none", base_url="https://acme.zendesk.com")
    assert Exit.OK is done.code
    assert 1 == done.stderr.count("warning: this machine's clock is ")
    assert "warning" not in ran(unchanged, "-f", "none").stderr
