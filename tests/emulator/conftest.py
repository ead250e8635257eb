"""What the emulator's tests share: a way to ask, and a few records."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from auditql.emulator import Emulator
from auditql.emulator.answers import Call
from auditql.emulator.faults import Fault, FaultPlan
from auditql.emulator.faulty import FaultyEmulator

sys.path.insert(0, str(Path(__file__).parent))  # for the modules beside this file
from faulted import NOW_S


@dataclass(frozen=True)
class Reply:
    """A status, a decoded body and headers by lower-case name."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def ids(self) -> list[int]:
        return [record["id"] for record in self.body["audit_logs"]]


Ask = Callable[..., Reply]


@pytest.fixture
def ask() -> Ask:
    """Ask an emulator for a query of the listing, or for another path."""

    def ask_(
        emulator: Emulator,
        query: str = "",
        path: str = "/api/v2/audit_logs.json",
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: bytes = b"",
    ) -> Reply:
        call = Call(method, path, query, "https://x.test", headers or {}, body)
        answer = emulator.answer(call)
        is_json = answer.body and "json" in (answer.content_type or "")
        return Reply(
            answer.status,
            json.loads(answer.body) if is_json else answer.body.decode(),
            {name.lower(): value for name, value in answer.headers},
        )

    return ask_


MakeRecord = Callable[..., dict[str, Any]]


@pytest.fixture
def record() -> MakeRecord:
    """A record of a second after 2026-01-01, with fields of one's own."""

    def record_(number: int, second: int = 0, **fields: Any) -> dict[str, Any]:
        minute, rest = divmod(second, 60)
        return {
            "id": number,
            "actor_id": 7,
            "source_id": 70,
            "source_type": "user",
            "action": "update",
            "ip_address": "192.0.2.1",
            "created_at": f"2026-01-01T00:{minute:02d}:{rest:02d}Z",
        } | fields

    return record_


MakeLine = Callable[..., FaultyEmulator]


@pytest.fixture
def line(record: MakeRecord) -> MakeLine:
    """Seven records, one a second, behind a line on which every request fails."""

    def line_(
        *kinds: Fault, again: float = 1.0, drip_s: float = 5.0, **more: Any
    ) -> FaultyEmulator:
        plan = FaultPlan(
            seed=7,
            kinds=kinds,
            share=1.0,
            again=again,
            bomb_bytes=50_000,
            giant_bytes=9_000,
            drip_s=drip_s,
        )
        records = [record(number, number) for number in range(1, 8)]
        return FaultyEmulator(Emulator(records, clock=lambda: NOW_S), plan, **more)

    return line_
