"""The virtual loop: time passes in jumps, dead ends are told."""

import asyncio
import time

import loop
import pytest


def test_a_day_passes_at_once() -> None:
    """Sleeping moves the loop's clock by exactly that, and no other clock."""

    async def sleep() -> float:
        await asyncio.sleep(86_400)
        return asyncio.get_running_loop().time()

    before = time.monotonic()
    assert 86_400.0 == loop.run(sleep())
    assert time.monotonic() - before < 5


def test_timers_go_off_in_their_order() -> None:
    """The nearest first, whoever set it; between them, nobody."""

    async def note(name: str, wait_s: float, said: list[tuple[str, float]]) -> None:
        await asyncio.sleep(wait_s)
        said.append((name, asyncio.get_running_loop().time()))

    async def both() -> list[tuple[str, float]]:
        said: list[tuple[str, float]] = []
        await asyncio.gather(
            note("late", 7.5, said), note("soon", 2.0, said), note("now", 0, said)
        )
        return said

    assert [("now", 0.0), ("soon", 2.0), ("late", 7.5)] == loop.run(both())


def test_time_outs_are_those_of_its_clock() -> None:
    """`timeout` and `wait_for` end a wait on the second, and not one before it."""

    async def waits() -> list[float]:
        ends = []
        for wait_s in (59.0, 61.0):
            try:
                async with asyncio.timeout(60):
                    await asyncio.sleep(wait_s)
            except TimeoutError:
                pass
            ends.append(asyncio.get_running_loop().time())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.sleep(2), 1)
        return [*ends, asyncio.get_running_loop().time()]

    assert [59.0, 119.0, 120.0] == loop.run(waits())


def test_a_deadlock_is_told() -> None:
    """Waiting for an event that nobody sets ends with an exception."""

    async def wait() -> None:
        await asyncio.Event().wait()

    with pytest.raises(loop.Deadlock):
        loop.run(wait())


@pytest.mark.parametrize("pause_s", [0, 1])
def test_a_run_without_end_is_stopped(pause_s) -> None:
    """Whether it spins or sleeps, it takes so many steps and no more."""

    async def spin() -> None:
        while True:
            await asyncio.sleep(pause_s)

    with pytest.raises(loop.TooManySteps):
        loop.run(spin(), most_steps=1000)


def test_a_task_left_running_is_told() -> None:
    """Who starts a task ends it; afterwards it is cancelled all the same."""
    ended = []

    async def leave() -> None:
        asyncio.get_running_loop().create_task(long()).set_name("left alone")
        await asyncio.sleep(0)

    async def long() -> None:
        try:
            await asyncio.sleep(1e6)
        finally:
            ended.append(True)

    with pytest.raises(loop.LeftOver, match="left alone"):
        loop.run(leave())
    assert [True] == ended


def test_an_error_of_the_run_comes_out() -> None:
    """What the coroutine raises, `run` raises."""

    async def fail() -> None:
        await asyncio.sleep(3)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        loop.run(fail())


def test_a_run_can_be_ended_after_any_round() -> None:
    """What `after_step` raises comes out at once; nothing else of the run goes on."""
    rounds, done = iter(range(3)), []

    def end() -> None:
        if next(rounds, None) is None:
            raise SystemExit(9)

    async def work() -> None:
        for number in range(100):
            await asyncio.sleep(0)
            done.append(number)

    virtual = loop.VirtualLoop()
    virtual.after_step = end
    with pytest.raises(SystemExit):
        virtual.run_until_complete(task := virtual.create_task(work()))
    assert [0, 1, 2] == done
    virtual.after_step = None
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        virtual.run_until_complete(task)
    virtual.close()
