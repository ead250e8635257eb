"""Query strings are read as Rack reads them."""

import pytest

from auditql.emulator.query_string import (
    DEPTH_LIMIT,
    UnreadableQueryError,
    parse_query,
    split_pairs,
)


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("", {}),
        ("a=1", {"a": "1"}),
        ("a=1&a=2", {"a": "2"}),
        ("a", {"a": None}),
        ("a=", {"a": ""}),
        ("=1&&a=2", {"a": "2"}),
        ("a=b=c", {"a": "b=c"}),
        ("a=1+2%2B3", {"a": "1 2+3"}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a[b]=1&a[c]=2", {"a": {"b": "1", "c": "2"}}),
        ("a[b]=1&a[b]=2", {"a": {"b": "2"}}),
        ("a[b][]=1&a[b][]=2", {"a": {"b": ["1", "2"]}}),
        ("a%5Bb%5D%5B%5D=1&a[b][]=2", {"a": {"b": ["1", "2"]}}),
        ("a[][b]=1&a[][c]=2&a[][b]=3", {"a": [{"b": "1", "c": "2"}, {"b": "3"}]}),
        ("a[][b][c]=1&a[][b][c]=2", {"a": [{"b": {"c": "1"}}, {"b": {"c": "2"}}]}),
        ("a[][]=1", {"a": [["1"]]}),
        ("a[][][]=1", {"a": [{"[]": ["1"]}]}),
        ("a[][][b]=1", {"a": [{"[]": {"b": "1"}}]}),
        ("a[][b][]=1&a[][b][]=2", {"a": [{"b": ["1", "2"]}]}),
        ("a[][b][c]=1&a[][b][d]=2", {"a": [{"b": {"c": "1", "d": "2"}}]}),
        ("a[b]c=1", {"a": {"b": {"c": "1"}}}),
        ("a[b]=1&a=2", {"a": "2"}),
        ("a&a[b]=1", {"a": {"b": "1"}}),
        ("a&a[]=1", {"a": ["1"]}),
        ("[]=1&[a]=2", {"[]": "1", "[a]": "2"}),
        ("a[=1", {"a[": "1"}),
        ("a[b=1", {"a": {"[b": "1"}}),
        ("a=1& b=2", {"a": "1", "b": "2"}),
        ("page[size]=2&filter[action]=login", {
            "page": {"size": "2"}, "filter": {"action": "login"},
        }),
    ],
)  # fmt: skip
def test_parse_query_nests_as_rack_does(query: str, params: object) -> None:
    """The last plain key wins, `[]` accumulates, `[x]` nests."""
    assert params == parse_query(query)


@pytest.mark.parametrize(
    "query",
    [
        "a=1&a[]=2",
        "a=1&a[b]=2",
        "a[]=1&a[b]=2",
        "a[b]=1&a[]=2",
        "a[b]=1&a[b][c]=2",
        "a=%",
        "a=%zz",
        "a=%4",
        "%ff=1",
        "a=%c3%28",
        "a" + "[b]" * DEPTH_LIMIT + "=1",
    ],
)
def test_parse_query_refuses_what_rack_refuses(query: str) -> None:
    """A name used in two ways, a broken escape, no UTF-8, too deep a nest."""
    with pytest.raises(UnreadableQueryError):
        parse_query(query)


def test_a_nest_below_the_limit_is_read() -> None:
    """The deepest nest that is accepted has one level less than the limit."""
    assert parse_query("a" + "[b]" * (DEPTH_LIMIT - 1) + "=1")


def test_split_pairs_keeps_order_and_repeats() -> None:
    """What was sent is seen as it was sent, broken bytes replaced."""
    assert split_pairs("b=1&a[]=2&&b=%ff&c") == (
        ("b", "1"),
        ("a[]", "2"),
        ("b", "\ufffd"),
        ("c", ""),
    )
