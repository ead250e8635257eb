"""Ctrl-C at any moment by the real clock, again and again: the session lives.

Unlike the walks, work and interrupts race here: what is at hand is struck in the
middle of it. Rows may have to be asked for anew then, but never wrongly.
"""

import threading
from random import Random

import pytest
from sessions import Bench, bench, of, records, rows_of

from auditql.shell.session import turn, worker
from auditql.shell.session.events import Failed, Finished, Interrupted, Reply

QUERIES = ("order by actor_name, id", "created_at >= -90d", "| count by actor_name, id")


def answered(
    b: Bench, random: Random, text: str
) -> tuple[list[dict[str, object]], int, int]:
    """The rows of a query that is interrupted at random, how often it was, and how
    many rows that left unshown.

    Rows that an interrupt leaves unshown are said to be, and are in what is kept.
    """
    stops = unshown = 0
    command = text
    got: list[dict[str, object]] = []
    for most in range(60):
        timer = threading.Timer(
            random.random() * 0.15 * (most < 20), b.session.interrupt
        )
        if most < 20:
            timer.start()
        events = b.events(command, Reply.YES)
        timer.cancel()
        assert not of(events, Failed), of(events, Failed)[0].shown
        got += rows_of(events)
        if of(events, Finished):
            break
        (stop,) = of(events, Interrupted)
        stops += 1
        command = text
        if stop.rows is not None:
            kept = rows_of(b.events("\\last"))
            assert got == kept[: len(got)]
            assert (len(kept), len(kept) - len(got)) == (stop.rows, stop.unshown)
            unshown += stop.unshown
            got = kept
            if stop.goes_on and b.session.state.last.goes_on:
                command = "\\resume"
        if command == text:
            got = []
    return got, stops, unshown


@pytest.mark.full
@pytest.mark.timeout(300)
@pytest.mark.parametrize("is_hurried", [False, True])
def test_rows_are_right_however_often_it_is_interrupted(
    monkeypatch: pytest.MonkeyPatch, *, is_hurried: bool
) -> None:
    """Ten answers of 6,000 records each; most are interrupted.

    Where nobody waits for what is kept to be shown, it is said and kept all the same.
    """
    if is_hurried:
        monkeypatch.setattr(turn, "ENDING_S", 0.0)
        monkeypatch.setattr(worker, "PATIENT_S", 0.0)
    held = records(6_000, days=60)
    with bench(held, is_real=True, limit=None) as calm:
        whole = {text: rows_of(calm.events(text, Reply.YES)) for text in QUERIES}
    stops = unshown = 0
    with bench(held, is_real=True, limit=None) as b:
        for seed in range(10):
            text = QUERIES[seed % len(QUERIES)]
            got, number, left = answered(b, Random(seed), text)
            stops += number
            unshown += left
            assert whole[text] == got, (seed, text)
    assert stops > 10
    assert unshown or not is_hurried
