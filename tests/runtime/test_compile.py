"""The compiler in one call: one query or several, limits, clocks, warnings."""

import time

import pytest

from auditql.diagnostics.codes import Code
from auditql.errors import QueryError
from auditql.runtime.compile import compile_script, compile_text, moment_s

NOW = "2026-03-10T12:00:00Z"


def test_the_empty_text_is_the_query_for_every_record() -> None:
    """Nothing written is nothing left out."""
    (plan,) = compile_script("", now=NOW)
    assert (("sort", "-created_at"), ("page[size]", "100")) == plan.requests[0].params


def test_a_text_of_definitions_holds_no_query() -> None:
    """`compile_script` gives none, `compile_text` says that one is wanted."""
    text = "let @night = hour(created_at) >= 22;"
    assert () == compile_script(text, now=NOW)
    with pytest.raises(QueryError) as caught:
        compile_text(text, now=NOW)
    assert [Code.NO_QUERY] == [d.code for d in caught.value.diagnostics]


def test_several_queries_share_definitions_and_now() -> None:
    """Each query of a file is a plan of its own, read at the same moment."""
    first, second = compile_script(
        "param n = 5; action = login limit :n; action = create limit :n", now=NOW
    )
    assert ("filter[action]", "login") in first.requests[0].params
    assert ("filter[action]", "create") in second.requests[0].params
    assert first.query.now_s == second.query.now_s


def test_one_query_is_wanted_and_two_are_there() -> None:
    """`compile_text` never picks one of them."""
    with pytest.raises(QueryError) as caught:
        compile_text("action = login limit 1; action = create limit 1", now=NOW)
    assert Code.SEVERAL_QUERIES is caught.value.diagnostics[0].code


def test_a_warning_belongs_to_the_query_it_stands_in() -> None:
    """The resolver looks at the whole file; each plan carries its own warnings."""
    text = "action = login limit 1; actor_name like 'Jane' limit 1"
    first, second = compile_script(text, now=NOW)
    assert Code.NO_WILDCARD not in [d.code for d in first.diagnostics]
    assert Code.NO_WILDCARD in [d.code for d in second.diagnostics]


def test_a_warning_of_a_definition_is_told_with_the_first_query() -> None:
    """It stands in no query, and is said once."""
    text = "let @j = actor_name like 'Jane'; @j limit 1; @j and action = login limit 1"
    first, second = compile_script(text, now=NOW)
    assert 1 == [d.code for d in first.diagnostics].count(Code.NO_WILDCARD)
    assert 0 == [d.code for d in second.diagnostics].count(Code.NO_WILDCARD)


@pytest.mark.parametrize(
    ("expected", "text", "limit"),
    [
        (7, "action = login", 7),
        (7, "action = login limit 20", 7),
        (20, "action = login limit 20", 70),
        (20, "action = login limit 20", None),
        (None, "action = login", None),
    ],
)
def test_a_limit_from_outside_lowers_and_never_raises(
    expected: int | None, text: str, limit: int | None
) -> None:
    """The smaller of the two bounds the answer."""
    assert expected == compile_text(text, now=NOW, limit=limit).limit


def test_a_limit_from_outside_bounds_what_stages_give() -> None:
    """It is the answer that is bounded, not the records that are counted."""
    plan = compile_text("action = login | count by actor_name", now=NOW, limit=3)
    assert plan.limit is None
    assert 2 == len(plan.stages)


def test_the_clock_is_taken_where_no_moment_is_given() -> None:
    """None is now, in whole seconds."""
    before = int(time.time())
    assert before <= moment_s(None) <= int(time.time())


def test_a_fraction_of_a_second_is_cut() -> None:
    """Times are whole seconds, rounded down, before 1970-01-01T00:00:01 too."""
    assert 0 == moment_s("1970-01-01T00:00:00.999Z")
