"""How long the faults of a plan ask a client to wait."""

from dataclasses import replace
from email.utils import parsedate_to_datetime

import pytest

from auditql.emulator.answers import Answer, Call
from auditql.emulator.deliveries import Late
from auditql.emulator.faults import Fault
from auditql.emulator.faulty import FaultyEmulator

QUERY = "sort=created_at&page%5Bsize%5D=3"


def asked_s(line: FaultyEmulator) -> float:
    """Seconds that the answer to one request asks for, or takes."""
    delivery = line.deliver(Call("GET", "/api/v2/audit_logs", QUERY))
    if isinstance(delivery, Late):
        return delivery.wait_s
    assert isinstance(delivery, Answer)
    headers = dict(delivery.headers)
    asked = headers["Retry-After"]
    if asked.isdigit():
        return float(asked)
    at, now = map(parsedate_to_datetime, (asked, headers["Date"]))
    return (at - now).total_seconds()


@pytest.mark.parametrize(
    ("fault", "longest_s"),
    [
        (Fault.RATE_SECONDS, 90),
        (Fault.RATE_DATE, 90),
        (Fault.ERROR_503, 20),
        (Fault.LATE_ANSWER, 20),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_a_wait_is_as_long_as_the_plan_allows(line, fault, longest_s) -> None:
    """By default up to its own length; with 1 second at most, 1 and no more."""
    found = line(fault)
    found.plan = replace(found.plan, most_in_a_row=1_000)
    waits = [asked_s(found) for _ in range(200)]
    assert 0.8 * longest_s < max(waits) <= longest_s
    found.plan = replace(found.plan, most_wait_s=1)
    waits = [asked_s(found) for _ in range(200)]
    assert 0.8 < max(waits) <= 1
