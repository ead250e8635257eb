"""A plan of faults, and each of them by itself: it does what its name says."""

import gzip
import json
from email.utils import parsedate_to_datetime

import pytest
from faulted import (
    FIRST,
    HOST,
    LIST,
    NOW_S,
    TOKEN,
    ask,
    body,
    header,
    ids,
    true_page,
)

from auditql.emulator import Emulator
from auditql.emulator.answers import Answer, Call
from auditql.emulator.deliveries import Cut, Drip, Late, NoConnection, Silence
from auditql.emulator.faults import TRAITS, Fault, FaultPlan, Outcome, Reach
from auditql.emulator.faulty import FaultyEmulator

# --- the plan


def test_a_plan_is_pure() -> None:
    """The same seed and number, the same fault; another seed, others."""

    def drawn(seed: int) -> list[object]:
        plan = FaultPlan(seed, tuple(Fault), 0.5)
        reaches = frozenset(Reach)
        strikes = [plan.strike(number, reaches, 0) for number in range(200)]
        return [s and (s.fault, s.random.random()) for s in strikes]

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)
    assert 60 < drawn(3).count(None) < 140


def test_every_fault_can_be_met_where_it_reaches_and_nowhere_else() -> None:
    """Drawn often enough, each comes; those out of reach never do."""
    for reach in Reach:
        plan = FaultPlan(1, tuple(Fault), 1.0)
        drawn = {plan.strike(n, frozenset({reach}), 0).fault for n in range(2_000)}
        assert {fault for fault in Fault if TRAITS[fault].reach is reach} == drawn


def test_a_request_fails_so_often_in_a_row_and_then_is_answered(line) -> None:
    """Four times by default, whatever the luck: the fifth try heals."""
    found = line(Fault.ERROR_502)
    statuses = [ask(found).status for _ in range(10)]
    assert [502, 502, 502, 502, 200] * 2 == statuses
    assert 8 == found.counts[Fault.ERROR_502]


def test_without_faults_the_account_answers() -> None:
    """An empty plan changes no byte."""
    emulator = Emulator([], clock=lambda: NOW_S)
    call = Call("GET", LIST, FIRST, HOST)
    same = Emulator([], clock=lambda: NOW_S).answer(call)
    assert same == FaultyEmulator(emulator, FaultPlan()).deliver(call)


# --- one by one: what is delivered


@pytest.mark.parametrize(
    ("fault", "right"),
    [
        (Fault.CONNECT_REFUSED, lambda d: d == NoConnection(timed_out=False)),
        (Fault.CONNECT_TIMEOUT, lambda d: d == NoConnection(timed_out=True)),
        (Fault.READ_TIMEOUT, lambda d: d == Silence()),
        (Fault.DRIP, lambda d: isinstance(d, Drip) and d.pause_s == 5.0),
        (Fault.RESET, lambda d: isinstance(d, Cut) and d.was_reset),
        (Fault.CUT_BODY, lambda d: d.sent < len(d.answer.body) and not d.was_reset),
        (Fault.LATE_ANSWER, lambda d: isinstance(d, Late) and 0 < d.wait_s <= 20),
        (Fault.HTML_200, lambda d: d.status == 200 and b"<!DOCTYPE" in d.body),
        (Fault.HTML_5XX, lambda d: d.status in (502, 503, 504) and b"<html" in d.body),
        (Fault.EMPTY_200, lambda d: (d.status, d.body) == (200, b"")),
        (Fault.WRONG_TYPE, lambda d: d.content_type != "application/json"),
        (Fault.RATE_SECONDS, lambda d: 0 <= int(header(d, "Retry-After")) <= 90),
        (Fault.RATE_GARBAGE, lambda d: d.status == 429 and header(d, "Retry-After")),
        (
            Fault.RATE_SILENT,
            lambda d: (d.status, header(d, "Retry-After")) == (429, None),
        ),
        (Fault.RATE_LONG, lambda d: int(header(d, "Retry-After")) > 900),
        (Fault.ERROR_500, lambda d: d.status == 500),
        (Fault.ERROR_502, lambda d: (d.status, d.body) == (502, b"Bad Gateway")),
        (Fault.ERROR_503, lambda d: d.status == 503 and header(d, "Retry-After")),
        (Fault.FORBIDDEN, lambda d: d.status == 403),
        (Fault.REVOKED, lambda d: d.status == 401),
        (Fault.DEAD_TOKEN, lambda d: d.status == 401),
        (Fault.REDIRECT, lambda d: header(d, "Location").startswith("https://evil.")),
        (
            Fault.EMPTY_MORE,
            lambda d: ids(body(d)) == [] and body(d)["meta"]["has_more"],
        ),
        (Fault.NO_META, lambda d: "has_more" not in body(d).get("meta", {})),
        (Fault.NO_RECORDS, lambda d: body(d).get("audit_logs") is None),
        (Fault.FOREIGN_LINK, lambda d: "evil.test" in body(d)["links"]["next"]),
        (Fault.ODD_FIELDS, lambda d: body(d)["links"] is None and "unheard" in body(d)),
        (Fault.GIANT_FIELD, lambda d: len(body(d)["giant"]) == 9_000),
        (Fault.DOUBLE_KEY, lambda d: d.body.count(b'"audit_logs":') == 2),
        (Fault.NOT_A_NUMBER, lambda d: b"NaN" in d.body or b"Infinity" in d.body),
        (Fault.BAD_UTF8, lambda d: b"\xff\xfe" in d.body),
        (Fault.DEEP_NESTING, lambda d: b"[" * 100_000 in d.body),
        (Fault.GZIP, lambda d: ids(json.loads(gzip.decompress(d.body))) == [1, 2, 3]),
        (
            Fault.GZIP_BOMB,
            lambda d: len(gzip.decompress(d.body)) == 50_000 > 9 * len(d.body),
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_a_fault_does_what_its_name_says(line, fault, right) -> None:
    """It is met at once, it is counted, and it is what it is called."""
    found = line(fault)
    assert right(ask(found))
    assert {fault: 1} == found.counts
    assert [fault] == [met.fault for met in found.journal]


def test_a_date_to_wait_for_is_counted_from_the_answers_own(line) -> None:
    """At most 90 seconds after its Date, and the emulator's clock in both."""
    answer = ask(line(Fault.RATE_DATE))
    asked = parsedate_to_datetime(header(answer, "Retry-After")).timestamp()
    assert NOW_S == parsedate_to_datetime(header(answer, "Date")).timestamp()
    assert 0 <= asked - NOW_S <= 90


@pytest.mark.parametrize("fault", [Fault.CUT_JSON, Fault.MONSTROUS_NUMBER])
def test_json_that_cannot_be_read_or_should_not_be(line, fault) -> None:
    """Cut at the length announced; a number of thousands of digits, or beyond."""
    answer = ask(line(fault))
    if fault is Fault.CUT_JSON:
        assert true_page(line()).body.startswith(answer.body)
        with pytest.raises(json.JSONDecodeError):
            json.loads(answer.body)
    else:
        assert (
            b"9" * 4_301 in answer.body
            or b"1e999" in answer.body
            or (b"0" * 4_300 in answer.body)
        )


def test_compression_is_cut_or_is_none(line) -> None:
    """What is named gzip does not decompress."""
    assert "gzip" == header(ask(line(Fault.GZIP_CUT)), "Content-Encoding")
    with pytest.raises(EOFError):
        gzip.decompress(ask(line(Fault.GZIP_CUT)).body)
    plain = ask(line(Fault.WRONG_ENCODING))
    assert header(plain, "Content-Encoding")
    assert [1, 2, 3] == ids(json.loads(plain.body))


def test_a_dead_token_stays_dead_and_another_lives(line) -> None:
    """Only the credential that was struck is refused."""
    found = line(Fault.DEAD_TOKEN)
    assert [401, 401] == [ask(found).status, ask(found).status]
    other = Call("GET", LIST, FIRST, HOST, {"authorization": "bearer " + TOKEN})
    assert 200 == found.deliver(other).status


def test_clocks_that_differ_are_counted(record) -> None:
    """Over a minute is a difference; a minute is none."""
    for behind_s, counted in ((61, 1), (60, 0), (-61, 1)):
        emulator = Emulator([record(1)], clock=lambda: NOW_S)
        machine_s = NOW_S - behind_s
        found = FaultyEmulator(
            emulator, FaultPlan(), machine_clock=lambda s=machine_s: s
        )
        found.deliver(Call("GET", LIST, FIRST, HOST))
        assert counted == found.counts[Fault.SKEWED_DATE]


@pytest.mark.parametrize("fault", [Fault.MINT_DOWN, Fault.MINT_GARBLED])
def test_the_token_endpoint_fails_alone(line, fault) -> None:
    """The log is answered all the while."""
    found = line(fault)
    answer = found.deliver(Call("POST", "/oauth/tokens", "", HOST))
    assert b"<html" in answer.body
    assert (answer.status == 200) is (fault is Fault.MINT_GARBLED)
    assert 200 == ask(found).status


def test_every_healing_fault_is_worth_nothing(line) -> None:
    """None of them can be taken for the page that was asked for."""
    right = true_page(line())
    for fault in Fault:
        if TRAITS[fault].outcome is Outcome.HEALS:
            met = ask(line(fault))
            if isinstance(met, Answer) and met.status == 200:
                as_was = (right.body, right.content_type, None)
                encoding = header(met, "Content-Encoding")
                assert as_was != (met.body, met.content_type, encoding)
