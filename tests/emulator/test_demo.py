"""The demo account follows from its seed and from now."""

import subprocess
import sys

import httpx

from auditql.emulator import demo_account, demo_records, handle
from auditql.emulator.demo import DEMO_DAYS
from auditql.emulator.records import DAY_S, read_time

NOW_S = 1_773_144_000


def test_the_demo_is_the_same_for_the_same_now(ask) -> None:
    """Two accounts of one moment answer alike."""
    query = "page[size]=50&filter[action]=login"
    bodies = [ask(demo_account(NOW_S, count=900), query).body for _ in range(2)]
    assert bodies[0]["audit_logs"]
    assert bodies[0] == bodies[1]
    other = ask(demo_account(NOW_S, count=900, seed=8), query).body
    assert bodies[0] != other


def test_the_demo_covers_half_a_year_up_to_now() -> None:
    """Its newest record is recent, its oldest about 180 days old."""
    times = [read_time(r["created_at"]) for r in demo_records(NOW_S)]
    assert len(times) == 20_000
    assert NOW_S - DEMO_DAYS * DAY_S <= times[0] < NOW_S - (DEMO_DAYS - 3) * DAY_S
    assert NOW_S - 3 * DAY_S < times[-1] <= NOW_S
    assert sum(time > NOW_S - 30 * DAY_S for time in times) > 2000


def test_the_clock_of_the_demo_shows_now(ask) -> None:
    """Date is the frozen now, or a little later, or the clock handed in."""
    account = demo_account(NOW_S, count=5)
    assert ask(account).headers["date"].startswith("Tue, 10 Mar 2026 12:0")
    account = demo_account(clock=lambda: NOW_S + 0.25, count=5)
    assert ask(account).headers["date"] == "Tue, 10 Mar 2026 12:00:00 GMT"
    newest = ask(account, "per_page=1").body["audit_logs"][0]
    assert read_time(newest["created_at"]) <= NOW_S


def test_handle_needs_nothing_at_all() -> None:
    """A default account answers from the first call on, always the same one."""
    request = httpx.Request("GET", "https://x.test/api/v2/audit_logs?per_page=2")
    first, second = handle(request), handle(request)
    assert first.status_code == 200
    assert first.json()["count"] == 20_000
    assert first.json() == second.json()


def test_importing_the_package_loads_nothing_heavy() -> None:
    """httpx and the server come when they are asked for."""
    code = (
        "import sys, auditql.emulator as e; e.demo_account(1e9, count=3); "
        "print([m for m in ('httpx', 'asyncio', 'auditql.language', 'auditql.plan', "
        "'auditql.catalog', 'auditql.errors') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_public_names_are_there() -> None:
    """Every name that is announced can be had; others cannot."""
    import auditql.emulator as package

    assert sorted(package.__all__) == dir(package)
    assert all(callable(getattr(package, name)) for name in package.__all__)
    assert not hasattr(package, "nonsense")
