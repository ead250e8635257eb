"""The shell that bench_shell.py measures, in a state that takes long to come to.

    python tests/benchmarks/bench_shell_states.py STATE

STATE is `many` (it has seen 10,000 names, as all have), `silent` (no page ever
comes), `limited` (two requests a minute) or `sort` (it has read a million records,
and has to sort them).
"""

import asyncio
import gc
import sys

import httpx

from auditql.catalog.record import Record
from auditql.emulator import AsyncEmulatorTransport, Emulator, Settings, generate
from auditql.emulator.settings import RateLimitKind
from auditql.shell.output import Output
from auditql.shell.session.accounts import Transported
from auditql.shell.session.answer import Answer
from auditql.shell.session.compiling import compiled
from auditql.shell.terminal.standing import Standing
from auditql.shell.terminal.start import Shell, Wanted

NOW_S = 1_773_144_000


class Never(httpx.AsyncBaseTransport):
    """An account that never answers."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(3600)
        raise AssertionError


def run(state: str) -> None:
    """Run the shell in one of the states, to its end."""
    limits = {"rate_limit": RateLimitKind.BUCKET, "per_minute": 2}
    records = generate(3, 2_000, NOW_S - 30 * 86_400, NOW_S)
    emulator = Emulator(
        records,
        Settings(**limits if state == "limited" else {}),
        clock=lambda: float(NOW_S),
    )
    answers = Never() if state == "silent" else AsyncEmulatorTransport(emulator)
    account = Transported("http://127.0.0.1", answers)
    shell = Shell(
        Wanted(now_s=NOW_S), Standing("bench"), Output.standard(), lambda _: account
    )
    session = shell._behind.session()
    for number in range(10_000):
        session.state.seen.note("actor_name", f"name {number:05} of many", number % 97)
    session.state.seen.settle()
    gc.set_threshold(100_000)  # as the program itself does
    if state == "sort":
        session.state.last = _sorted_soon(session)
        gc.collect()
    shell.run()


def _sorted_soon(session: object) -> object:
    """An answer that has read a million records and has to sort them."""
    text = "order by actor_name"
    (plan,) = compiled(text, session.state).plans
    answer = Answer(plan, text)
    raws = [
        {
            "id": n,
            "created_at": "2026-03-10T11:00:00Z",
            "actor_name": f"{n * 7919 % 100_003:06}",
        }
        for n in range(100_003)
    ]
    held = [Record(raws[n % 100_003], n, NOW_S - 3600 - n) for n in range(1_000_000)]
    answer._ways.through(held)
    answer._has_come = True
    return answer


if __name__ == "__main__":
    run(sys.argv[1])
