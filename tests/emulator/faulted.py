"""What the tests of faults ask of a line, and what they read in a delivery."""

import json
from typing import Any

from auditql.emulator.answers import Answer, Call
from auditql.emulator.deliveries import Delivery
from auditql.emulator.faulty import FaultyEmulator

LIST = "/api/v2/audit_logs"
FIRST = "sort=created_at&page%5Bsize%5D=3"
HOST = "https://acme.test"
NOW_S = 1_772_366_400.0
"""2026-03-01T12:00:00Z, two months after the records."""

TOKEN = "sesame"  # noqa: S105 - of the emulator
EVERY = tuple(range(1, 8))
"""The ids of the records behind the line."""


def ask(line: FaultyEmulator, query: str = FIRST, path: str = LIST) -> Delivery:
    """What the line delivers for a query of the listing, or for another path."""
    headers = {"authorization": f"Bearer {TOKEN}"}
    return line.deliver(Call("GET", path, query, HOST, headers))


def body(delivery: Delivery) -> Any:
    """The JSON of an answer."""
    assert isinstance(delivery, Answer)
    return json.loads(delivery.body)


def header(delivery: Delivery, name: str) -> str | None:
    """A header of an answer."""
    assert isinstance(delivery, Answer)
    return dict(delivery.headers).get(name)


def true_page(line: FaultyEmulator, query: str = FIRST) -> Answer:
    """The page that stands behind the line, without a fault."""
    headers = {"authorization": f"Bearer {TOKEN}"}
    return line.emulator.answer(Call("GET", LIST, query, HOST, headers))


def second(line: FaultyEmulator) -> str:
    """The query of the second page."""
    after = json.loads(true_page(line).body)["meta"]["after_cursor"]
    return f"{FIRST}&page%5Bafter%5D={after.replace('=', '%3D')}"


def ids(found: Any) -> list[int]:
    """The ids of a page, in its order."""
    return [record["id"] for record in found["audit_logs"]]
