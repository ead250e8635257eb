"""Tokens that die under many requests at once, in virtual time: the read goes on.

The account counts how often a token is shown, or how long it lives; each answer
takes a time of its own, so that refusals overtake what was let in before them.
"""

import asyncio
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx
import pytest

import auditql
from auditql.emulator import AsyncEmulatorTransport, Emulator, generate
from auditql.errors import AuthenticationFailed, PartialAnswer
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.auth import ClientCredentials
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.providers.zendesk.secret import Secret
from auditql.providers.zendesk.turns import Turns
from auditql.results.executor import execute

sys.path.append(str(Path(__file__).parents[2] / "simulation"))
import loop

NOW_S = 1_773_144_000
RECORDS = tuple(generate(5, 2_000, NOW_S - 30 * 86_400, NOW_S - 400))
STORE = Emulator(RECORDS).store
PAGES = 20
WAIT_S = 30
EXPIRED = {"error": "invalid_token"}


@dataclass
class Line(httpx.AsyncBaseTransport):
    """An account whose tokens die after so many uses, or so many seconds.

    Attributes:
        uses: that a token lets in; None for any number.
        life_s: of a token; None for ever.
        tells: whether the life is told.
        good: requests that are let in before every token is refused.
        held_each: so many requests one is told to wait; None for none.
        early: requests that left although another had been told to wait.
    """

    uses: int | None = None
    life_s: float | None = None
    tells: bool = False
    good: int = 10**9
    held_each: int | None = None
    hold_until_s: float = 0.0
    asked: int = 0
    early: int = 0
    minted: int = 0
    born_s: float = 0.0
    used: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._inner = AsyncEmulatorTransport(Emulator(STORE))
        self._random = Random(7)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        now_s = asyncio.get_running_loop().time
        if request.method == "GET":
            self.asked += 1
            self.early += now_s() < self.hold_until_s
            if self.held_each is not None and self.asked % self.held_each == 0:
                await asyncio.sleep(self._random.uniform(0.1, 0.6))
                self.hold_until_s = now_s() + WAIT_S
                return httpx.Response(429, headers={"retry-after": f"{WAIT_S}"})
        await asyncio.sleep(self._random.uniform(0.02, 0.08))
        if request.method == "POST":
            self.minted += 1
            self.born_s = now_s()
            body = {"access_token": f"t{self.minted}", "token_type": "bearer"}
            told = {"expires_in": self.life_s} if self.tells else {}
            response = httpx.Response(201, json=body | told)
        else:
            response = await self._log(request, now_s())
        await asyncio.sleep(self._random.uniform(0.02, 0.5))
        return response

    async def _log(self, request: httpx.Request, now_s: float) -> httpx.Response:
        proof = request.headers["authorization"]
        is_old = self.life_s is not None and now_s > self.born_s + self.life_s
        is_spent = self.uses is not None and self.used[proof] >= self.uses
        is_other = proof != f"Bearer t{self.minted}"
        if is_old or is_spent or is_other or self.used.total() >= self.good:
            self.refused[proof] += 1
            return httpx.Response(401, json=EXPIRED)
        self.used[proof] += 1
        return await self._inner.handle_async_request(request)


def read(line: Line, cursors: int, text: str = "created_at >= -30d") -> list[int]:
    """The ids that come; the error is the reader's own."""

    async def work() -> list[int]:
        plan = auditql.compile(text, now="2026-03-10T12:00:00Z")
        statistics = Statistics()
        reader = ZendeskReader(
            "http://127.0.0.1:9",
            ClientCredentials("auditor", Secret("s3cret", "x")),
            transport=line,
            statistics=statistics,
            clock=asyncio.get_running_loop().time,
            concurrency=cursors,
        )
        async with reader:
            return [row.id async for row in execute(plan, reader, statistics)]

    return loop.run(work())


@pytest.fixture(scope="module")
def newest_first() -> list[int]:
    """All records in the order of the answer, read with a token that lives."""
    return read(Line(), 1)


@pytest.mark.parametrize("cursors", [1, 2, 8, 16])
@pytest.mark.parametrize("uses", [1, 3, 7])
def test_a_token_that_lets_in_a_few_serves_more_cursors(
    newest_first: list[int], uses: int, cursors: int
) -> None:
    """The others are refused, wait until all are back, and go on with a new one."""
    line = Line(uses=uses)
    assert newest_first == read(line, cursors)
    assert line.minted <= PAGES * 1.02 + cursors
    assert max(line.refused.values()) <= cursors


@pytest.mark.parametrize("cursors", [1, 4, 8])
@pytest.mark.parametrize("tells", [True, False])
def test_tokens_that_live_for_a_second(
    newest_first: list[int], tells: bool, cursors: int
) -> None:
    """Whether that is told or not; a request takes up to half of it."""
    line = Line(life_s=1, tells=tells)
    assert newest_first == read(line, cursors)
    assert line.minted > 1


@pytest.mark.parametrize("held_each", [4, 5, 9])
@pytest.mark.parametrize("uses", [1, 2, 5])
def test_who_waits_for_a_token_waits_for_the_limit_too(
    newest_first: list[int], uses: int, held_each: int
) -> None:
    """A wait that is asked for meanwhile holds for those who had passed before."""
    line = Line(uses=uses, held_each=held_each)
    assert newest_first == read(line, 8)
    assert line.early == 0


def test_look_ups_outlive_their_tokens_too() -> None:
    """Two hundred of them, eight at once, five to a token."""
    ids = sorted(int(str(raw["id"])) for raw in RECORDS[:200])
    line = Line(uses=5)
    text = f"id in ({', '.join(map(str, ids))})"
    assert ids == sorted(read(line, 8, text))
    assert line.minted == 40


@pytest.mark.parametrize("cursors", [1, 2, 8, 16])
@pytest.mark.parametrize("good", [0, 1, 12])
def test_who_is_refused_with_any_token_does_not_go_on(good: int, cursors: int) -> None:
    """Each one in flight is refused once, and one of them with a new token."""
    line = Line(good=good)
    kind = PartialAnswer if good else AuthenticationFailed
    with pytest.raises(kind, match="minted anew"):
        read(line, cursors)
    assert line.minted <= 2 + 1
    assert line.refused.total() <= 2 * cursors
    assert max(line.refused.values()) <= cursors


def test_a_new_token_is_tried_by_one_alone() -> None:
    """Others may follow once it let somebody in, or once the first is back."""
    turns = Turns()
    turns.begin(1)
    turns.begin(1)
    turns.end(1)
    turns.refuse(1)
    assert not turns.may_use(1)
    assert not turns.is_quiet()
    turns.end(1)
    assert turns.is_quiet()
    turns.try_alone(2)
    assert turns.may_use(2)
    turns.begin(2)
    assert not turns.may_use(2)
    turns.let_in(2)
    assert turns.may_use(2)


def test_only_the_first_request_with_a_new_token_is_final() -> None:
    """A token that waited for a second try may have died of age; one that let
    somebody in has served; one that nobody had to ask for is no trial."""
    turns = Turns()
    turns.begin(1)
    assert not turns.is_final(1)
    turns.end(1)
    turns.refuse(1)
    turns.try_alone(2)
    turns.begin(2)
    assert turns.is_final(2)
    turns.end(2)
    turns.begin(2)
    assert not turns.is_final(2)
    turns.try_alone(3)
    turns.begin(3)
    turns.let_in(3)
    assert not turns.is_final(3)
