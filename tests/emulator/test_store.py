"""The index says exactly what trying every record says."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditql.emulator import RecordStore
from auditql.emulator.filters import Filter
from auditql.emulator.listing import Order
from auditql.emulator.records import FILTER_FIELDS, INTEGER_FIELDS, write_time

INTEGERS = st.integers(-1, 2)
TEXTS = st.sampled_from(["", "a", "A", "b"])


def values_of(name: str) -> st.SearchStrategy:
    return INTEGERS if name in INTEGER_FIELDS else TEXTS


FIELDS = st.fixed_dictionaries(
    {}, optional={name: st.none() | values_of(name) for name in FILTER_FIELDS}
)
RECORDS = st.lists(
    st.tuples(st.integers(0, 99), st.integers(0, 5), FIELDS),
    unique_by=lambda row: row[0],
    max_size=30,
).map(
    lambda rows: [
        {"id": number, "created_at": write_time(second)} | fields
        for number, second, fields in rows
    ]
)
FILTERS = st.builds(
    Filter,
    tests=st.fixed_dictionaries(
        {},
        optional={
            name: st.frozensets(values_of(name), min_size=1) for name in FILTER_FIELDS
        },
    ).map(lambda tests: tuple(sorted(tests.items()))),
    first_s=st.none() | st.integers(-1, 6),
    last_s=st.none() | st.integers(-1, 6),
)


@settings(max_examples=300)
@given(RECORDS, st.lists(FILTERS, min_size=1, max_size=4), st.booleans())
def test_the_index_agrees_with_a_scan(records, filters, encode_now) -> None:
    """Same rows, in time order, however often a filter is asked for."""
    store = RecordStore(records, encode_now=encode_now)
    for wanted in [*filters, *filters]:
        listing = store.listing(wanted, Order.RISING)
        assert store.scan(wanted) == list(listing.take(0, len(records)))


@given(RECORDS, st.booleans())
def test_records_are_kept_in_time_order_as_handed_in(records, encode_now) -> None:
    """Sorting and encoding lose and change nothing."""
    store = RecordStore(records, encode_now=encode_now)
    wanted = sorted(records, key=lambda r: (r["created_at"], r["id"]))
    places = range(len(store))
    assert wanted == [store.bodies.record(place) for place in places]
    assert wanted == [json.loads(body) for body in store.bodies.pick(places)]
    assert list(places) == [store.place_of(record["id"]) for record in wanted]


@pytest.mark.parametrize("encode_now", [True, False])
def test_unknown_keys_absence_and_surrogates_survive(encode_now) -> None:
    """A body is the record as JSON: key order, absent keys, broken text."""
    record = {
        "zeta": {"a": [1, None, 1.5]},
        "id": 2**63 - 1,
        "created_at": "2026-01-01T00:00:00Z",
        "source_label": 'lone \ud800 and "quoted" \x1b é',
    }
    body = RecordStore([record], encode_now=encode_now).bodies.pick([0])[0]
    assert list(record.items()) == list(json.loads(body).items())
    assert b"\\ud800" in body
    assert "é".encode() in body


def test_an_id_stands_once(record) -> None:
    """Two records of one id cannot be told apart, so they are refused."""
    with pytest.raises(ValueError, match="twice"):
        RecordStore([record(1), record(1, 5)])


def test_an_unknown_id_has_no_place(record) -> None:
    """The look-up of a single record says that there is none."""
    assert RecordStore([record(1)]).place_of(2) is None


def test_more_filters_than_are_remembered_stay_right(record) -> None:
    """Forgetting a filter costs time, not truth."""
    store = RecordStore([record(n, n % 60, actor_id=n) for n in range(200)])
    for _ in range(2):
        for n in range(200):
            wanted = Filter((("actor_id", frozenset({n})),))
            listing = store.listing(wanted, Order.FALLING)
            assert store.scan(wanted) == list(listing.take(0, 9))
