"""A walk over pages goes on or is a bad page; it never goes round."""

import pytest

from auditql.catalog.record import Record
from auditql.providers.zendesk.pages import BadPage, Page
from auditql.providers.zendesk.walk import Walk


def page(ids: list[int], after: str | None = "c") -> Page:
    records = [
        Record.from_json({"id": n, "created_at": "2026-01-01T00:00:00Z"}) for n in ids
    ]
    return Page(records, after is not None, after)


def test_pages_with_new_records_lead_on() -> None:
    """To the last, which may be empty or carry a cursor again."""
    walk = Walk()
    for n in range(50):
        walk.step(page([n, n + 1], f"c{n}"))
    walk.step(page([], None))


def test_records_that_were_partly_there_are_progress() -> None:
    """The merge drops what came twice."""
    walk = Walk()
    walk.step(page([1, 2, 3], "a"))
    assert walk.step(page([3, 4], "b")).after == "b"


def test_a_record_that_comes_again_is_compared_as_json() -> None:
    """`1` is not `true`, though Python takes them for equal."""
    time = "2026-01-01T00:00:00Z"
    one, other, new = (
        Record.from_json({"id": n, "created_at": time, "new": value})
        for n, value in ((1, 1), (1, True), (2, 1))
    )
    walk = Walk()
    walk.step(Page([one], True, "a"))
    assert [other, new] == walk.step(Page([other, new], True, "b")).records


@pytest.mark.parametrize("after", ["b", None])
@pytest.mark.parametrize("ids", [[1, 2], [2], [2, 1]])
def test_a_page_without_a_new_record_is_bad(ids: list[int], after: str | None) -> None:
    """Also when it says that it is the last: what should have come did not."""
    walk = Walk()
    walk.step(page([1, 2], "a"))
    with pytest.raises(BadPage, match="a page came again"):
        walk.step(page(ids, after))


def test_a_cursor_that_came_before_is_bad() -> None:
    """New records do not help: it leads back."""
    walk = Walk()
    walk.step(page([1], "a"))
    walk.step(page([2], "b"))
    with pytest.raises(BadPage, match="a cursor came again"):
        walk.step(page([3], "a"))


@pytest.mark.parametrize("before", [0, 1, 5, 30])
@pytest.mark.parametrize("length", [1, 2, 3, 7, 20])
def test_a_circle_with_new_cursors_ends(before: int, length: int) -> None:
    """Found within three times its way, whatever leads into it."""
    walk = Walk()
    steps = 0

    def go_round() -> None:
        nonlocal steps
        for steps in range(500):
            place = steps if steps < before else before + (steps - before) % length
            walk.step(page([2 * place, 2 * place + 1], f"c{steps}"))

    with pytest.raises(BadPage, match="a page came again"):
        go_round()
    assert steps <= 3 * (before + length) + 2


def test_a_bad_step_changes_nothing() -> None:
    """The same page can be asked for again and be right then."""
    walk = Walk()
    walk.step(page([1], "a"))
    for _ in range(3):
        with pytest.raises(BadPage):
            walk.step(page([1], "b"))
    walk.step(page([2], "b"))
    walk.step(page([3], None))
