"""What a record must be, and that nothing of it is lost or changed."""

import pytest

from auditql.catalog.limits import INT64_MAX, INT64_MIN, NESTING
from auditql.catalog.received import received
from auditql.catalog.record import BadRecord, Record
from auditql.catalog.strict_json import loads

RAW: dict[str, object] = {"id": 5, "created_at": "2026-01-01T00:00:00Z"}
SECOND = 1_767_225_600


def nested(levels: int) -> object:
    """Lists and objects in turn, so many levels of them."""
    value: object = 1
    for level in range(levels):
        value = [value] if level % 2 else {"x": value}
    return value


def test_a_record_is_kept_as_received() -> None:
    """Unknown fields, nulls, order of keys and missing fields stay as they are."""
    raw = {
        "zeta": [1, {"a": None}],
        "id": 5,
        "actor_id": None,
        **RAW,
        "alpha": "\ud800",
    }
    record = Record.from_json(raw)
    assert raw is record.raw
    assert ["zeta", "id", "actor_id", "created_at", "alpha"] == list(record.raw)
    assert (5, SECOND) == (record.id, record.created_s)


@pytest.mark.parametrize(
    ("written", "second"),
    [
        ("2026-01-01T00:00:00Z", SECOND),
        ("2026-01-01T00:00:00.999Z", SECOND),
        ("2026-01-01T01:00:00+01:00", SECOND),
        ("2025-12-31T23:59:59.5-00:00", SECOND - 1),
        ("1969-12-31T23:59:59.5Z", -1),
        ("0001-01-01T00:00:00Z", -62_135_596_800),
    ],
)
def test_times_are_whole_seconds_rounded_down(written: str, second: int) -> None:
    """Offsets count, fractions are cut towards the past, before 1970 too."""
    assert second == Record.from_json(RAW | {"created_at": written}).created_s


@pytest.mark.parametrize("number", [INT64_MIN, -1, 0, 17_296_759_404_950, INT64_MAX])
def test_ids_are_64_bit_integers(number: int) -> None:
    """All of them, for every field that holds one."""
    raw = RAW | {"id": number, "actor_id": number, "source_id": number}
    assert number == Record.from_json(raw).id


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"id": None}, "id"),
        ({"id": "5"}, "id"),
        ({"id": 5.0}, "id"),
        ({"id": True}, "id"),
        ({"id": INT64_MAX + 1}, "id"),
        ({"id": INT64_MIN - 1}, "id"),
        ({"actor_id": "7"}, "actor_id"),
        ({"actor_id": 7.5}, "actor_id"),
        ({"actor_id": False}, "actor_id"),
        ({"source_id": 2**63}, "source_id"),
        ({"action": 5}, "action"),
        ({"source_type": ["user"]}, "source_type"),
        ({"source_label": {}}, "source_label"),
        ({"change_description": True}, "change_description"),
        ({"ip_address": 3_221_225_985}, "ip_address"),
        ({"actor_name": 0}, "actor_name"),
        ({"created_at": None}, "created_at"),
        ({"created_at": SECOND}, "created_at"),
        ({"created_at": ""}, "created_at"),
        ({"created_at": "2026-01-01T00:00:00"}, "created_at"),
        ({"created_at": "2026-01-01"}, "created_at"),
        ({"created_at": "2026-02-30T00:00:00Z"}, "created_at"),
        ({"created_at": "yesterday"}, "created_at"),
    ],
)
def test_a_field_of_another_type_is_no_record(
    change: dict[str, object], named: str
) -> None:
    """The message names the field and never repeats its value."""
    with pytest.raises(BadRecord, match=rf"\b{named}\b") as caught:
        Record.from_json(RAW | change)
    for value in change.values():
        assert not isinstance(value, str) or len(value) < 3 or value not in str(caught)


@pytest.mark.parametrize("raw", [None, [], "x", 5, {}, {"id": 5}, {"created_at": "x"}])
def test_what_lacks_id_or_time_is_no_record(raw: object) -> None:
    """An object with both is the least that is one."""
    with pytest.raises(BadRecord):
        Record.from_json(raw)


@pytest.mark.parametrize("levels", [0, 1, NESTING])
def test_unknown_fields_may_hold_anything(levels: int) -> None:
    """Down to the bound that query texts have too."""
    raw = RAW | {"extra": nested(levels)}
    assert raw is Record.from_json(raw).raw


@pytest.mark.parametrize("levels", [NESTING + 1, 900, 100_000])
def test_a_record_that_nests_too_deeply_is_no_record(levels: int) -> None:
    """It could be read and then not be written: found out here, at any depth."""
    with pytest.raises(BadRecord, match="nested too deeply"):
        Record.from_json(RAW | {"extra": nested(levels)})


def test_records_are_different_though_they_say_the_same() -> None:
    """Each is one receipt; whether they were received alike is another question."""
    one, other = Record.from_json(dict(RAW)), Record.from_json(dict(RAW))
    assert one != other
    assert one.is_same(other)
    assert 2 == len({one, other})


VALUES = ("null", "true", "false", "0", "-0", "0.0", "1", "1.0", "1.00", '"1"', "[]")
SHAPES = ("{}", "[{}]", '{{"a":{}}}', '[0,{{"b":[{}]}}]')


@pytest.mark.parametrize("shape", SHAPES)
def test_records_are_the_same_if_they_were_received_alike(shape: str) -> None:
    """Whatever Python takes for equal: `1`, `true` and `1.0` are three values."""
    texts = [shape.format(value) for value in VALUES]
    for place, text in enumerate(texts):
        for place_of_other, other in enumerate(texts):
            one = Record.from_json(RAW | {"x": loads(text)})
            two = Record.from_json(RAW | {"x": loads(other)})
            assert (place == place_of_other) == one.is_same(two), (text, other)


def test_neither_the_order_of_fields_nor_how_they_are_held_makes_a_difference() -> None:
    """An object is a set of names; a remembered line is none of its content."""
    raw = RAW | {"x": {"a": 1, "b": None}, "y": "é"}
    other = {name: raw[name] for name in reversed(raw)} | {"x": {"b": None, "a": 1}}
    one, two = Record.from_json(raw), Record.from_json(received(other, "{}"))
    assert one.is_same(two)
    assert not one.is_same(Record.from_json(raw | {"z": None}))
