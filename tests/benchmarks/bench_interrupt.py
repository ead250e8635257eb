"""How long the shell's session takes from Ctrl-C to the prompt, in every state.

    .venv/bin/python tests/benchmarks/bench_interrupt.py [RECORDS]

In: nothing but this machine. Out: a line for each state: milliseconds from the
interrupt to the end of the entry, the worst of three moments, and how late the
timer of the interrupt itself was, for a thread that holds all others back would
hold back the key as well.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

sys.path[:0] = [
    str(Path(__file__).parent.parent / "shell" / "session"),
    str(Path(__file__).parent.parent / "simulation"),
]
import httpx  # noqa: E402 - the folders above come first
from sessions import NOW_S, Bench, bench  # noqa: E402

from auditql.catalog.record import Record  # noqa: E402
from auditql.shell.session.answer import Answer  # noqa: E402
from auditql.shell.session.compiling import compiled  # noqa: E402

MOMENTS_S = (0.02, 0.3, 1.0)
COMPUTED = (
    "order by actor_name",
    "| order by actor_name",
    "| order by action, actor_name desc",
    "| count by actor_name",
)


def made(number: int) -> list[Record]:
    random = Random(1)
    return [
        Record(
            {
                "id": n,
                "created_at": "2026-03-10T11:00:00Z",
                "action": "login",
                "actor_name": f"Name {random.randrange(10**9)}",
            },
            n,
            NOW_S - 3600 - n // 10,
        )
        for n in range(number)
    ]


def computing(held: list[Record], text: str) -> Iterator[Bench]:
    """A session whose last answer has read these records and has to end."""
    with bench(is_real=True, limit=None) as b:
        (plan,) = compiled(text, b.session.state).plans
        answer = Answer(plan, text)
        for place in range(0, len(held), 100):
            answer._ways.through(held[place : place + 100])
            answer._heap.grew(100)
        answer._has_come = True
        b.session.state.last = answer
        yield b


def waiting(kind: str) -> Iterator[Bench]:
    """A session whose second page never comes, or is refused for a minute."""

    async def change(response: httpx.Response, at: int) -> httpx.Response:
        if at == 1:
            return response
        if kind == "a slow page":
            await asyncio.Event().wait()
        return httpx.Response(429, headers={"Retry-After": "60"}, json={})

    with bench(is_real=True, change=change) as b:
        yield b


def measured(b: Bench, entry: str, moment_s: float) -> tuple[float, float] | None:
    """Seconds from the interrupt to the end, and how late it was; None: it was done."""
    at: list[float] = []

    def hit() -> None:
        at.append(time.monotonic())
        b.session.interrupt()

    timer = threading.Timer(moment_s, hit)
    began_s = time.monotonic()
    timer.start()
    events = b.events(entry)
    ended_s = time.monotonic()
    timer.cancel()
    if not any(type(e).__name__ == "Interrupted" for e in events):
        return None
    return ended_s - at[0], at[0] - began_s - moment_s


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    held = made(number)
    states = [(f"{text}, {number:,} records", text, "\\resume") for text in COMPUTED]
    states += [(kind, "", "limit 500") for kind in ("a slow page", "a rate limit")]
    for name, text, entry in states:
        found = []
        for moment_s in MOMENTS_S:
            for b in computing(held, text) if text else waiting(name):
                found += [measured(b, entry, moment_s)]
        there = [pair for pair in found if pair is not None]
        worst = max((took for took, _ in there), default=0.0) * 1000
        late = max((late for _, late in there), default=0.0) * 1000
        print(f"{worst:6.0f} ms (timer late by {late:.0f})  {name}")


if __name__ == "__main__":
    main()
