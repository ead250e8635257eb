"""Ctrl-C at any moment by the real clock, again and again: the session lives.

Unlike the walks, work and interrupts race here: what is at hand is struck in the
middle of it. Rows may have to be asked for anew then, but never wrongly.
"""

import threading
from random import Random

import pytest
from sessions import Bench, bench, of, records

from auditql.shell.session.events import Failed, Finished, Interrupted, Reply, Rows

QUERIES = ("order by actor_name, id", "created_at >= -90d", "| count by actor_name, id")


def answered(b: Bench, random: Random, text: str) -> tuple[list[object], int]:
    """The rows of a query that is interrupted at random, and how often it was."""
    stops = 0
    command = text
    got: list[object] = []
    for most in range(60):
        timer = threading.Timer(
            random.random() * 0.15 * (most < 20), b.session.interrupt
        )
        if most < 20:
            timer.start()
        events = b.events(command, Reply.YES)
        timer.cancel()
        assert not of(events, Failed), of(events, Failed)[0].shown
        got += [row for e in of(events, Rows) for row in e.rows]
        if of(events, Finished):
            break
        (stop,) = of(events, Interrupted)
        stops += 1
        command = "\\resume" if stop.goes_on else text
        if not stop.goes_on:
            got = []
        elif not b.session.state.last.goes_on:
            got, command = [], text
    return [dict(row) for row in got], stops


@pytest.mark.full
@pytest.mark.timeout(300)
def test_rows_are_right_however_often_it_is_interrupted() -> None:
    """Twenty answers of 6,000 records each; most are interrupted."""
    held = records(6_000, days=60)
    with bench(held, is_real=True, limit=None) as calm:
        whole = {
            text: [
                dict(r) for e in of(calm.events(text, Reply.YES), Rows) for r in e.rows
            ]
            for text in QUERIES
        }
    stops = 0
    with bench(held, is_real=True, limit=None) as b:
        for seed in range(20):
            text = QUERIES[seed % len(QUERIES)]
            got, number = answered(b, Random(seed), text)
            stops += number
            assert whole[text] == got, (seed, text)
    assert stops > 20
