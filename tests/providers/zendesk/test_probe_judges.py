"""The judges of a probe, where a naive one would be taken in."""

from collections.abc import Iterable

import httpx
import pytest
from probing import DAY_S, NOW_S, Account, Pairs, answers, busy, probe, verdicts
from probing import record as raw

from auditql.catalog.record import Record
from auditql.providers.zendesk import probe_order, probe_ranges, probe_values
from auditql.providers.zendesk.probe_findings import Status
from auditql.providers.zendesk.probe_sample import (
    OLDEST_S,
    Design,
    Listed,
    Sample,
    difference,
    sample_of,
)


def sample(records: Iterable[Record]) -> Sample:
    """An account that is known whole, up to second 999 of 2000."""
    newest_first = sorted(records, key=lambda r: -r.created_s)
    return sample_of(newest_first, OLDEST_S + 1000, has_more=False)


def at(*seconds: int, **fields: object) -> tuple[Record, ...]:
    """Records of these seconds of 2000, the id of each ten times its second."""
    return tuple(Record.from_json(raw(10 * s, OLDEST_S + s, **fields)) for s in seconds)


def judged(design: Design | str, *records: Record, has_more: bool = False) -> str:
    """The answers, one behind the other; `-` for none."""
    assert isinstance(design, Design)
    found = design.judge(Listed(records, has_more, "x" if has_more else None))
    return " ".join(v.answer or "-" for v in found)


@pytest.mark.parametrize(
    ("came", "has_more", "answer"),
    [
        (at(40, 30, 20), False, "included included"),
        (at(30), False, "excluded excluded"),
        (at(40, 20), False, "loses records loses records"),
        ((), False, "loses records loses records"),
        (at(50, 40, 30, 20), False, "does not hold does not hold"),
        (at(40, 30, 20, 10), False, "does not hold does not hold"),
        (at(40, 30), True, "- -"),
    ],
)
def test_a_range_is_judged_by_its_middle_and_its_outside(
    came: tuple[Record, ...], has_more: bool, answer: str
) -> None:
    """Without the middle nothing is an end; with the outside everything would be."""
    known = sample(at(20, 30, 40, 500, 600))
    assert answer == judged(probe_ranges.ends(known), *came, has_more=has_more)


def test_three_seconds_and_none_beside_them_are_too_few() -> None:
    """A range that is not heeded at all would look as one with both ends."""
    assert isinstance(probe_ranges.ends(sample(at(20, 30, 40))), str)


def test_a_future_end_that_loses_the_newest_record() -> None:
    """It is lost for sure only where no page follows."""
    (newest,) = at(600)
    design = probe_ranges.future_end(newest, OLDEST_S + 1100)
    assert "accepted" == judged(design, newest, *at(500))
    assert "loses records" == judged(design, *at(500))
    assert "-" == judged(design, *at(700), has_more=True)


def many(*actions: str) -> tuple[Record, ...]:
    return tuple(
        one for n, action in enumerate(actions, 1) for one in at(10 * n, action=action)
    )


def test_two_values_are_judged_by_all_that_is_known() -> None:
    """Lost, strange, late and cut off are told apart."""
    known = many("login", "login", "create", "create", "update")
    design = probe_values.several("action")(sample(known))
    right = known[:4]
    (late,) = at(15, action="create")
    assert "works" == judged(design, *right)
    assert "loses records" == judged(design, *right[:3])
    assert "loses records" == judged(design)
    assert "does not filter" == judged(design, *known)
    assert "records come late" == judged(design, *right, late)
    assert "-" == judged(design, *right, has_more=True)


def test_an_answer_that_goes_on_has_lost_nothing_yet() -> None:
    """What is missing may stand on the next page."""
    known = sample(at(10, 20))
    for has_more, lost in ((True, 0), (False, 1)):
        found = difference(known, Listed(at(20), has_more), lambda _: True)
        assert lost == len(found.lost)


def test_a_source_id_alone_that_loses_records() -> None:
    """Neither honoured nor ignored."""
    known = at(10, 20, source_id=1) + at(30, 40, source_id=2)
    design = probe_values.id_alone(sample(known))
    assert "honoured" == judged(design, *known[2:])
    assert "loses records" == judged(design, known[3])
    assert "ignored" == judged(design, *known)
    assert "-" == judged(design, *known[2:], has_more=True)


@pytest.mark.parametrize(
    ("seconds", "actors", "answer"),
    [
        ((10, 20, 30), (1, 2, 3), "-"),  # in both orders
        ((30, 20, 10), (2, 3, 1), "ignored"),
        ((20, 30, 10), (1, 2, 3), "honoured"),
        ((20, 30, 10), (3, 2, 1), "honoured"),
        ((20, 30, 10), (2, 3, 1), "in another order"),
        ((20, 30, 10), (1, 2, 2), "-"),  # too few to be in order by chance
        ((10, 10, 10), (2, 3, 1), "-"),  # no order of time to be seen
    ],
)
def test_a_sort_is_judged_by_both_orders(
    seconds: tuple[int, ...], actors: tuple[int, ...], answer: str
) -> None:
    """One that is dropped leaves the order of time, one that is heeded another."""
    records = [
        one for s, a in zip(seconds, actors, strict=True) for one in at(s, actor_id=a)
    ]
    assert answer == judged(probe_order.other_sort(sample(())), *records)


def test_a_hundred_records_without_more_tell_of_no_size() -> None:
    """The account may have no other."""
    design = probe_order.page_size(sample(()))
    page = at(*range(100, 0, -1))
    assert "-" == judged(design, *page)
    assert "cut to 100" == judged(design, *page, has_more=True)
    assert "honoured" == judged(design, *at(*range(101, 0, -1)))


@pytest.mark.parametrize(
    ("page", "answer"),
    [
        (at(30, 20), None),
        (at(40, 30), "leads to the same page"),
        ((), "leads to nothing"),
        (at(60, 20), "leads elsewhere"),
        (at(20, 30), "leads elsewhere"),
    ],
)
def test_a_page_follows_another(page: tuple[Record, ...], answer: str | None) -> None:
    """Older, in order, and none of it twice."""
    found = probe_order.follows(at(50, 40), Listed(page))
    assert answer == (None if found is None else found.answer)


@pytest.mark.parametrize(
    ("again", "answer", "status"),
    [
        (at(30, 20), "survives", Status.OBSERVED),
        (at(30), "moved", Status.OBSERVED),
        (at(35, 30, 20), "survives", Status.OBSERVED),  # too young to be late
        (at(30, 25, 20), "records come late", Status.AGAINST),
    ],
)
def test_a_cursor_asked_twice(
    again: tuple[Record, ...], answer: str, status: Status
) -> None:
    """What has settled must be as it was; what is younger may grow."""
    found = probe_order.same_again(Listed(at(30, 20)), Listed(again), 7, OLDEST_S + 32)
    assert (answer, status) == (found.answer, found.status)


def test_a_list_out_of_order_is_no_sample() -> None:
    """Two records that change places: what follows them is not known in full."""

    def swapped(asked: Pairs, body: dict[str, object]) -> object:
        records = body.get("audit_logs")
        if ("sort", "-created_at") in asked and isinstance(records, list) and records:
            records[0], records[-1] = records[-1], records[0]
        return body

    records = [raw(n, NOW_S - DAY_S - 9 * n, action=f"a{n % 4}") for n in range(60)]
    found = probe(Account(records, body=swapped))
    assert ["ids_descending"] == [f.question.name for f in found.against]
    assert {None} == {answers(found)[n] for n in ("action", "count", "range_start")}
    assert "works" == answers(probe(Account(records)))["action"]


def test_a_service_that_fails_is_not_one_that_refuses() -> None:
    """After five attempts the question is open, with the reason."""

    def before(account: Account, _number: int) -> httpx.Response | None:
        if "per_page=1&" in f"{account.asked[-1].url}&":
            return httpx.Response(500, stream=httpx.ByteStream(b"no"))
        return None

    found = probe(busy(before=before), most=40)
    verdict = verdicts(found)["count"]
    assert (Status.UNSEEN, None) == (verdict.status, verdict.answer)
    assert verdict.evidence.startswith("after 5 attempts: the service failed (500)")
    spent = {f.question.name: f.requests for f in found.findings}
    assert (5, ()) == (spent["count"], found.against)
