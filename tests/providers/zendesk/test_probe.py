"""A probe says what an account does, under every reading, and nothing else."""

import itertools

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
    verdicts,
)

from auditql.emulator import generate
from auditql.emulator.settings import (
    CursorStyle,
    LastPage,
    RateLimitKind,
    SourceIdRule,
    TieOrder,
)
from auditql.providers.zendesk.probe import MOST_REQUESTS
from auditql.providers.zendesk.probe_findings import QUESTIONS, Status

BY_RECORDS = (
    *(*FIELDS, "range_start", "range_end", "range_future", "id", "count"),
    *("ids_descending", "ids_ascending", "cursor", "lateness"),
)


def test_the_documented_account_answers_every_question() -> None:
    """Every row, within the bound, by GETs of the audit log alone."""
    account = busy(rate_limit=RateLimitKind.FIXED_MINUTE)
    found = probe(account)
    assert {
        **dict.fromkeys(FIELDS, "works"),
        "source_id_alone": "refused",
        "range_start": "included",
        "range_end": "included",
        "range_future": "accepted",
        "id": "works",
        "ids_descending": "rise",
        "ids_ascending": "rise",
        "sort": "refused",
        "count": "exact",
        "page_size": "refused",
        "offset_depth": "refused",
        "cursor": "survives",
        "rate_headers": "700 a minute",
        "rate_window": "anew each minute",
        "lateness": answers(found)["lateness"],
        "clock": "agrees within 2 s",
    } == answers(found)
    documented = {*FIELDS, "id", "source_id_alone", "offset_depth"}
    for name, verdict in verdicts(found).items():
        expected = Status.DOCUMENTED if name in documented else Status.OBSERVED
        assert expected is verdict.status, name
    assert (None, ()) == (found.ended, found.against)
    assert len(account.asked) == found.requests <= MOST_REQUESTS
    assert found.requests == sum(f.requests for f in found.findings)
    assert {"GET"} == {r.method for r in account.asked}
    assert all(r.url.path.startswith("/api/v2/audit_logs") for r in account.asked)
    assert all("\n" not in f.verdict.evidence for f in found.findings)


@pytest.mark.parametrize(
    ("start", "end", "ties"),
    list(itertools.product((True, False), (True, False), TieOrder)),
)
def test_ends_and_ties_are_told_under_every_reading(
    start: bool, end: bool, ties: TieOrder
) -> None:
    """Four readings of the ends, ids that rise or fall; no other answer changes."""
    found = probe(busy(start_included=start, end_included=end, ties=ties))
    word = {True: "included", False: "excluded"}
    falls = ties is TieOrder.IDS_FALL
    assert (word[start], word[end], "fall" if falls else "rise", "rise") == tuple(
        answers(found)[name]
        for name in ("range_start", "range_end", "ids_descending", "ids_ascending")
    )
    usual = answers(probe(busy()))
    varies = {"range_start", "range_end", "ids_descending"}
    assert {n for n, a in answers(found).items() if a != usual[n]} <= varies
    assert () == found.against


@pytest.mark.parametrize(
    ("rule", "answer", "status"),
    [
        (SourceIdRule.REFUSE, "refused", Status.DOCUMENTED),
        (SourceIdRule.IGNORE, "ignored", Status.OBSERVED),
        (SourceIdRule.HONOUR, "honoured", Status.OBSERVED),
    ],
)
def test_a_source_id_alone(rule: SourceIdRule, answer: str, status: Status) -> None:
    """Three ways to take it, each told; none is against plans, which never send it."""
    found = verdicts(probe(busy(source_id_rule=rule)))["source_id_alone"]
    assert (answer, status) == (found.answer, found.status)


@pytest.mark.parametrize(
    ("kind", "headers", "window"),
    [
        (RateLimitKind.NONE, None, None),
        (RateLimitKind.BUCKET, "2,500 a minute", "steadily"),
        (RateLimitKind.FIXED_MINUTE, "2,500 a minute", "anew each minute"),
    ],
)
def test_the_rate_limit(
    kind: RateLimitKind, headers: str | None, window: str | None
) -> None:
    """By its headers alone; where there are none it is not known."""
    found = probe(busy(rate_limit=kind, per_minute=2500))
    assert (headers, window) == (
        answers(found)["rate_headers"],
        answers(found)["rate_window"],
    )
    evidence = verdicts(found)["rate_headers"].evidence
    assert ("x-rate-limit, ratelimit-limit, rate-limit, in " in evidence) is bool(
        headers
    )


@pytest.mark.parametrize("kind", [RateLimitKind.BUCKET, RateLimitKind.FIXED_MINUTE])
def test_a_limit_that_holds_the_probe_up(kind: RateLimitKind) -> None:
    """It waits as it is told to, and what it sends again is within the bound."""
    found = probe(busy(rate_limit=kind, per_minute=6))
    assert found.requests <= MOST_REQUESTS
    assert "exact" == answers(found)["count"]


@pytest.mark.parametrize("style", CursorStyle)
@pytest.mark.parametrize("last", LastPage)
def test_cursors_of_every_look(style: CursorStyle, last: LastPage) -> None:
    """A cursor is text to hand back."""
    found = probe(busy(cursor_style=style, last_page=last))
    assert ("survives", ()) == (answers(found)["cursor"], found.against)


def test_an_empty_account_tells_nothing_of_records() -> None:
    """Refusals tell without records; all else is not observable, never a guess."""
    found = probe(Account([]))
    unseen = {n for n, v in verdicts(found).items() if v.status is Status.UNSEEN}
    assert {*BY_RECORDS, "source_id_alone", "rate_headers", "rate_window"} == unseen
    assert all(answers(found)[name] is None for name in unseen)
    assert ((), None) == (found.against, found.ended)


@pytest.mark.parametrize("number", [1, 5, 250])
def test_an_account_of_one_second(number: int) -> None:
    """Ranges and order have nothing to leave out or to order; ids within it do."""
    records = [record(n, NOW_S - DAY_S) for n in range(1, number + 1)]
    found = probe(Account(records))
    for name in ("range_start", "range_end", "ids_ascending", "count"):
        assert Status.UNSEEN is verdicts(found)[name].status, name
    assert (None if number < 4 else "rise") == answers(found)["ids_descending"]
    assert (None if number < 2 else "survives") == answers(found)["cursor"]
    assert () == found.against


def test_records_of_the_last_minutes_are_not_relied_on() -> None:
    """What is under ten minutes old may get neighbours yet: nothing is concluded."""
    records = [record(n, NOW_S - n, action=f"a{n % 5}") for n in range(1, 500)]
    found = probe(Account(records))
    seen = ("range_future", "lateness", "cursor")
    for name in set(BY_RECORDS) - set(seen):
        assert Status.UNSEEN is verdicts(found)[name].status, name
    assert ("accepted", "survives") == (
        answers(found)["range_future"],
        answers(found)["cursor"],
    )


def test_ids_are_not_told_without_ties() -> None:
    """Two pairs of neighbours could stand in order by chance; the rest is told."""
    records = [record(n, NOW_S - DAY_S - 9 * n) for n in range(1, 60)]
    records += [record(n, NOW_S - DAY_S - 9) for n in (100, 101)]
    found = probe(Account(records))
    for name in ("ids_descending", "ids_ascending"):
        assert Status.UNSEEN is verdicts(found)[name].status
        assert verdicts(found)[name].evidence.startswith("2 pairs of neighbours")
    assert ("included", "exact") == (
        answers(found)["range_start"],
        answers(found)["count"],
    )


@pytest.mark.parametrize("name", FIELDS)
def test_two_values_need_a_third_to_be_left_out(name: str) -> None:
    """With two values alone, no filter at all would look like a good one."""
    values = {"action": ("login", "create"), "ip_address": ("192.0.2.1", "192.0.2.2")}
    pair = values.get(name, ("ticket", "user") if name == "source_type" else (7, 8))
    many = {"ip_address": "192.0.2.9", "actor_id": 3}
    records = [
        record(n, NOW_S - DAY_S - n, **{**many, name: pair[n % 2]}) for n in range(50)
    ]
    assert Status.UNSEEN is verdicts(probe(Account(records)))[name].status
    third = record(99, NOW_S - DAY_S - 99, **{**many, name: None})
    if name in ("source_id", "actor_id"):
        third[name] = 9
    found = verdicts(probe(Account([*records, third])))[name]
    assert Status.DOCUMENTED is found.status
    assert "25 + 25 records of two values came, 1 others did not" == found.evidence


def test_addresses_that_plans_do_not_send_are_not_asked_for() -> None:
    """IPv6 has several spellings: plans check it here."""
    records = [
        record(n, NOW_S - DAY_S - n, ip_address=f"2001:db8::{n % 5}") for n in range(50)
    ]
    account = Account(records)
    assert Status.UNSEEN is verdicts(probe(account))["ip_address"].status
    assert not any("ip_address" in str(r.url) for r in account.asked)


def clamp(asked: Pairs) -> Pairs:
    return [("page[size]", "100") if p == ("page[size]", "101") else p for p in asked]


def test_a_page_size_that_is_cut() -> None:
    """A hundred came and more follow; where there are no more it is not known."""
    assert "cut to 100" == answers(probe(busy(pairs=clamp)))["page_size"]
    few = Account(generate(3, 50, NOW_S - 30 * DAY_S, NOW_S), pairs=clamp)
    assert None is answers(probe(few))["page_size"]


def shallow(asked: Pairs) -> Pairs:
    return [("page", "3") if p == ("page", "101") else p for p in asked]


def emptied(asked: Pairs) -> Pairs:
    return [("page", "99") if p == ("page", "101") else p for p in asked]


def test_a_depth_that_is_not_refused() -> None:
    """Records that come are told; an empty page of a small account tells nothing."""
    assert "not refused" == answers(probe(busy(pairs=shallow)))["offset_depth"]
    found = verdicts(probe(busy(pairs=emptied)))["offset_depth"]
    assert (Status.UNSEEN, "taken, for an account of 2,000 records") == (
        found.status,
        found.evidence,
    )


def dropped(asked: Pairs) -> Pairs:
    return [p for p in asked if p != ("sort", "actor_id")]


def by_actor(asked: Pairs, body: dict[str, object]) -> object:
    records = body.get("audit_logs")
    if ("sort", "actor_id") in asked and isinstance(records, list):
        records.sort(key=lambda r: r["actor_id"])
    return body


def test_another_sort_that_is_dropped_or_honoured() -> None:
    """By the order of what came; both at once tell nothing."""
    assert "ignored" == answers(probe(busy(pairs=dropped)))["sort"]
    found = probe(busy(pairs=dropped, body=by_actor))
    assert "honoured" == answers(found)["sort"]
    records = [record(n, NOW_S - DAY_S - 9 * n, actor_id=n) for n in range(1, 60)]
    assert None is answers(probe(Account(records, pairs=dropped)))["sort"]


def test_a_question_has_one_name() -> None:
    """Names are for programs: each once, in every report, in the same order."""
    names = [q.name for q in QUESTIONS]
    assert len(set(names)) == len(names)
    assert names == [f.question.name for f in probe(Account([])).findings]
