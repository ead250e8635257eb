"""Generated records are believable, and the same for the same seed."""

import json
from collections import Counter
from datetime import UTC, datetime
from ipaddress import ip_address
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditql.emulator import generate
from auditql.emulator.generator import ACTION_LABELS
from auditql.emulator.people import HOSTILE_TEXTS, SYSTEM_ID, SYSTEM_NAME
from auditql.emulator.records import read_time
from auditql.emulator.shapes import shapes

DAY_S = 86_400
START_S = 1_767_225_600  # 2026-01-01, a Thursday
END_S = START_S + 70 * DAY_S

KEYS = (
    *("url", "id", "action_label", "actor_id", "source_id", "source_type"),
    *("source_label", "action", "change_description", "ip_address"),
    *("created_at", "actor_name"),
)


@pytest.fixture(scope="module")
def records() -> list[dict]:
    return list(generate(3, 6000, START_S, END_S))


@pytest.fixture(scope="module")
def hostile() -> list[dict]:
    return list(generate(3, 500, START_S, END_S, hostile_share=1))


def test_a_seed_gives_the_same_records_again(records) -> None:
    """Another seed gives others."""
    assert records[:500] == list(generate(3, 6000, START_S, END_S))[:500]
    assert records[:500] != list(generate(4, 6000, START_S, END_S))[:500]


@settings(max_examples=50)
@given(st.integers(), st.integers(0, 300), st.integers(0, 10**6), st.integers(0, 10**6))
def test_as_many_as_asked_inside_the_time_asked(seed, count, start_s, length) -> None:
    """In time order; ids rise with time and stand once."""
    end_s = START_S + start_s + length
    made = list(generate(seed, count, START_S + start_s, end_s))
    assert count == len(made)
    keys = [(read_time(r["created_at"]), r["id"]) for r in made]
    assert sorted(keys) == keys
    assert sorted({number for _, number in keys}) == [number for _, number in keys]
    assert all(START_S + start_s <= second <= end_s for second, _ in keys)


@pytest.mark.parametrize(("count", "end_s"), [(-1, END_S), (1, START_S - 1)])
def test_impossible_wishes_are_refused(count, end_s) -> None:
    """At once, not when the first record is drawn."""
    with pytest.raises(ValueError, match="needed"):
        generate(1, count, START_S, end_s)


def test_keys_come_in_the_order_of_real_answers(records) -> None:
    """Two keys may be absent, as they are in real answers."""
    for record in records:
        assert [key for key in KEYS if key in record] == list(record)
    absent = Counter(key for r in records for key in KEYS if key not in r)
    assert set(absent) == {"action_label", "actor_name"}
    assert max(absent.values()) < len(records) * 0.05


def test_ids_are_long_and_not_dense(records) -> None:
    """13 digits today: too many for 32 bits; neighbours are not neighbours."""
    ids = [record["id"] for record in records]
    assert min(ids) > 2**32
    assert {13} == {len(str(number)) for number in ids}
    gaps = [b - a for a, b in pairwise(ids)]
    assert min(gaps) >= 1
    assert sum(gap > 1 for gap in gaps) > len(gaps) * 0.9
    assert all(f"/{r['id']}.json" in r["url"] for r in records)


def test_the_system_acts_without_an_address(records) -> None:
    """Actor -1 is named Zendesk and has no address."""
    system = [record for record in records if record["actor_id"] == SYSTEM_ID]
    assert system
    assert {None} == {record["ip_address"] for record in system}
    assert system[0].get("actor_name", SYSTEM_NAME) == SYSTEM_NAME
    people = [record for record in records if record["actor_id"] > 0]
    nulls = sum(record["ip_address"] is None for record in people)
    assert 0 < nulls < len(people) * 0.05


def test_addresses_of_both_families_in_several_spellings(records) -> None:
    """All are addresses; IPv6 is the rarer and not always canonical."""
    texts = {r["ip_address"] for r in records if r["ip_address"] is not None}
    families = Counter(ip_address(text).version for text in texts)
    assert set(families) == {4, 6}
    odd = [text for text in texts if str(ip_address(text)) != text]
    assert len(odd) > 10
    rows = [r["ip_address"] for r in records if r["ip_address"]]
    assert 0.02 < sum(":" in text for text in rows) / len(rows) < 0.25


def test_people_work_in_office_hours(records) -> None:
    """Nights and weekends are quieter by far, but not empty."""
    times = [datetime.fromtimestamp(read_time(r["created_at"]), UTC) for r in records]
    office = sum(8 <= t.hour < 17 for t in times)
    night = sum(t.hour < 6 or t.hour >= 22 for t in times)
    weekend = sum(t.weekday() >= 5 for t in times)
    assert office > len(times) * 0.6
    assert 0 < night < len(times) * 0.15
    assert 0 < weekend < len(times) * 0.1


def test_some_seconds_hold_many_records(records) -> None:
    """A job or a bulk change writes dozens of records in one second."""
    seconds = Counter(record["created_at"] for record in records)
    assert max(seconds.values()) >= 15
    assert sum(n == 1 for n in seconds.values()) > len(seconds) * 0.9


def test_all_shapes_occur(records) -> None:
    """Every action and type of the table; both spellings of API tokens."""
    kinds = {(r["action"], r["source_type"]) for r in records}
    assert {(shape.action, shape.source_type) for shape in shapes()} == kinds
    assert {"api_token", "apitoken"} <= {kind for _, kind in kinds}
    assert set(ACTION_LABELS) == {action for action, _ in kinds}


def test_the_table_has_92_shapes() -> None:
    """All of them ship with the package."""
    assert len(shapes()) == 92
    assert {"create", "destroy", "exported", "login", "update"} == {
        shape.action for shape in shapes()
    }


def test_a_label_need_not_agree_with_its_action(records) -> None:
    """Mostly it does."""
    labelled = [r for r in records if "action_label" in r]
    wrong = sum(ACTION_LABELS[r["action"]] != r["action_label"] for r in labelled)
    assert 0 < wrong < len(labelled) * 0.03


def test_who_signs_in_is_source_and_actor(records) -> None:
    """A login names the user twice."""
    logins = [r for r in records if r["action"] == "login"]
    assert logins
    assert all(r["source_id"] == r["actor_id"] for r in logins)


def test_a_thing_keeps_its_id(records) -> None:
    """The history of one object can be asked for by its id."""
    ids: dict = {}
    for record in records:
        if record["source_type"] == "account_setting" and "\x1b" not in str(record):
            ids.setdefault(record["source_label"], set()).add(record["source_id"])
    assert len(ids) >= 10
    shared = [label for label, found in ids.items() if len(found) > 1]
    assert [] == [label for label in shared if label not in HOSTILE_TEXTS]


def test_names_are_not_all_latin(records) -> None:
    """Several scripts, and an apostrophe."""
    names = {r["actor_name"] for r in records if "actor_name" in r}
    assert any(ord(char) > 0x2000 for name in names for char in name)
    assert any("'" in name for name in names)


def test_hostile_text_is_rare_by_default(records) -> None:
    """The demo is believable, yet nothing is always harmless."""
    found = sum(
        record.get(name) in HOSTILE_TEXTS and record.get(name) != ""
        for record in records
        for name in ("source_label", "change_description", "actor_name")
    )
    assert 0 < found < len(records) * 0.005


def test_hostile_text_can_be_asked_for(hostile) -> None:
    """With a share of 1 every record has some; all of it is valid JSON."""
    texts = [
        {record["source_label"], record["change_description"], record["actor_name"]}
        for record in hostile
        if "actor_name" in record
    ]
    assert all(found & set(HOSTILE_TEXTS) for found in texts)
    assert set(HOSTILE_TEXTS) <= set.union(*texts)
    assert hostile == json.loads(json.dumps(hostile))
    assert not any(
        text in HOSTILE_TEXTS
        for record in generate(3, 2000, START_S, END_S, hostile_share=0)
        for text in (record.get("actor_name"), record["source_label"])
    )
