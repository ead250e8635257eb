"""Lets the modules beside this one import each other by name; an account to ask."""

import asyncio
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import asking
from mirrored_account import Account

import auditql
from auditql.emulator import Emulator, generate


@pytest.fixture(scope="module")
def store():
    """A thousand records of the thirty days before now."""
    return Emulator(generate(3, 1000, asking.NOW_S - 30 * 86_400, asking.NOW_S)).store


@pytest.fixture
def emulator(store) -> Emulator:
    """An account over these records."""
    return Emulator(store, clock=lambda: float(asking.NOW_S))


@pytest.fixture(params=["sync", "async"])
def ask(request):
    """All rows of a query, by either client: `ask(settings, text, …)`."""

    def waiting(made: dict[str, object], text: object, **more: object) -> list[dict]:
        with auditql.Client(**made) as client:
            return list(client.query(text, now=asking.NOW, **more))

    def running(made: dict[str, object], text: object, **more: object) -> list[dict]:
        async def work() -> list[dict]:
            async with auditql.AsyncClient(**made) as client:
                return [row async for row in client.query(text, now=asking.NOW, **more)]

        return asyncio.run(work())

    return waiting if request.param == "sync" else running


@pytest.fixture
def account(tmp_path: Path) -> Account:
    """An account without a mirror."""
    return Account(tmp_path)
