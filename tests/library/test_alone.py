"""Each query of a file by itself says what it says among the others."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from auditql.language.parser import parse
from auditql.library.alone import alone
from auditql.runtime.compile import compile_script, compile_text

NOW = "2026-03-10T12:00:00Z"
GIVEN: dict[str, object] = {"a": 7, "b": "x", "c": 3}
STATEMENTS = (
    "tz 'Asia/Tokyo'",
    "tz 'UTC'",
    "actor_id = :a and created_at = 2026-03-01",
    "(actor_name = ';-- x' or actor_name = :b) and created_at >= -7d limit :c",
    "/* ; */ action = login # ;\n | count by hour(created_at)",
    "((id = 1))",
    "-- limit 5; all\nlimit :c",
    "\r\n",
    "",
)


def test_the_others_are_blank_and_every_place_is_as_it_was() -> None:
    """Definitions stay; a `;` in a string or a comment ends nothing."""
    text = "-- d;\nparam a;\n(id = 1\n or 'x;y');let @n = id = :b;/* ; */ @n limit :a"
    first, second = alone(parse(text), text)
    head, let, tail = "-- d;\nparam a;", ";let @n = id = :b;", "/* ; */ @n limit :a"
    assert f"{head}\n(id = 1\n or 'x;y'){let}{' ' * len(tail)}" == first.text()
    assert f"{head}\n{' ' * 7}\n{' ' * 10}{let}{tail}" == second.text()
    assert (3, 4) == (first.line, second.line)
    assert (frozenset("ab"), frozenset("ab")) == (first.parameters, second.parameters)


def test_a_parameter_is_of_the_query_that_uses_it() -> None:
    """What another query of the file takes is not asked for."""
    text = "param a; id = :b; id in (:c, 1) | top :d id"
    first, second = alone(parse(text), text)
    assert {"a", "b"} == first.parameters
    assert {"a", "c", "d"} == second.parameters


def test_definitions_alone_are_no_query() -> None:
    """And a text that says nothing is one, as the language has it."""
    assert () == alone(parse("param a"), "param a")
    (empty,) = alone(parse(" -- x\n"), " -- x\n")
    assert " -- x\n" == empty.text()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=6))
def test_a_query_alone_is_planned_as_it_is_among_the_others(parts: list[str]) -> None:
    """Same requests, same filter, same stages, each at its place of the file."""
    text = "param a; param b; param c;" + ";".join(parts)
    script = parse(text)
    each = alone(script, text)
    plans = compile_script(text, params=GIVEN, now=NOW)
    assert len(plans) == len(each)
    for plan, part in zip(plans, each, strict=True):
        own = compile_text(part.text(), params=GIVEN, now=NOW)
        assert len(part.text()) == len(text)
        assert plan.requests == own.requests
        assert plan.residual == own.residual
        assert plan.query == replace(own.query, text=text)
