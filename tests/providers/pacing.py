"""An account with a rate limit and workers that obey a pacer, in virtual time.

In: a kind of limit, workers, latencies, a seed. Out: when each request was
counted by the service, and which were refused. The limits are the emulator's:
they were written apart from the pacer.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random

from auditql.emulator import limits
from auditql.emulator.limits import LimitState
from auditql.emulator.settings import RateLimitKind
from auditql.providers.zendesk.pacer import Pacer

START_S = 1_773_144_000.0
"""A whole minute of the server's clock."""


@dataclass
class Run:
    """What happened.

    Attributes:
        sent_s: when each request left, in seconds since the run began.
        refused: of each refused request when the refusal came, and the seconds
            that it asked for.
    """

    sent_s: list[float] = field(default_factory=list)
    refused: list[tuple[float, float]] = field(default_factory=list)


@dataclass
class Account:
    """A limited account.

    Attributes:
        kind: how it counts.
        per_minute: how much it allows.
        begins_s: seconds after a whole minute at which a run begins.
        others: requests of others, a minute.
    """

    kind: RateLimitKind
    per_minute: int
    begins_s: float = 0.0
    others: int = 0
    state: LimitState | None = None

    def count(self, at_s: float) -> limits.Verdict:
        """Count one request."""
        self.state, verdict = limits.decide(
            self.kind, self.per_minute, self.state, START_S + self.begins_s + at_s
        )
        assert verdict is not None
        return verdict


class _Crowd:
    """Workers, the account and what is on its way between them."""

    def __init__(self, pacer: Pacer, account: Account, workers: int, random: Random):
        self.pacer = pacer
        self.account = account
        self.idle = workers
        self.random = random
        self.happened = Run()
        self.now_s = 0.0
        self.awake_s = 0.0  # of the only wake that counts
        self._order = 0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self.way_s: Callable[[], float] = float

    def at(self, when_s: float, happens: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self._events, (when_s, self._order, happens))

    def go_on(self) -> None:
        while self._events:
            self.now_s, _, happens = heapq.heappop(self._events)
            happens()

    def leave(self, last_s: float) -> None:
        """Send as much as may leave now; come back when more may."""
        while self.idle and self.now_s <= last_s:
            delay_s = self.pacer.delay_s(self.now_s)
            if delay_s is None:
                return
            if delay_s > 0:
                self.awake_s = self.now_s + delay_s + 1e-6
                self.at(self.awake_s, partial(self.wake, self.awake_s, last_s))
                return
            self.idle -= 1
            self.happened.sent_s.append(self.now_s)
            number = self.pacer.leave(self.now_s)
            self.at(self.now_s + self.way_s(), partial(self.arrive, number, last_s))

    def wake(self, set_for_s: float, last_s: float) -> None:
        """Leave, unless another wake was set since."""
        if self.awake_s == set_for_s:
            self.leave(last_s)

    def arrive(self, number: int, last_s: float) -> None:
        """The service counts a request and answers."""
        verdict = self.account.count(self.now_s)
        self.at(self.now_s + self.way_s(), lambda: self.hear(number, verdict, last_s))

    def hear(self, number: int, verdict: limits.Verdict, last_s: float) -> None:
        """The answer comes."""
        self.idle += 1
        told = {k.lower(): v for k, v in limits.headers(verdict)}
        if verdict.allowed:
            self.pacer.answered(number, self.now_s, told)
        else:
            asked_s = verdict.reset_s
            self.happened.refused.append((self.now_s, asked_s))
            self.pacer.lost(number)
            self.pacer.hold(self.now_s, asked_s + self.random.random())
        self.leave(last_s)


def run(
    pacer: Pacer,
    account: Account,
    *,
    workers: int,
    last_s: float,
    latency_s: float,
    jitter: float,
    seed: int,
) -> Run:
    """Let the workers send as fast as the pacer lets them.

    Args:
        pacer: decides.
        account: counts.
        workers: requests at once.
        last_s: no request leaves later.
        latency_s: of a request, there and back.
        jitter: part by which each way varies; answers come out of order.
        seed: decides the latencies.
    """
    random = Random(seed)
    crowd = _Crowd(pacer, account, workers, random)
    crowd.way_s = lambda: latency_s / 2 * (1 + jitter * random.uniform(-1, 1))
    for minute in range(int(last_s // 60) + 1):
        for _ in range(account.others):
            crowd.at(
                60 * (minute + random.random()),
                lambda: account.count(crowd.now_s) and None,
            )
    crowd.at(0.0, lambda: crowd.leave(last_s))
    crowd.go_on()
    return crowd.happened
