"""Courses, legs and windows: whole seconds, each read by exactly one cursor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditql.catalog.record import Record
from auditql.language.clock import text_of
from auditql.plan.capability import ReadShape
from auditql.plan.model import Box, Interval, Request
from auditql.providers.zendesk.course import OPEN_START_S, Stretch, course_of
from auditql.providers.zendesk.leg import Leg
from auditql.providers.zendesk.pages import Page
from auditql.providers.zendesk.requests import ZendeskSource, asked
from auditql.providers.zendesk.windows import Windows, buffer_rows

NOW_S = 1_773_144_000


def request(start: int | None, end: int | None, *, descending: bool = True) -> Request:
    """The request of the planner for a time, with a filter before it."""
    box = Box({"action": frozenset({"login"})}, Interval(start, end))
    (made,) = ZendeskSource().requests(box, ReadShape(descending, 100, NOW_S))
    return made


def page(*seconds: int, more: bool = True, ids: int = 1) -> Page:
    """A page of records at these seconds, ids rising."""
    records = [
        Record.from_json({"id": ids + n, "created_at": text_of(second)})
        for n, second in enumerate(seconds)
    ]
    return Page(records, more, f"after {ids} {seconds}" if more else None)


def read(leg: Leg, given: Page) -> list[int]:
    """What a leg keeps of a page, as seconds."""
    return [record.created_s for record in leg.takes(leg.checked(given))]


def ranges(made: Request) -> list[str]:
    return [value for name, value in made.params if name == "filter[created_at][]"]


@given(st.booleans(), st.integers(10**9, 2 * 10**9))
def test_places_rise_in_the_order_of_reading(descending, second) -> None:
    """Whichever way time runs."""
    course = course_of(request(10**9, 2 * 10**9, descending=descending))
    later = second + 1
    first, then = (later, second) if descending else (second, later)
    assert course.place(first) + 1 == course.place(then)


def test_an_open_start_is_where_the_planner_puts_it() -> None:
    """The parts of a read without a range begin where a range would."""
    shape = ReadShape(True, 100, NOW_S)
    assert asked(Interval(None, NOW_S), shape) == (OPEN_START_S, NOW_S)


@given(
    st.booleans(),
    st.integers(OPEN_START_S + 10, NOW_S - 100),
    st.integers(1, 50),
    st.booleans(),
    st.booleans(),
)
def test_a_part_asks_a_second_more_on_each_side(
    descending, start, length, has_start, has_end
) -> None:
    """[s, e) is asked as [s - 1, e], beside the same filters, sort and size."""
    whole = request(
        start - 5 if has_start else None,
        NOW_S if has_end else None,
        descending=descending,
    )
    course = course_of(whole)
    end = start + length
    low, high = (-end, -start) if descending else (start, end)
    part = course.part(Stretch(low, high))
    assert ranges(part) == [text_of(start - 1), text_of(end)]
    others = [p for p in whole.params if p[0] != "filter[created_at][]"]
    assert [p for p in part.params if p[0] != "filter[created_at][]"] == others
    assert part.params[0] == ("filter[action]", "login")
    assert part.params[1][0] == "filter[created_at][]"


@pytest.mark.parametrize("descending", [True, False])
def test_a_part_up_to_the_end_keeps_the_end_that_was_planned(descending) -> None:
    """The far end of the last window is the request's own."""
    whole = request(NOW_S - 1000, NOW_S, descending=descending)
    course = course_of(whole)
    place = course.place(NOW_S - 500)
    far = ranges(course.part(Stretch(place, None)))
    kept = 0 if descending else 1
    assert far[kept] == ranges(whole)[kept]
    assert far[1 - kept] == text_of(NOW_S - 499 if descending else NOW_S - 501)


def test_a_read_without_a_range_gets_parts_with_one() -> None:
    """From the year 2000 to the second at which the part begins."""
    course = course_of(request(None, None))
    part = course.part(Stretch(course.place(NOW_S), None))
    assert ranges(part) == [text_of(OPEN_START_S), text_of(NOW_S + 1)]
    assert [name for name, _ in part.params][-2:] == ["sort", "page[size]"]


def test_a_leg_keeps_what_is_its_own_and_ends_behind_it() -> None:
    """Places 100 to 102: what lies before and behind is read by neighbours."""
    course = course_of(request(0, 1000, descending=False))
    leg = Leg(course, Stretch(100, 103))
    assert read(leg, page(99, 100, 101)) == [100, 101]
    assert not leg.is_done
    assert leg.asked().params[-1] == ("page[after]", "after 1 (99, 100, 101)")
    assert read(leg, page(102, 102, 103, ids=10)) == [102, 102]
    assert leg.is_done


def test_a_leg_that_met_its_last_second_goes_on() -> None:
    """More of that second may follow: only what lies behind the end ends it."""
    leg = Leg(course_of(request(0, 1000, descending=False)), Stretch(100, 103))
    read(leg, page(102, 102))
    assert not leg.is_done


def test_an_end_is_drawn_nearer_but_not_behind_what_was_asked_for() -> None:
    """Its cursor does not lead further than its request."""
    leg = Leg(course_of(request(0, 1000, descending=False)), Stretch(100, 200))
    read(leg, page(120))
    assert not leg.can_end_at(120)
    assert leg.can_end_at(121)
    leg.end_at(150)
    assert leg.can_end_at(200)
    assert not leg.can_end_at(201)


def test_a_refused_cursor_starts_again_at_the_last_second() -> None:
    """Its records that were given are dropped, the others of it are kept."""
    leg = Leg(course_of(request(0, 1000, descending=False)))
    read(leg, page(100, 101, 101))
    assert leg.restart()
    assert ranges(leg.asked()) == [text_of(100), text_of(1000)]
    assert "page[after]" not in dict(leg.asked().params)
    again = page(100, 101, 101, 101, 102)
    assert read(leg, again) == [101, 102]


def test_a_cursor_that_is_always_refused_ends_it() -> None:
    """Three new starts without a new record are enough."""
    leg = Leg(course_of(request(0, 1000, descending=False)))
    assert not leg.restart()  # nothing was read: the request itself is refused
    read(leg, page(100, 101))
    for _ in range(3):
        assert leg.restart()
        assert read(leg, page(100, 101)) == []
    assert not leg.restart()


def spread(count: int, step: int, start: int = 1) -> Page:
    """A page of records one step apart."""
    return page(*(start + n * step for n in range(count)), ids=start)


def begun(cursors: int = 8, step: int = 10, end: int = 10**7) -> Windows:
    """Windows after a first page of 100 records, one in ten seconds."""
    windows = Windows(course_of(request(1, end, descending=False)), cursors)
    (first,) = windows.open
    kept = first.leg.takes(first.leg.checked(spread(100, step)))
    windows.came(first, kept, None)
    return windows


def bounds(windows: Windows) -> list[tuple[int | None, int | None]]:
    return [(w.leg.stretch.low, w.leg.stretch.high) for w in windows.open]


def test_nothing_is_cut_before_the_first_page_is_in() -> None:
    """Nobody knows yet how much there is."""
    windows = Windows(course_of(request(1, 10**7, descending=False)), 8)
    assert windows.cut(8, buffer_rows(8)) is None


def test_windows_are_cut_off_the_end_as_long_as_the_density_says() -> None:
    """Eight pages each, at one record in ten seconds, the last to the end."""
    windows = begun()
    for _ in range(3):
        assert windows.cut(8, buffer_rows(8)) is not None
    lows = [low for low, _ in bounds(windows)]
    assert bounds(windows) == [*zip(lows, [*lows[1:], None], strict=True)]
    assert lows[0] is None
    assert lows[1] == pytest.approx(991 + 8000, rel=0.02)
    assert lows[2] == pytest.approx(lows[1] + 8000, rel=0.02)


def test_what_may_be_lost_bounds_the_cuts() -> None:
    """Until pages come in, no more windows than cursors were allowed."""
    windows = begun(cursors=4)
    cuts = 0
    while windows.cut(100, 10**9) is not None:
        cuts += 1
    assert cuts == 3


def test_no_more_is_begun_than_somebody_will_take() -> None:
    """Of 500 more records a window takes two pages, and nobody a sixth."""
    windows = begun()
    cuts = 0
    while (new := windows.cut(8, buffer_rows(8), wanted=500)) is not None:
        cuts += 1
        assert new.leg.stretch.low == pytest.approx(991 + cuts * 2000, rel=0.02)
    assert cuts == 2


def test_two_cuts_of_one_window_leave_three_in_order() -> None:
    """The far part of the second cut ends where that of the first begins."""
    windows = begun(end=3_000_000)
    (first,) = windows.open
    assert windows._cut_at(first, 60_000) is not None
    assert windows._cut_at(first, 30_000) is not None
    assert bounds(windows) == [(None, 30_000), (30_000, 60_000), (60_000, None)]


@given(st.lists(st.integers(1, 10**6), max_size=40), st.booleans())
def test_windows_always_lie_side_by_side(places, descending) -> None:
    """However they are cut: no place belongs to two of them or to none."""
    end = NOW_S if descending else 10**6
    start = NOW_S - 10**6 if descending else 1
    course = course_of(request(start, end, descending=descending))
    windows = Windows(course, 16)
    (first,) = windows.open
    begin = -NOW_S if descending else 1
    seconds = (course.place(begin), course.place(begin + 1))
    windows.came(first, first.leg.takes(first.leg.checked(page(*seconds))), None)
    for number, place in enumerate(places):
        windows._cut_at(windows.open[number % len(windows.open)], begin + place)
    cut = bounds(windows)
    assert cut[0][0] is None
    assert cut[-1][1] is None
    assert [low for low, _ in cut[1:]] == [high for _, high in cut[:-1]]
    lows = [low for low, _ in cut[1:]]
    assert lows == sorted(set(lows))


def test_a_window_beside_a_crowd_begins_one_second_further_on() -> None:
    """A page of the neighbour's second came, and more of it would follow."""
    windows = begun()
    (first,) = windows.open
    second = windows._cut_at(first, 5000)
    assert second is not None
    crowd = page(*[4999] * 100, ids=10**6)
    kept = second.leg.takes(second.leg.checked(crowd))
    windows.came(second, kept, None)
    assert bounds(windows) == [(None, 5001), (5001, None)]
    assert ranges(second.leg.asked())[0] == text_of(5000)


def test_a_crowd_is_read_through_where_the_neighbour_cannot_reach_on() -> None:
    """The neighbour's request ends there: a second more would be lost."""
    windows = begun()
    (first,) = windows.open
    far = windows._cut_at(first, 5000)
    middle = windows._cut_at(first, 3000)
    assert far is not None
    assert middle is not None
    # The middle one was asked for up to 5000 only.
    kept = far.leg.takes(far.leg.checked(page(*[4999] * 100, ids=10**6)))
    windows.came(far, kept, None)
    assert bounds(windows) == [(None, 3000), (3000, 5000), (5000, None)]


def test_nothing_more_is_asked_for_behind_a_proof_of_emptiness() -> None:
    """A request to the end of everything came back empty: so are those behind."""
    windows = begun()
    (first,) = windows.open
    far = windows._cut_at(first, 90_000)
    empty = windows._cut_at(first, 50_000)
    assert far is not None
    assert empty is not None
    # It was asked for up to 90,000 only, which says nothing about what follows.
    windows.came(empty, empty.leg.takes(empty.leg.checked(page(more=False))), None)
    assert not far.is_read
    last = windows._cut_at(far, 95_000)
    assert last is not None
    windows.came(far, far.leg.takes(far.leg.checked(page(more=False))), None)
    assert last.is_read
