"""Every bundled query on the emulator's data, against an answer known beforehand."""

from collections.abc import Iterator, Mapping

import pytest
from known_answers import (
    DAY_S,
    LISTS,
    NETWORKS,
    NOW_S,
    OBJECT,
    TRAILS,
    WHO,
    Record,
    listed,
    text,
)
from known_counts import COUNTS

import auditql
from auditql.diagnostics.codes import Code
from auditql.emulator import Emulator
from auditql.emulator.demo import demo_records
from auditql.emulator.transport import AsyncEmulatorTransport
from auditql.library.shelves import bundled, entries
from auditql.shell.canonical import canonical

PARAMETERS: Mapping[str, Mapping[str, object]] = {
    "one-address": {"address": "192.0.2.0/24"},
    "one-object": {"type": "trigger", "object": OBJECT},
    "one-person": {"who": WHO},
    "sign-ins-from-other-networks": {"networks": NETWORKS},
}
"""Values of the parameters that have no default."""

SAVED = {entry.name: entry.load() for entry in entries([bundled()])}


def _planted() -> Iterator[Record]:
    """What the made-up account never did: few records, far apart."""
    acts = (
        ("create", "oauth_client", 90, "OAuth client: importer", "", "203.0.113.9"),
        ("destroy", "token", 40, "OAuth token", "", None),
        ("update", "trigger", 35, "Trigger: mine", "Active changed", "192.0.2.77"),
        ("login", "user", 10, "Zoë Planted", "Successful sign-in", "2001:DB8::1"),
        ("destroy", "trigger", 3, "Trigger: mine", "", "192.0.2.77"),
        (
            "update",
            "user",
            2,
            "Bob",
            "Password changed\nName changed from A to B",
            None,
        ),
        (
            "update",
            "user",
            2,
            "Bob",
            "Role changed from Admin to Agent\nAlias changed"
            " from x to administrator bob",
            None,
        ),
        (
            "update",
            "trigger",
            2,
            "Trigger: x",
            "Inactive changed from true to false",
            None,
        ),
    )
    for place, (action, type_, days, label, said, address) in enumerate(acts):
        yield {
            "id": 10_000_000_000_000 + place,
            "actor_id": WHO + (1 if days >= 40 else 0),
            "source_id": OBJECT,
            "source_type": type_,
            "source_label": label,
            "action": action,
            "change_description": said,
            "ip_address": address,
            "created_at": text(NOW_S - days * DAY_S),
            "actor_name": "Zoë Planted",
        }


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """The demo account's, and the planted ones among them."""
    return [*demo_records(NOW_S), *_planted()]


def test_every_query_has_a_known_answer() -> None:
    """At least 25, and nothing bundled goes untested."""
    known = {*LISTS, *TRAILS, *COUNTS}
    assert known == set(SAVED)
    assert 25 <= len(SAVED)


@pytest.mark.parametrize("name", sorted(SAVED))
def test_answer(name: str, records: list[Record]) -> None:
    """The rows that plain Python finds, in the same order; none has no rows."""
    expected = COUNTS[name](records) if name in COUNTS else listed(name, records)
    assert expected
    emulator = Emulator(records, clock=lambda: float(NOW_S))
    with auditql.Client(
        base_url="http://127.0.0.1:1", transport=AsyncEmulatorTransport(emulator)
    ) as client:
        query = client.query(SAVED[name], now=NOW_S, params=PARAMETERS.get(name))
        assert expected == list(query)


@pytest.mark.parametrize("name", sorted(SAVED))
def test_form(name: str) -> None:
    """Described in a question, canonical, free of warnings, over any time."""
    saved = SAVED[name]
    assert saved.description is not None
    assert "?" in saved.description
    assert canonical(saved.text, name) == saved.text
    plan = auditql.compile(saved, now=NOW_S, params=PARAMETERS.get(name))
    assert () == plan.diagnostics
    assert {"since", "until"} <= {p.name for p in saved.parameters}


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_what_must_be_given_is_asked_for(name: str) -> None:
    """A parameter without a default, by its name."""
    with pytest.raises(auditql.QueryError) as error:
        auditql.compile(SAVED[name], now=NOW_S)
    codes = {d.code for d in error.value.diagnostics}
    assert {Code.UNBOUND_PARAMETER} == codes


def test_another_time_is_asked_for_in_two_values() -> None:
    """A quarter by its name, from its start to its end."""
    plan = auditql.compile(
        SAVED["exports"],
        now=NOW_S,
        params={"since": "last quarter", "until": "last quarter"},
    )
    pairs = [v for k, v in plan.requests[0].params if k == "filter[created_at][]"]
    assert ["2025-09-30T23:59:59Z", "2026-01-01T00:00:00Z"] == pairs
