"""A plan parted by covered times: what is read where, and what is left as it is."""

import pytest

import auditql
from auditql.plan.coverage import (
    BEGINNING_S,
    MOST_PARTS,
    covered_plan,
    is_local,
    times_of,
    uses_mirror,
)
from auditql.plan.model import FOREVER_S, REACH_S, Interval, Mode
from auditql.plan.plan import Plan
from auditql.providers.zendesk.requests import _CURSOR_ROOM, URL_BYTES

NOW_S = 1_773_144_000  # 2026-03-10T12:00:00Z
DAY_S = 86_400
FEBRUARY = Interval(1_769_904_000, 1_772_323_200)
TODAY = Interval(1_773_100_800, 1_773_187_200)


def plan_of(text: str) -> Plan:
    """The plan of a text at the fixed now."""
    return auditql.compile(text, now=NOW_S)


def api_and_mirror(plan: Plan) -> tuple[tuple[Interval, ...], tuple[Interval, ...]]:
    """The times that the API is asked for, and those of the mirror."""
    return times_of(plan, Mode.CURSOR), times_of(plan, Mode.LOCAL)


def test_a_month_that_is_covered_is_asked_of_nobody() -> None:
    """No request is left, one scan reads the mirror."""
    made = covered_plan(plan_of("created_at in 2026-02"), [FEBRUARY])
    assert ((), (FEBRUARY,)) == api_and_mirror(made)
    assert is_local(made)
    assert () == made.requests


def test_what_is_not_covered_is_asked_for_on_both_sides() -> None:
    """Newest first: the end, the mirror, the beginning; rising: the reverse."""
    low, high = FEBRUARY.start - DAY_S, FEBRUARY.end + DAY_S
    for order, turn in (("", -1), ("order by created_at", 1)):
        text = f"created_at >= 2026-01-31 and created_at < 2026-03-02 {order}"
        made = covered_plan(plan_of(text), [FEBRUARY])
        parts = [made.scans[place].box.created for (place,) in made.groups]
        wanted = [Interval(low, FEBRUARY.start), FEBRUARY, Interval(FEBRUARY.end, high)]
        assert wanted[::turn] == parts
        assert 2 == len(made.requests)
        for request, part in zip(
            made.requests, (wanted[0], wanted[2])[::turn], strict=True
        ):
            seconds = [v for n, v in request.params if n == "filter[created_at][]"]
            assert auditql.compile(
                f"created_at >= {seconds[0]} and created_at < {seconds[1]}"
            ).scans[0].box.created == Interval(part.start - 1, part.end)


def test_a_question_without_an_end_is_asked_to_its_end() -> None:
    """Behind the mirror a range without an end of its own, whatever now is."""
    made = covered_plan(plan_of("action = login"), [FEBRUARY])
    newest, oldest = (
        Interval(FEBRUARY.end, FOREVER_S),
        Interval(None, FEBRUARY.start),
    )
    assert ((oldest, newest), (FEBRUARY,)) == api_and_mirror(made)
    rising = covered_plan(plan_of("action = login order by created_at"), [FEBRUARY])
    assert Interval(FEBRUARY.end, None) == times_of(rising, Mode.CURSOR)[-1]


def test_no_piece_is_asked_for_in_a_longer_url_than_the_plan_s() -> None:
    """The range of a piece needs room too: where none is left, lists are cut again."""
    base, most = f"https://{'x' * 63}.zendesk.com", URL_BYTES - _CURSOR_ROOM
    cut = 0
    for number in range(70, 110):
        values = ", ".join(str(10**11 + n) for n in range(number))
        plan = plan_of(f"actor_id in ({values})")
        made = covered_plan(plan, [FEBRUARY])
        assert max(len(request.url(base)) for request in made.requests) <= most
        asked = [s for s in made.scans if s.request.mode is Mode.CURSOR]
        for time in times_of(made, Mode.CURSOR):
            parts = [s.box.sets["actor_id"] for s in asked if s.box.created == time]
            assert number == len(frozenset().union(*parts)) == sum(map(len, parts))
        cut += len(made.requests) > 2 * len(plan.requests)
    assert cut


def test_a_range_without_an_end_reaches_no_farther_than_it_is_asked() -> None:
    """A mirror that holds more gives no more than the API would."""
    made = covered_plan(
        auditql.compile("created_at >= 2026-02-01", now=FEBRUARY.start + DAY_S),
        [Interval(0, FEBRUARY.end)],
    )
    until = FEBRUARY.start + DAY_S + REACH_S
    assert ((), (Interval(FEBRUARY.start, until),)) == api_and_mirror(made)


def test_covered_from_the_year_2000_is_covered_from_the_beginning() -> None:
    """Nothing before is asked for; a second later something is."""
    for start, pieces in ((0, 1), (BEGINNING_S, 1), (BEGINNING_S + 1, 2)):
        covered = [Interval(start, FEBRUARY.end)]
        made = covered_plan(plan_of("created_at < 2026-02-01"), covered)
        assert pieces == len(made.scans)


def test_what_is_not_covered_at_all_is_as_it_was() -> None:
    """The very plan, also where nothing is covered, or another time is."""
    plan = plan_of("created_at in 2026-02")
    assert plan is covered_plan(plan, [])
    assert plan is covered_plan(plan, [TODAY])


@pytest.mark.parametrize("text", ["page 3 size 50", "after 'abc'", "id in (4, 5)"])
def test_pages_and_look_ups_are_the_api_s(text: str) -> None:
    """A page is what the API makes of it; an id has no time."""
    plan = plan_of(text)
    assert plan.scans == covered_plan(plan, [Interval(0, NOW_S)]).scans


def test_a_count_is_the_mirror_s_only_where_all_of_it_is_covered() -> None:
    """Else one request answers it, as before."""
    plan = plan_of("action = login and created_at in 2026-02 | count")
    assert plan.reads_count
    made = covered_plan(plan, [FEBRUARY])
    assert (False, True) == (made.reads_count, is_local(made))
    assert plan is covered_plan(plan, [Interval(FEBRUARY.start + 1, FEBRUARY.end)])
    assert plan is covered_plan(plan, [])
    everything = plan_of("action = login | count")
    assert everything is covered_plan(everything, [Interval(0, NOW_S)])


def test_alternatives_that_one_box_says_are_read_once() -> None:
    """A list that was cut for its URL is whole where no URL is sent."""
    numbers = ", ".join(str(10**17 + n) for n in range(400))
    text = f"actor_id in ({numbers}) and created_at in 2026-02"
    plan = plan_of(text)
    assert 1 < len(plan.scans)
    made = covered_plan(plan, [FEBRUARY])
    assert 1 == len(made.scans)
    assert 400 == len(made.scans[0].box.sets["actor_id"])


def test_a_mirror_in_shreds_is_not_asked_around() -> None:
    """Only the longest parts count beside the API; alone, the mirror gives all."""
    covered = [
        Interval(FEBRUARY.start + 100 * n, FEBRUARY.start + 100 * n + 1 + n % 50)
        for n in range(3 * MOST_PARTS)
    ]
    plan = plan_of("created_at in 2026-02")
    made = covered_plan(plan, covered)
    held = times_of(made, Mode.LOCAL)
    assert MOST_PARTS == len(held)
    shortest = min(h.end - h.start for h in held)
    assert MOST_PARTS >= sum(c.end - c.start > shortest for c in covered)
    alone = covered_plan(plan, covered, asks_api=False)
    assert tuple(covered) == times_of(alone, Mode.LOCAL)


def test_the_mirror_alone_leaves_gaps_and_asks_nothing() -> None:
    """What is missing is a scan of its own, read nowhere."""
    plan = plan_of("action = login or id = 7")
    made = covered_plan(plan, [FEBRUARY], asks_api=False)
    gaps = (Interval(None, FEBRUARY.start), Interval(FEBRUARY.end, FOREVER_S))
    assert () == made.requests
    assert gaps == times_of(made, Mode.GAP)
    assert {Mode.LOCAL, Mode.GAP} == {scan.request.mode for scan in made.scans}
    nothing = covered_plan(plan_of("action = login"), [], asks_api=False)
    assert not uses_mirror(nothing)
    assert [Mode.GAP] == [scan.request.mode for scan in nothing.scans]
