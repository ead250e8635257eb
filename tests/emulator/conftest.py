"""What the emulator's tests share: a way to ask, and a few records."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from auditql.emulator import Emulator
from auditql.emulator.answers import Call


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
