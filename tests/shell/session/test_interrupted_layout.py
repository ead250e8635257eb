"""Ctrl-C while rows are laid out: what is said is what is kept and shown."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sessions import NOW_S, Bench, bench, of

from auditql.catalog.record import Record
from auditql.shell.session import turn, worker
from auditql.shell.session.answer import Answer
from auditql.shell.session.compiling import compiled
from auditql.shell.session.events import Event, Interrupted, Note, Rows
from auditql.shell.session.output_file import OutputFile

FOR_PEOPLE = ("table", "vertical", "markdown")
FOR_PROGRAMS = ("json", "jsonl", "csv")
NUMBER = 2500
MOST_S = 20.0
"""As long as a slow machine may take; on others it is over at once."""


class Striking(dict[str, object]):
    """A row that interrupts its session when it is laid out, once, and waits."""

    bench: Bench | None = None

    def heard(self) -> None:
        b = Striking.bench
        if b is None or self not in b.session.state.last.rows[-1000:]:
            return
        Striking.bench = None
        b.session.interrupt()
        ends_s = time.monotonic() + MOST_S
        while time.monotonic() < ends_s:
            pass

    def get(self, name: str, default: object = None) -> object:
        self.heard()
        return super().get(name, default)

    def items(self):
        self.heard()
        return super().items()


def rows_with_one_that_strikes(at: int) -> Iterator[Record]:
    for n in range(NUMBER):
        raw = {"id": 5_000_000 + n, "action": "login"}
        yield Record(Striking(raw) if n == at else raw, n, NOW_S - n)


def struck(b: Bench, at: int) -> tuple[Answer, list[Event]]:
    """An answer while a row of it is laid out, and what comes of it."""
    (plan,) = compiled("order by action", b.session.state).plans
    answer = b.session.state.last = Answer(plan, "order by action")
    answer._ways.through(list(rows_with_one_that_strikes(at)))
    answer._has_come = True
    Striking.bench = b
    return answer, b.events("\\resume")


def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be struck once, while the row waits, and end in peace.

    A slow machine takes longer to hear a strike than another strike waits; that one
    would hit what shows the rest.
    """
    for name in ("ENDING_S", "_AGAIN_S"):
        monkeypatch.setattr(turn, name, MOST_S)
    monkeypatch.setattr(worker, "PATIENT_S", MOST_S)


def interrupted(monkeypatch: pytest.MonkeyPatch, name: str, at: int) -> Interrupted:
    """What is said of it; shown and not shown are together what is kept."""
    patient(monkeypatch)
    with bench(is_real=True, limit=None, format=name) as b:
        answer, events = struck(b, at)
    (stop,) = of(events, Interrupted)
    shown = [row["id"] for event in of(events, Rows) for row in event.rows]
    text = "".join(event.text for event in of(events, Rows))
    kept = [row["id"] for row in answer.rows]
    assert at < len(kept)
    assert kept[: len(shown)] == shown
    assert [str(i) in text for i in kept] == [i in set(shown) for i in kept]
    assert (len(kept), len(kept) - len(shown)) == (stop.rows, stop.unshown)
    return stop


@pytest.mark.parametrize("name", FOR_PEOPLE + FOR_PROGRAMS)
@pytest.mark.parametrize("at", [500, 1500])
def test_a_row_is_shown_or_said_to_be_missing(
    monkeypatch: pytest.MonkeyPatch, name: str, at: int
) -> None:
    """A person sees all that is kept; a program no second heading."""
    stop = interrupted(monkeypatch, name, at)
    assert stop.rows < NUMBER
    if name in FOR_PEOPLE or at < 1000:
        assert 0 == stop.unshown
    else:
        assert f"\\last shows {stop.unshown:,} more of them" in stop.shown


def test_the_last_rows_are_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table holds them back until all have come; then none is shown of them."""
    stop = interrupted(monkeypatch, "table", 2200)
    assert (NUMBER, 500) == (stop.rows, stop.unshown)


def test_rows_that_a_file_lacks_are_not_said_to_be_in_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A thousand were written when the next were laid out."""
    patient(monkeypatch)
    path = tmp_path / "rows.csv"
    with bench(is_real=True, limit=None, format="csv") as b:
        b.session.state.output = OutputFile(str(path))
        _, events = struck(b, 1500)
        (note,) = of(events, Note)
        (stop,) = of(events, Interrupted)
    assert f"1,000 rows are written to {path}" == note.text
    assert (2000, 0) == (stop.rows, stop.unshown)
    part = path.with_name("rows.csv.part")
    assert 1000 == sum(b"login" in line for line in part.read_bytes().splitlines())


def test_of_a_format_that_shows_nothing_nothing_is_missing() -> None:
    """Ctrl-C while pages come: all rows count as shown."""

    async def at_the_third(response: httpx.Response, number: int) -> httpx.Response:
        if number == 3:
            b.session.interrupt()
        return response

    with bench(change=at_the_third, limit=None, format="none") as b:
        (stop,) = of(b.events("created_at >= -30d"), Interrupted)
    assert stop.rows
    assert 0 == stop.unshown
