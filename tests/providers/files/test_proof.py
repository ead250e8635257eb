"""What is proven of lines is true of them, and both readers read the same."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditql.catalog.record import BadRecord, Record
from auditql.catalog.strict_json import BadJson, loads
from auditql.providers.files.decoding import Decoder
from auditql.providers.files.dialects import MOST, Dialects
from auditql.providers.files.proof import COMPACT, DIALECTS, SPACED, Dialect, proven

LEAST = '{"id":1,"created_at":"2026-03-01T08:00:00Z"}'
WHOLE = (
    '{"url":"https://e.zendesk.com/1.json","id":9007199254740993,"action_label":"x",'
    '"actor_id":-1,"source_id":null,"source_type":"user","source_label":"a\\"b\\u00e9",'
    '"action":"login","change_description":"","ip_address":"203.0.113.9",'
    '"created_at":"2026-12-31T23:59:59Z","actor_name":"Zoë"}'
)


def is_proven(line: str | bytes) -> bool:
    content = line.encode() if isinstance(line, str) else line
    return proven(content + b"\n", 0, DIALECTS)[0] > 0


@pytest.mark.parametrize("line", [LEAST, WHOLE])
def test_what_auditql_and_jq_write_is_proven(line: str) -> None:
    """Compact, and as Python writes it by default."""
    assert is_proven(line)
    assert is_proven(json.dumps(json.loads(line), ensure_ascii=False))
    assert is_proven(json.dumps(json.loads(line)))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{}",
        "[]",
        LEAST + " ",
        LEAST + LEAST,
        LEAST.replace(":1,", ": 1,"),
        LEAST.replace("1,", "01,"),
        LEAST.replace("1,", "-0,"),
        LEAST.replace("1,", "1.0,"),
        LEAST.replace("1,", "1" * 19 + ","),
        LEAST.replace('"id":1', '"id":1,"id":1'),
        LEAST.replace('"id":1', '"id":null'),
        LEAST.replace("}", ',"extra":1}'),
        LEAST.replace("2026-03-01", "2026-02-29"),
        LEAST.replace("2026-03-01", "2026-04-31"),
        LEAST.replace("2026", "0000"),
        LEAST.replace("08:00:00", "24:00:00"),
        LEAST.replace("08:00:00", "08:00:60"),
        LEAST.replace("Z", "+01:00"),
        WHOLE.replace('"login"', '"Login"'),
        WHOLE.replace('"login"', '"\\u006cogin"'),
        WHOLE.replace('"user"', '"usér"'),
        WHOLE.replace('"x"', '"\x01"'),
        WHOLE.replace('"x"', '"\\x"'),
        WHOLE.replace('"x"', "1"),
        WHOLE.encode().replace(b'"x"', b'"\xff"'),
        WHOLE.encode().replace(b'"x"', b'"\xed\xa0\x80"'),
        WHOLE.encode().replace(b'"x"', b'"\xc0\xaf"'),
    ],
)
def test_what_is_not_plainly_a_record_is_not_proven(line: str | bytes) -> None:
    """Such a line is read strictly by itself; some of them are records."""
    assert not is_proven(line)


LINES = st.lists(
    st.sampled_from(
        [LEAST, WHOLE, json.dumps(json.loads(WHOLE)), "{}", "", LEAST + "x"]
    ),
    max_size=6,
)


@given(LINES)
def test_lines_are_proven_up_to_the_first_that_is_not(lines: Sequence[str]) -> None:
    """Of one dialect; what is behind is tried again from there."""
    content = "".join(line + "\n" for line in lines).encode()
    end, dialect = proven(content, 0, DIALECTS)
    count = content[:end].count(b"\n")
    assert content[:end].endswith(b"\n") or end == 0
    assert all(is_proven(line) for line in lines[:count])
    if count < len(lines) and is_proven(lines[count]):
        assert dialect_of(lines[count]) is not dialect


def dialect_of(line: str) -> Dialect:
    return SPACED if '": ' in line else COMPACT


texts = st.text(max_size=8) | st.sampled_from(
    ["\ud800", "\U0001f600", '"', "\\", "\x7f"]
)
numbers = (
    st.integers(-(2**70), 2**70) | st.floats() | st.sampled_from([2**63 - 1, -(2**63)])
)
fields = st.fixed_dictionaries(
    {
        "id": st.integers(-(2**63), 2**63) | numbers,
        "actor_id": st.none() | numbers,
        "action": texts | st.sampled_from(["login", "LOGIN"]),
        "created_at": st.sampled_from(
            [
                "2026-03-01T08:00:00Z",
                "2024-02-29T00:00:00Z",
                "2026-03-01T08:00:00+01:00",
            ]
        ),
        "actor_name": st.none() | texts | st.booleans(),
    }
)


@settings(max_examples=400)
@given(fields, st.booleans(), st.booleans())
def test_a_proven_line_is_the_record_that_a_strict_reader_sees(
    raw: dict[str, object], ascii_: bool, compact: bool
) -> None:
    """With orjson and without; where it is not proven, nothing is claimed."""
    separators = (",", ":") if compact else (", ", ": ")
    text = json.dumps(raw, ensure_ascii=ascii_, separators=separators)
    line = text.encode("utf-8", "surrogatepass")
    if not is_proven(line):
        return
    expected = Record.from_json(loads(line.decode("utf-8")))
    for is_fast in (True, False):
        (found,) = Decoder(is_fast=is_fast).records([line])
        assert (expected.raw, expected.id, expected.created_s) == (
            found.raw,
            found.id,
            found.created_s,
        )
        assert [*map(type, expected.raw.values())] == [*map(type, found.raw.values())]


@pytest.mark.parametrize(
    "value",
    [
        '"\\ud800"',
        '"\\ud83d\\ude00"',
        '"\\u0000"',
        '"\\/\\b\\f"',
        '"\x7f\u2028"',
        "null",
    ],
)
def test_odd_text_is_read_alike(value: str) -> None:
    """Halves and pairs of surrogates, NUL, every escape."""
    line = WHOLE.replace('"Zoë"', value).encode()
    assert is_proven(line)
    both = [Decoder(is_fast=is_fast).values([line]) for is_fast in (True, False)]
    assert both[0] == both[1] == [loads(line.decode())]


@given(st.binary(max_size=40))
def test_bytes_within_are_proven_only_if_a_strict_reader_takes_them(
    found: bytes,
) -> None:
    """Whatever stands between two quotes."""
    line = WHOLE.encode().replace(b'"x"', b'"' + found + b'"')
    try:
        Record.from_json(loads(line.decode("utf-8")))
        is_good = True
    except (UnicodeDecodeError, BadJson, BadRecord):
        is_good = False
    assert is_good or not is_proven(line)


names = st.sampled_from(
    ["url", "actor_id", "action", "source_type", "actor_name", "new", "x.y", "changed"]
)
more = st.dictionaries(
    names,
    st.none() | texts | st.integers(-(2**70), 2**70) | st.booleans() | st.floats(),
)


@settings(max_examples=400)
@given(more, st.permutations(range(10)), st.booleans(), st.integers(0, 9))
def test_a_learned_dialect_proves_only_what_a_strict_reader_takes(
    fields: dict[str, object], order: list[int], compact: bool, twice: int
) -> None:
    """Other orders and unknown fields are learned; a key twice is never proven."""
    raw = {"id": 7, "created_at": "2026-03-01T08:00:00Z"} | fields
    numbered = sorted(zip(order, raw, strict=False))
    comma, colon = (",", ":") if compact else (", ", ": ")
    members = [f"{json.dumps(k)}{colon}{json.dumps(raw[k])}" for _, k in numbered]
    line = ("{" + comma.join(members) + "}").encode()
    known = Dialects()
    try:
        record = Record.from_json(loads(line.decode()))
    except (BadJson, BadRecord):
        assert proven(line + b"\n", 0, known.known)[0] == 0
        return
    known.learn(line, record)
    doubled = comma.join([*members, members[twice % len(members)]])
    assert proven(b"{" + doubled.encode() + b"}\n", 0, known.known)[0] == 0
    if proven(line + b"\n", 0, known.known)[0]:
        (found,) = Decoder().records([line])
        assert json.dumps(record.raw) == json.dumps(found.raw)


@pytest.mark.parametrize("compact", [False, True])
def test_fields_that_the_api_did_not_have_are_learned(compact: bool) -> None:
    """At the end, in the middle, in the order of the alphabet."""
    separators = (",", ":") if compact else (", ", ": ")
    whole = json.loads(WHOLE)
    for raw in (
        whole | {"new": True},
        {"new": -7, **whole, "other": "x"},
        dict(sorted(whole.items())),
    ):
        line = json.dumps(raw, separators=separators).encode()
        known = Dialects()
        assert proven(line + b"\n", 0, known.known)[0] == 0
        known.learn(line, Record.from_json(raw))
        assert proven(line + b"\n", 0, known.known)[0] == len(line) + 1
        assert compact is known.known[0].is_compact


def test_no_file_learns_without_end() -> None:
    """Six dialects; what is in none of them is read line by line."""
    known = Dialects()
    for number in range(100):
        raw = {f"n{number}": 1, "created_at": "2026-03-01T08:00:00Z", "id": 1}
        line = json.dumps(raw, separators=(",", ":")).encode()
        known.learn(line, Record.from_json(raw))
    assert MOST == len(known.known)
