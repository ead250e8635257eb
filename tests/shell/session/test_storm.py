"""Ctrl-C at any moment by the real clock, again and again: the session lives.

Unlike the walks, work and interrupts race here: what is at hand is struck in the
middle of it. Rows may have to be asked for anew then, but never wrongly.
"""

import threading
from random import Random

import pytest
from sessions import Bench, bench, of, records, rows_of

from auditql.shell.session.events import Failed, Finished, Interrupted, Reply

QUERIES = ("order by actor_name, id", "created_at >= -90d", "| count by actor_name, id")


def answered(
    b: Bench, random: Random, text: str
) -> tuple[list[dict[str, object]], int]:
    """The rows of a query that is interrupted at random, and how often it was.

    Rows that an interrupt leaves unshown are said to be, and are in what is kept.
    """
    stops = 0
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
            got = kept
            if stop.goes_on and b.session.state.last.goes_on:
                command = "\\resume"
        if command == text:
            got = []
    return got, stops


@pytest.mark.full
@pytest.mark.timeout(300)
def test_rows_are_right_however_often_it_is_interrupted() -> None:
    """Twenty answers of 6,000 records each; most are interrupted."""
    held = records(6_000, days=60)
    with bench(held, is_real=True, limit=None) as calm:
        whole = {text: rows_of(calm.events(text, Reply.YES)) for text in QUERIES}
    stops = 0
    with bench(held, is_real=True, limit=None) as b:
        for seed in range(20):
            text = QUERIES[seed % len(QUERIES)]
            got, number = answered(b, Random(seed), text)
            stops += number
            assert whole[text] == got, (seed, text)
    assert stops > 20
