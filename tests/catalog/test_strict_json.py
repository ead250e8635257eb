"""JSON is read strictly, whole or value by value."""

import pytest

from auditql.catalog.strict_json import BadJson, EndsEarly, first, loads


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a":1,"a":1}', "key twice"),
        ('[{"b":{"a":1,"\\u0061":2}}]', "key twice"),
        ("[NaN]", "NaN"),
        ("-Infinity", "-Infinity"),
        ("1e400", "monstrous"),
        ("1" * 401, "monstrous"),
        ("[" * 100_000, "too deeply"),
        ("{", "broken"),
        ("{} {}", "broken"),
        ("", "broken"),
        ("\ufeff{}", "broken"),
    ],
)
def test_what_two_readers_take_differently_is_refused(text: str, why: str) -> None:
    """Each kind has words of its own."""
    with pytest.raises(BadJson, match=why):
        loads(text)


def test_what_is_read_is_what_stands_there() -> None:
    """Big integers stay integers, halves of surrogate pairs stay halves."""
    assert {"a": 10**30, "b": "\ud800", "c": [1.5, None]} == loads(
        '{"a":' + "1" + "0" * 30 + ',"b":"\\ud800","c":[1.5,null]}'
    )


def test_values_are_read_one_after_another() -> None:
    """The place behind a value is where the next is looked for."""
    text = '{"a":1}, [2]'
    assert ({"a": 1}, 7) == first(text, 0)
    assert ([2], 12) == first(text, 9)


@pytest.mark.parametrize("text", ["", "{", '{"a', '{"a":tru', "x"])
def test_a_value_that_is_not_whole_may_become_one(text: str) -> None:
    """It is no fault yet: more may follow."""
    with pytest.raises(EndsEarly):
        first(text, 0)
