"""Whatever a record holds, a mirror gives it back as it was received."""

import json
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from drawn_records import random_records
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from kept import exactly, fill, held, place, records

from auditql.catalog.record import BadRecord, Record
from auditql.catalog.strict_json import loads
from auditql.plan.model import Interval
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.verify import verify
from auditql.providers.mirror.writer import MirrorWriter

FAR_S = 2**40

texts = st.text(st.characters(exclude_categories=()), max_size=12)
written_texts = texts.map(json.dumps)
numbers = st.from_regex(
    r"-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?", fullmatch=True
)
values = st.recursive(
    written_texts | numbers | st.sampled_from(["null", "true", "false", "-0", "1.10"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[{','.join(parts)}]")
        | st.dictionaries(written_texts, inner, max_size=3).map(
            lambda parts: "{" + ",".join(f"{k}:{v}" for k, v in parts.items()) + "}"
        )
    ),
    max_leaves=5,
)
ids = st.integers(-3, 3) | st.sampled_from([2**63 - 1, -(2**63), 6139157572367])
times = st.sampled_from(
    [
        "2026-03-01T08:00:00Z",
        "2026-03-01T08:00:01Z",
        "2026-03-01T08:00:00.5Z",
        "2026-03-01T09:00:00+01:00",
        "2026-03-01 08:00:00Z",
        "20260301T080000Z",
        "2026-W09-7T08:00:00Z",
        "1969-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-12:00",
    ]
)
TEXTS = ("action_label", "source_type", "source_label", "action", "actor_name")
URLS = (
    "https://acme.zendesk.com/api/v2/audit_logs/{id}.json",
    "https://other.example/api/v2/audit_logs/{id}.json",
    "http://127.0.0.1:8080/api/v2/audit_logs/{id}.json",
    "https://acme.zendesk.com/api/v2/audit_logs/{id}.JSON",
    "https://acme.zendesk.com/api/v2/audit_logs/0{id}.json",
    "https://räumung.example/api/v2/audit_logs/{id}.json",
    "{id}.json",
    "",
)


@st.composite
def received(draw: st.DrawFn) -> Record:
    """A record of any text of JSON that is one."""
    number = draw(ids)
    known = {"id": str(number), "created_at": json.dumps(draw(times))}
    for name in draw(st.sets(st.sampled_from(TEXTS))):
        known[name] = draw(written_texts | st.just("null"))
    for name in draw(st.sets(st.sampled_from(["actor_id", "source_id"]))):
        known[name] = draw(ids.map(str) | st.just("null"))
    if draw(st.booleans()):
        url = draw(st.sampled_from(URLS)).format(id=number)
        known["url"] = draw(st.sampled_from([json.dumps(url), "null"]))
    members = {json.dumps(name): value for name, value in known.items()}
    unknown = draw(st.dictionaries(written_texts, values, max_size=3))
    members = {**unknown, **members}
    ordered = draw(st.permutations(list(members.items())))
    text = "{" + ",".join(f"{name}:{value}" for name, value in ordered) + "}"
    try:
        return Record.from_json(loads(text))
    except (BadRecord, ValueError):
        assume(False)
        raise


def _check(found: list[Record]) -> None:
    """All of the records come out, once, in order, after the file was closed."""
    expected: list[Record] = []
    for record in found:
        if not any(record.is_same(other) for other in expected):
            expected.append(record)
    # The sort is stable: of one id and time, what came first comes first.
    expected.sort(key=lambda record: (-record.created_s, record.id))
    with TemporaryDirectory() as folder:
        there = place(Path(folder))
        seconds = [record.created_s for record in found]
        start, end = min(seconds, default=0), max(seconds, default=0) + 1
        with closing(MirrorWriter(there, clock=lambda: FAR_S)) as writer:
            writer.begin(Interval(start, end), FAR_S)
            added = writer.page(found, start)
        assert len(expected) == added.new
        assert len(found) == added.new + added.known
        with closing(Mirror(there)) as mirror:
            assert [exactly(r) for r in expected] == [exactly(r) for r in held(mirror)]
            assert verify(mirror).is_sound


@settings(max_examples=25)
@given(st.lists(received(), max_size=6))
def test_a_record_is_restored_as_it_was_received(found: list[Record]) -> None:
    """Key order, absent and null, numbers as written, unknown fields, any character."""
    _check(found)


@pytest.mark.full
@pytest.mark.timeout(900)
@settings(max_examples=500)
@given(st.lists(received(), max_size=6))
def test_many_records_are_restored_as_they_were_received(found: list[Record]) -> None:
    """The same a thousand times."""
    _check(found)


@pytest.mark.parametrize("seed", range(3))
def test_drawn_records_are_restored(tmp_path: Path, seed: int) -> None:
    """500 with ties, nulls and absent fields, in pages of 7."""
    made = records(random_records(Random(seed), 500))
    start, end = made[-1].created_s, made[0].created_s + 1
    there = place(tmp_path)
    with closing(MirrorWriter(there, clock=lambda: FAR_S)) as writer:
        fill(writer, made, start, end, page=7)
    with closing(Mirror(there)) as mirror:
        assert [exactly(r) for r in made] == [exactly(r) for r in held(mirror)]
        assert verify(mirror).is_sound


def test_a_copy_of_a_record_is_known_and_another_one_is_kept(tmp_path: Path) -> None:
    """Twice alike is once; with other content it is a conflict, and both are there."""
    raw = {"id": 7, "created_at": "2026-03-01T08:00:00Z", "size": 1}
    one, other, true = records([raw, {**raw, "size": 1.0}, {**raw, "size": True}])
    with closing(MirrorWriter(place(tmp_path), clock=lambda: FAR_S)) as writer:
        window = Interval(one.created_s - 5, one.created_s + 5)
        writer.begin(window, FAR_S)
        first = writer.page([one, one], one.created_s - 5)
        assert (1, 1, ()) == (first.new, first.known, first.conflicts)
        writer.begin(window, FAR_S)
        second = writer.page([other, one, true, other], one.created_s - 5)
        assert (2, 2, (7, 7)) == (second.new, second.known, second.conflicts)
    with closing(Mirror(place(tmp_path))) as mirror:
        assert [exactly(r) for r in (one, other, true)] == list(
            map(exactly, held(mirror))
        )
        assert verify(mirror).is_sound


def test_an_id_of_another_time_is_a_conflict(tmp_path: Path) -> None:
    """The id says which record it is: two times are two contents."""
    early = {"id": 7, "created_at": "2026-03-01T08:00:00Z"}
    late = {"id": 7, "created_at": "2026-03-02T08:00:00Z"}
    found = records([early, late])
    with closing(MirrorWriter(place(tmp_path), clock=lambda: FAR_S)) as writer:
        added = fill(writer, found, found[1].created_s, found[0].created_s + 1, page=1)
    assert [(), (7,)] == [page.conflicts for page in added]
    with closing(Mirror(place(tmp_path))) as mirror:
        assert list(map(exactly, found)) == list(map(exactly, held(mirror)))
