"""Ctrl-C in every state: the entry ends at once, what is out is kept.

The states that wait are ended by their task; those that compute, by an exception
in their thread. How long that takes is measured by the benchmarks; here it is seen
that the work was not done to its end.
"""

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import httpx
import pytest
from sessions import NOW_S, Bench, bench, ids, newest_first, of

from auditql.catalog.record import Record
from auditql.shell.session.answer import Answer
from auditql.shell.session.compiling import compiled
from auditql.shell.session.events import Confirm, Interrupted, Note, Reply, Rows

MOST_S = 5.0
"""Far above what an interrupt takes, far below what the work would."""


class Loud(str):
    """A text that interrupts a session when it is compared often enough."""

    __slots__ = ()
    calls = 0
    at = 0
    bench: Bench | None = None
    began_s = 0.0

    @classmethod
    def heard(cls) -> None:
        cls.calls += 1
        if cls.calls == cls.at and cls.bench is not None:
            cls.began_s = time.monotonic()
            cls.bench.session.interrupt()

    def __lt__(self, other: str) -> bool:
        Loud.heard()
        return str.__lt__(self, other)

    def __gt__(self, other: str) -> bool:
        Loud.heard()
        return str.__gt__(self, other)

    def __hash__(self) -> int:
        Loud.heard()
        return str.__hash__(self)


def loud_records(number: int) -> list[Record]:
    """Records in the order of time, with a thousand names that shuffle."""
    raws = [
        {
            "id": n,
            "created_at": "2026-03-10T11:00:00Z",
            "actor_name": Loud(f"{n * 7919 % 1009:04}"),
        }
        for n in range(1009)
    ]
    return [Record(raws[n % 1009], n, NOW_S - 3600 - n) for n in range(number)]


@pytest.fixture
def loud() -> Iterator[Bench]:
    with bench(is_real=True, limit=None) as b:
        Loud.bench, Loud.calls, Loud.at = b, 0, 0
        yield b
        Loud.bench = None


def with_all_records(b: Bench, text: str, held: Sequence[Record]) -> None:
    """Let the last answer be one that read these records and has to end."""
    (plan,) = compiled(text, b.session.state).plans
    answer = Answer(plan, text)
    answer._ways.through(held)
    answer._has_come = True
    b.session.state.last = answer


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("order by actor_name", True),
        ("| order by actor_name", False),
        ("| count by actor_name, id | order by actor_name", False),
    ],
)
@pytest.mark.parametrize(
    "number",
    [100_000, pytest.param(1_000_000, marks=pytest.mark.full)],
)
def test_ctrl_c_ends_a_sort(
    loud: Bench, text: str, number: int, *, goes_on: bool
) -> None:
    """In the middle of its comparisons: no row is out, and the session lives."""
    with_all_records(loud, text, loud_records(number))
    gc.collect()
    Loud.calls, Loud.at = 0, 2000
    events = loud.events("\\resume")
    took_s = time.monotonic() - Loud.began_s
    (stop,) = of(events, Interrupted)
    assert 0 == stop.rows
    assert goes_on == stop.goes_on
    assert [] == ids(events)
    assert took_s < MOST_S
    assert newest_first(loud.all)[:3] == loud.rows("limit 3")


def test_a_sort_that_was_ended_can_be_done_again(loud: Bench) -> None:
    """Every row once, in order: the records that came are kept."""
    with_all_records(loud, "order by actor_name, id", loud_records(20_000))
    Loud.calls, Loud.at = 0, 2000
    (stop,) = of(loud.events("\\resume"), Interrupted)
    assert stop.goes_on
    Loud.at = 0
    events = loud.events("\\resume")
    names = [row["actor_name"] for e in of(events, Rows) for row in e.rows]
    assert 20_000 == len(names)
    assert sorted(map(str, names)) == list(map(str, names))


def test_ctrl_c_while_a_page_is_awaited_on_a_real_loop() -> None:
    """An answer that never comes is not waited for."""
    began = []

    async def never(response: httpx.Response, at: int) -> httpx.Response:
        if at == 1:
            return response
        began.append(time.monotonic())
        b.session.interrupt()
        await asyncio.Event().wait()
        return response

    with bench(is_real=True, change=never) as b:
        events = b.events("limit 500")
        took_s = time.monotonic() - began[0]
        (stop,) = of(events, Interrupted)
        assert (100, True) == (stop.rows, stop.goes_on)
        assert newest_first(b.all)[:100] == ids(events)
        assert took_s < MOST_S


def test_ctrl_c_at_a_question_is_no() -> None:
    """Nothing is sent."""
    with bench() as b:
        events = []
        for event in b.session.feed("limit 9000"):
            events.append(event)
            if isinstance(event, Confirm):
                b.session.reply(Reply.YES)
                b.session.interrupt()
        assert of(events, Interrupted)
        assert 0 == b.requests


def test_ctrl_c_from_another_thread() -> None:
    """As a key that is read elsewhere."""

    async def never(response: httpx.Response, _at: int) -> httpx.Response:
        thread = threading.Thread(target=b.session.interrupt)
        thread.start()
        await asyncio.Event().wait()
        return response

    with bench(is_real=True, change=never) as b:
        (stop,) = of(b.events("limit 500"), Interrupted)
        assert (0, True) == (stop.rows, stop.goes_on)


def test_an_interrupt_where_nothing_is_done_is_nothing() -> None:
    """The next entry is not touched by it."""
    with bench() as b:
        b.session.interrupt()
        assert 3 == len(b.rows("limit 3"))
        b.session.interrupt()
        assert 3 == len(b.rows("limit 3"))


def test_the_signal_itself_interrupts_while_an_event_is_awaited() -> None:
    """KeyboardInterrupt is raised in the thread that takes the events."""
    import _thread

    async def never(response: httpx.Response, _at: int) -> httpx.Response:
        _thread.interrupt_main()
        await asyncio.Event().wait()
        return response

    with bench(is_real=True, change=never) as b:
        (stop,) = of(b.events("limit 500"), Interrupted)
        assert (0, True) == (stop.rows, stop.goes_on)


def test_what_cannot_be_ended_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that swallows everything: the entry ends, and another takes over."""
    free = threading.Event()

    class Stubborn(str):
        __slots__ = ()

        def __gt__(self, other: str) -> bool:
            b.session.interrupt()
            while not free.is_set():
                try:
                    while not free.is_set():
                        free.wait(0.01)
                except BaseException:  # noqa: S112 - that is what is tested
                    continue
            return True

        __lt__ = __gt__

    raws = [
        {"id": n, "created_at": "2026-03-10T11:00:00Z", "actor_name": Stubborn(n)}
        for n in range(3)
    ]
    held = [Record(raw, raw["id"], NOW_S - 3600) for raw in raws]
    try:
        with bench(is_real=True) as b:
            with_all_records(b, "order by actor_name", held)
            (stop,) = of(b.events("\\resume"), Interrupted)
            assert 0 == stop.rows
            assert "cannot go on" in b.said("\\resume")
            assert newest_first(b.all)[:3] == b.rows("limit 3")
    finally:
        free.set()


def test_rows_that_come_after_an_interrupt_was_told_are_said() -> None:
    """Before the next entry is answered: whoever heard of none knows of three."""
    free, looks = threading.Event(), [0]

    class Stubborn(str):
        __slots__ = ()

        def __gt__(self, other: str) -> bool:
            while not free.is_set():
                b.session.interrupt()
                try:
                    looks[0] += 1
                    free.wait(0.01)
                except BaseException:  # noqa: S112 - that is what is tested
                    continue
            return True

        __lt__ = __gt__

    raws = [
        {"id": n, "created_at": "2026-03-10T11:00:00Z", "actor_name": Stubborn(n)}
        for n in range(3)
    ]
    held = [Record(raw, raw["id"], NOW_S - 3600) for raw in raws]
    words = "3 more rows came while it was interrupted; \\last shows all that is kept"
    try:
        with bench(is_real=True) as b:
            with_all_records(b, "order by actor_name", held)
            (stop,) = of(b.events("\\resume"), Interrupted)
            assert 0 == stop.rows
            seen = looks[0]
            until(lambda: looks[0] > seen + 2)  # no strike waits any more
            free.set()
            until(lambda: len(b.session.state.last.rows) == 3)
            assert Note(words) == b.events("\\limit")[0]
            assert Note(words) not in b.events("\\limit")
            assert [0, 1, 2] == sorted(b.rows("\\last"))
    finally:
        free.set()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, within reason."""
    end_s = time.monotonic() + MOST_S
    while not holds():
        assert time.monotonic() < end_s
        time.sleep(0)


@pytest.mark.parametrize("name", ["table", "jsonl", "vertical"])
def test_rows_that_are_out_are_whole_lines(name: str) -> None:
    """Interrupted in page 3: every row that came is laid out."""

    async def change(response: httpx.Response, at: int) -> httpx.Response:
        if at == 3:
            b.session.interrupt()
            await asyncio.Event().wait()
        return response

    with bench(change=change, format=name) as b:
        b.said("\\columns id")
        events = b.events("limit 500")
        text = "".join(e.text for e in of(events, Rows))
        out = ids(events)
        assert 100 <= len(out) < 500
        assert all(str(number) in text for number in out)
        assert text.endswith("\n")
