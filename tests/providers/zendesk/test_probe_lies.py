"""Services that do not do what plans rely on: each is told, and told rightly."""

import itertools

import httpx
import pytest
from probing import (
    DAY_S,
    FIELDS,
    NOW_S,
    Account,
    Pairs,
    answers,
    busy,
    probe,
    record,
    refusing,
    verdicts,
)

from auditql.providers.zendesk.probe_findings import Status


def keep(place: int, name: str) -> "object":
    """Take one value of a field alone, as the first or the last of a plain key."""

    def pairs(asked: Pairs) -> Pairs:
        several = [p for p in asked if p[0] == f"filter[{name}][]"]
        return [p for p in asked if p not in several or p == several[place]]

    return pairs


def without(name: str) -> "object":
    return lambda asked: [p for p in asked if not p[0].startswith(f"filter[{name}]")]


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("place", [0, -1])
def test_a_filter_that_takes_one_value_of_two_is_told(name: str, place: int) -> None:
    """Records of the other value do not come: against what plans rely on."""
    found = probe(busy(pairs=keep(place, name)))
    assert [name] == [f.question.name for f in found.against]
    assert "loses records" == answers(found)[name]


@pytest.mark.parametrize("name", FIELDS)
def test_a_filter_that_is_dropped_is_told(name: str) -> None:
    """Records of other values come."""
    found = probe(busy(pairs=without(name)))
    assert name in [f.question.name for f in found.against]
    assert "does not filter" == answers(found)[name]


def commas(asked: Pairs) -> Pairs:
    """Several values as one text, which nothing has."""
    several = [v for k, v in asked if k == "filter[action][]"]
    rest = [p for p in asked if p[0] != "filter[action][]"]
    return [*rest, ("filter[action]", ",".join(several))] if several else rest


def as_before(asked: Pairs) -> Pairs:
    """Whatever the cursor, the first page."""
    return [p for p in asked if p[0] != "page[after]"]


def always_falling(asked: Pairs) -> Pairs:
    return [p if p[0] != "sort" else ("sort", "-created_at") for p in asked]


def always_rising(asked: Pairs) -> Pairs:
    return [p if p[0] != "sort" else ("sort", "created_at") for p in asked]


@pytest.mark.parametrize(
    ("pairs", "against", "answer"),
    [
        (commas, "action", "loses records"),
        (without("created_at"), "range_start", "does not hold"),
        (as_before, "cursor", "leads to the same page"),
        (always_falling, "ids_ascending", "time is out of order"),
        (always_rising, "ids_descending", "time is out of order"),
    ],
)
def test_parameters_that_are_not_heeded_are_told(
    pairs: object, against: str, answer: str
) -> None:
    """What plans rely on and does not hold, whatever else follows from it."""
    found = probe(busy(pairs=pairs))
    assert against in [f.question.name for f in found.against]
    assert answer == answers(found)[against]


def test_without_order_nothing_else_is_concluded() -> None:
    """What is known in full is known by the order: no other row builds on it."""
    found = probe(busy(pairs=always_rising))
    for name in (*FIELDS, "range_start", "range_end", "count", "id"):
        assert Status.UNSEEN is verdicts(found)[name].status, name


def test_a_range_that_is_not_heeded_makes_no_end_included() -> None:
    """The naive test would say that both ends are in it."""
    found = probe(busy(pairs=without("created_at")))
    assert {"does not hold"} == {
        answers(found)["range_start"],
        answers(found)["range_end"],
    }


def test_a_second_that_comes_in_part_is_told_so() -> None:
    """Times that are finer than they are shown would do this."""

    def body(asked: Pairs, body: dict[str, object]) -> object:
        ends = [v for k, v in asked if k == "filter[created_at][]"]
        records = body.get("audit_logs")
        if isinstance(records, list):
            body["audit_logs"] = [
                r for r in records if r["created_at"] not in ends or r["id"] % 2
            ]
        return body

    records = [record(n, NOW_S - DAY_S - 9 * (n // 4)) for n in range(400)]
    found = probe(Account(records, body=body))
    assert ("partly", "partly") == (
        answers(found)["range_start"],
        answers(found)["range_end"],
    )
    assert () == found.against


def changed(**what: object) -> "object":
    return lambda _asked, body: body | {k: v for k, v in what.items() if k in body}


def test_a_count_that_is_not_exact_is_told() -> None:
    """Plans count at the API: against them, with both numbers."""
    found = probe(busy(body=changed(count=10_000)))
    assert ["count"] == [f.question.name for f in found.against]
    assert " seen, 10000 counted, from " in verdicts(found)["count"].evidence


def test_a_look_up_that_gives_something_else_is_told() -> None:
    """The record of the list is the measure."""

    def body(_asked: Pairs, body: dict[str, object]) -> object:
        one = body.get("audit_log")
        return body if one is None else {"audit_log": {**one, "action": "other"}}

    assert ["id"] == [f.question.name for f in probe(busy(body=body)).against]


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("2026-03-10T13%3A00", ["range_future"]),
        ("actor_id%5D%5B%5D", ["actor_id"]),
        ("per_page=1", ["count", "offset_depth"]),
        ("page%5Bafter%5D", ["cursor"]),
        ("2000-01-01T00%3A00%3A00Z", ["ids_descending"]),
        ("sort=created_at", ["ids_ascending"]),
    ],
)
def test_what_plans_send_and_is_refused_is_told(part: str, names: list[str]) -> None:
    """With the service's words, and without a secret that they repeat."""
    found = probe(busy(before=refusing(part)))
    assert names[0] in [f.question.name for f in found.against]
    for name in names:
        assert "refused" == answers(found)[name]
        assert "InvalidValue: …" in verdicts(found)[name].evidence
    assert not any("canary" in f.verdict.evidence for f in found.findings)


def test_a_cursor_that_does_not_survive_is_observed() -> None:
    """A read begins anew behind its last record then: nothing is against plans."""
    uses = itertools.count()

    def before(account: Account, number: int) -> httpx.Response | None:
        is_again = "page%5Bafter%5D" in str(account.asked[-1].url) and next(uses)
        return refusing("")(account, number) if is_again else None

    found = probe(busy(before=before))
    assert (Status.OBSERVED, "refused") == (
        verdicts(found)["cursor"].status,
        answers(found)["cursor"],
    )
    assert () == found.against


def test_a_record_that_comes_very_late_is_told() -> None:
    """Older than ten minutes and not there a moment ago: complete was not complete."""

    def before(account: Account, number: int) -> None:
        if number == 10:
            page = [r for r in account.asked if "page%5Bafter%5D" in str(r.url)]
            assert 1 == len(page)
            latest = account.emulator.store.times[-150]
            account.emulator.add(record(5, latest))

    found = probe(busy(before=before))
    assert "records come late" == answers(found)["cursor"]
    assert "cursor" in [f.question.name for f in found.against]
