"""A walk over pages gives every record once, in the order of time."""

import pytest

from auditql.catalog.record import Record
from auditql.providers.zendesk.pages import BadPage, Page
from auditql.providers.zendesk.walk import Walk


def page(*keys: tuple[int, int], label: str = "as it was") -> Page:
    """A page of records by id and second, with more to come."""
    records = [
        Record.from_json(
            {
                "id": number,
                "created_at": f"2026-01-01T00:00:{second:02d}Z",
                "source_label": label,
            }
        )
        for number, second in keys
    ]
    return Page(records, True, f"after {keys}")


def ids(found: Page) -> list[int]:
    return [record.id for record in found.records]


def test_records_of_the_page_before_come_once() -> None:
    """Also those of earlier seconds, which no merge would see again."""
    walk = Walk()
    walk.step(page((1, 30), (2, 20), (3, 10)))
    assert [4] == ids(walk.step(page((2, 20), (3, 10), (4, 5))))
    assert [5] == ids(walk.step(page((4, 5), (5, 5))))


def test_one_id_with_another_content_is_kept() -> None:
    """It is told by the merge: the log should never change."""
    walk = Walk()
    walk.step(page((1, 10)))
    changed = page((1, 10), (2, 10), label="changed")
    assert [1, 2] == ids(walk.step(changed))


@pytest.mark.parametrize("descending", [True, False])
def test_a_page_out_of_order_is_bad(descending) -> None:
    """Within the page and against the page before; asked again, it may be right."""
    seconds = [40, 30, 20, 10] if descending else [10, 20, 30, 40]
    first, second, third, fourth = enumerate(seconds, start=1)
    walk = Walk(descending=descending)
    with pytest.raises(BadPage, match="out of the order of time"):
        walk.step(page(second, first))
    walk.step(page(first, third))
    with pytest.raises(BadPage, match="out of the order of time"):
        walk.step(page(second, fourth))
    assert [4] == ids(walk.step(page(fourth)))
