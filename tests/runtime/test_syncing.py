"""A mirror brought up to date: gaps, turns that fail, clocks that jump."""

import random
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from synced_account import BASE, DAY_S, NOW_S, Account, held, prune, settled, turn

from auditql.catalog.record import Record
from auditql.emulator import generate
from auditql.errors import ApiError, RunError
from auditql.plan.model import Interval
from auditql.providers.mirror.opening import Place
from auditql.providers.mirror.writer import SETTLE_S
from auditql.runtime.syncing import _in_order, gaps


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "mirror" / "m.sqlite", BASE)


@pytest.fixture(scope="module")
def records() -> list[dict[str, object]]:
    made = list(generate(5, 1_500, NOW_S - 20 * DAY_S, NOW_S))
    for number, record in enumerate(made[400:700]):
        record["created_at"] = "2026-02-26T08:00:0" + str(number % 2) + "Z"
    return made


def test_gaps_are_what_is_not_covered() -> None:
    """Second by second the same as a set; newest first, none empty, none touching."""
    for seed in range(500):
        chance = random.Random(seed)
        ends = sorted(chance.sample(range(40), 6))
        covered = [
            Interval(*ends[p : p + 2])
            for p in range(0, chance.choice((0, 2, 4, 6)), 2)
            if ends[p] < ends[p + 1]
        ]
        wanted = Interval(chance.randrange(20), chance.randrange(45))
        found = gaps(covered, wanted)
        seconds = {s for g in found for s in range(g.start or 0, g.end or 0)}
        there = {s for c in covered for s in range(c.start or 0, c.end or 0)}
        assert set(range(wanted.start or 0, wanted.end or 0)) - there == seconds
        assert sorted(found, key=lambda g: -(g.start or 0)) == list(found)
        assert all((a.start or 0) > (b.end or 0) for a, b in pairwise(found))


@pytest.mark.parametrize("concurrency", [1, 8])
def test_the_whole_account(
    records: list[dict[str, object]], place: Place, concurrency: int
) -> None:
    """Everything up to five minutes before now, and not a second more."""
    account = Account(records)
    work = turn(account, place, concurrency=concurrency)
    end_s = NOW_S - SETTLE_S
    assert (settled(records, 0, end_s), (Interval(0, end_s),)) == held(place)
    assert 1_500 == work.records
    account.now_s += 3_600
    account.asked = 0
    turn(account, place)
    assert 2 <= account.asked <= 4
    end_s += 3_600
    assert (settled(records, 0, end_s), (Interval(0, end_s),)) == held(place)


@pytest.mark.parametrize(
    "seed",
    [*range(3), *(pytest.param(s, marks=pytest.mark.full) for s in range(3, 40))],
)
def test_whatever_ends_it_the_next_turn_goes_on(
    records: list[dict[str, object]], place: Place, seed: int
) -> None:
    """Requests that fail at random, and windows in any order: as if undisturbed."""
    chance = random.Random(seed)
    account = Account(records)
    for _ in range(6):
        account.left = chance.randrange(1, 9)
        since_s = NOW_S - chance.randrange(1, 30 * DAY_S)
        with suppress(RunError):
            turn(account, place, chance.choice((None, since_s)), chance.choice((1, 6)))
        account.now_s += chance.choice((0, 7, 600))
        raws, covered = held(place)
        assert raws == [
            raw
            for time in reversed(covered)
            for raw in settled(records, time.start or 0, time.end or 0)
        ]
    account.left = None
    turn(account, place, 0)
    end_s = int(account.now_s) - SETTLE_S
    assert (settled(records, 0, end_s), (Interval(0, end_s),)) == held(place)


def test_a_clock_that_jumps_covers_nothing_too_early(
    records: list[dict[str, object]], place: Place
) -> None:
    """The earlier clock counts; one that went back is said, nothing is lost."""
    account = Account(records)
    account.ahead_s = 7_200.0
    work = turn(account, place)
    assert work.words == (
        "the account's clock is 7,200 s ahead of this machine's; the earlier one counts"
    )
    end_s = NOW_S - SETTLE_S
    assert (Interval(0, end_s),) == held(place)[1]
    account.ahead_s = -7_200.0
    with pytest.raises(RunError, match="account's clock is 6,900 s behind what the"):
        turn(account, place)
    account.ahead_s, account.now_s = 7_200.0, NOW_S - 3_600.0
    with pytest.raises(RunError, match="this machine's clock is 7,200 s behind"):
        turn(account, place)
    assert (settled(records, 0, end_s), (Interval(0, end_s),)) == held(place)


@pytest.mark.parametrize("behind_s", [3_600.0, 400.0 * DAY_S])
def test_a_machine_whose_clock_is_behind_takes_nothing_out(
    records: list[dict[str, object]], place: Place, behind_s: float
) -> None:
    """Only the account's clock may, also where what it did not reach is taken out."""
    account = Account(records)
    turn(account, place)
    whole = held(place)
    account.now_s, account.ahead_s = NOW_S - behind_s, behind_s
    with pytest.raises(RunError, match=r"this machine's clock is .* behind"):
        turn(account, place, trims=True)
    assert whole == held(place)


def test_what_the_account_has_not_reached_is_taken_out(
    records: list[dict[str, object]], place: Place
) -> None:
    """Where that is wanted; what remains is as of an undisturbed read."""
    account = Account(records)
    turn(account, place)
    end_s = NOW_S - 2 * DAY_S
    account.ahead_s = float(-2 * DAY_S)
    turn(account, place, trims=True)
    end_s -= SETTLE_S
    assert (settled(records, 0, end_s), (Interval(0, end_s),)) == held(place)


@pytest.mark.parametrize("ahead_s", [-30.0, 0.0, 30.0])
def test_a_mirror_pruned_up_to_now_goes_on(
    records: list[dict[str, object]], place: Place, ahead_s: float
) -> None:
    """Nothing is left to cover; later turns read what settles by both clocks."""
    account = Account(records)
    account.ahead_s = ahead_s
    prune(place, NOW_S)
    for passed in (0, 0, 600):
        account.now_s += passed
        turn(account, place)
    end_s = NOW_S + 600 - SETTLE_S + int(min(ahead_s, 0))
    assert (settled(records, NOW_S, end_s), (Interval(NOW_S, end_s),)) == held(place)


def test_a_mirror_that_is_to_begin_later_is_said(
    records: list[dict[str, object]], place: Place
) -> None:
    """Nothing would be read for long, so it is no success; an earlier time ends it."""
    account = Account(records)
    prune(place, NOW_S + DAY_S)
    with pytest.raises(RunError, match="86,400 s behind that; `auditql sync --since`"):
        turn(account, place)
    turn(account, place, NOW_S - DAY_S)
    assert (Interval(NOW_S - DAY_S, NOW_S - SETTLE_S),) == held(place)[1]


def test_an_account_that_does_not_count_is_read_all_the_same(
    records: list[dict[str, object]], place: Place
) -> None:
    """Its answer tells the time; only the cost is unknown."""
    account = Account(records)
    answer = account.handle_async_request

    async def uncounted(request: httpx.Request) -> httpx.Response:
        response = await answer(request)
        if "per_page" in request.url.params:
            body = {"audit_logs": []}
            date = {"Date": response.headers["Date"]}
            return httpx.Response(200, json=body, headers=date)
        return response

    account.handle_async_request = uncounted  # type: ignore[method-assign]
    work = turn(account, place)
    assert work.records is None
    end_s = NOW_S - SETTLE_S
    assert (settled(records, 0, end_s), (Interval(0, end_s),)) == held(place)


def test_pages_out_of_order_cover_nothing(place: Place) -> None:
    """What came before is kept; behind it nothing counts as read."""

    def record(second: int) -> dict[str, object]:
        return {"id": second, "created_at": f"2026-03-10T10:00:{second:02}Z"}

    def page(request: httpx.Request) -> httpx.Response:
        date = {"Date": "Tue, 10 Mar 2026 12:00:00 GMT"}
        if "per_page" in request.url.params:
            body: dict[str, object] = {"audit_logs": [], "count": 4}
        elif "page[after]" in request.url.params:
            rows = [record(31), record(33)]
            body = {"audit_logs": rows, "meta": {"has_more": False}}
        else:
            meta = {"has_more": True, "after_cursor": "x"}
            body = {"audit_logs": [record(40), record(35)], "meta": meta}
        return httpx.Response(200, json=body, headers=date)

    account = Account([])
    account.handle_async_request = _answering(page)  # type: ignore[method-assign]
    with pytest.raises(ApiError, match="stand out of the order of time"):
        turn(account, place, concurrency=1)
    raws, covered = held(place)
    assert [record(40)] == raws
    records = [Record.from_json(record(second)) for second in (40, 31, 33)]
    with pytest.raises(ApiError, match="record 33 came out of the order of time"):
        _in_order(records, NOW_S)
    assert [(NOW_S - 7_200 + 36, NOW_S - SETTLE_S)] == [
        (c.start, c.end) for c in covered
    ]


def _answering(answer):  # type: ignore[no-untyped-def] # a transport's method
    async def handle(request: httpx.Request) -> httpx.Response:
        return answer(request)

    return handle
