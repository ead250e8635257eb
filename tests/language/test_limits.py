"""Every text ends in an answer or an error, at once: the bounds of a query."""

import time
from collections.abc import Callable

import pytest

from auditql.catalog import limits
from auditql.diagnostics.codes import Code
from auditql.errors import QueryError
from auditql.language import query
from auditql.language.parser import parse
from auditql.language.printer import format_script
from auditql.language.resolver import Resolution, resolve

NOW_S = 1_773_144_000


def resolved(text: str) -> Resolution:
    return resolve(parse(text), text, parameters={}, now_s=NOW_S, zone="UTC")


def refusal(text: str) -> list[Code]:
    """The codes of the errors that a text ends in while it is parsed."""
    with pytest.raises(QueryError) as caught:
        parse(text)
    return [d.code for d in caught.value.diagnostics if d.is_error]


def under(frames: int, work: Callable[[], None]) -> None:
    """Work done with that many calls below it already."""
    if frames:
        under(frames - 1, work)
    else:
        work()


def nest(opening: str, closing: str, times: int, inside: str = "id = 1") -> str:
    return opening * times + inside + closing * times


DEEPEST = {
    "parentheses": nest("(", ")", 100),
    "not": nest("not ", "", 100),
    "not and parentheses": nest("not (", ")", 50),
    "many not in few parentheses": nest("not " * 9 + "(", ")", 10),
    "or and": nest("(id = 1 or id = 2 and ", ")", 100),
    "and or": nest("(id = 1 and (id = 2 or ", "))", 50),
    "in a name": "let @x = " + nest("(id = 1 or id = 2 and ", ")", 100) + "; @x",
    "of where": "| where " + nest("(id = 1 or id = 2 and ", ")", 100),
}


@pytest.mark.parametrize("text", DEEPEST.values(), ids=list(DEEPEST))
def test_the_deepest_nesting_is_read_and_written(text: str) -> None:
    """100 levels of parentheses and `not`, with the stack well used already."""

    def work() -> None:
        script = parse(text)
        assert script == parse(format_script(script))
        assert 1 == len(resolved(text).queries)

    under(200, work)


TOO_DEEP = {
    "parentheses": nest("(", ")", 101),
    "not": nest("not ", "", 101),
    "not and parentheses": nest("not (", ")", 51),
    "many not in few parentheses": nest("not " * 50 + "(", ")", 49),
    "never closed": "(" * 60_000,
    "60,000 pairs": nest("(", ")", 60_000),
    "60,000 not": "not " * 60_000,
    "60,000 pairs behind a test": "id = 1 and " + "(" * 60_000,
}


@pytest.mark.parametrize("text", TOO_DEEP.values(), ids=list(TOO_DEEP))
def test_a_deeper_nesting_is_refused_at_once(text: str) -> None:
    """On tokens, before the parser's stack: 101 levels or 60,000, the same time."""
    began = time.process_time()
    assert [Code.NESTED_TOO_DEEP] == refusal(text)
    assert time.process_time() - began < 2


def test_parentheses_side_by_side_are_not_nested() -> None:
    """What was closed counts no longer, `not` before it included."""
    text = " and ".join(["not not (id = 1)"] * 500)
    assert 1 == len(parse(text).statements)
    text = " and ".join(["not hour(created_at) = 1"] * 500)
    assert 1 == len(parse(text).statements)


def test_names_within_names_are_bounded_too() -> None:
    """A chain of `let` may nest or grow; neither ends in a traceback."""
    lets = ["let @n0 = id = 1 and id = 2"]
    lets += [f"let @n{i} = not (@n{i - 1} or id = {i})" for i in range(1, 400)]
    found = resolved(";".join(lets) + "; @n399")
    assert Code.NESTED_TOO_DEEP in {d.code for d in found.diagnostics}
    assert () == found.queries
    lets = ["let @n0 = id = 1 or id = 2"]
    lets += [f"let @n{i} = @n{i - 1} and @n{i - 1}" for i in range(1, 60)]
    found = resolved(";".join(lets) + "; @n59")
    assert Code.TOO_MANY_TOKENS in {d.code for d in found.diagnostics}


@pytest.mark.parametrize("letter", ["x", "ü", "\U0001f980"])
def test_a_text_of_256_kib_is_the_longest(letter: str) -> None:
    """Counted in bytes of UTF-8."""
    size = len(letter.encode())
    room = limits.TEXT_BYTES - len("'' or 'x'")
    text = f"'{letter * (room // size)}' or 'x'"
    assert 1 == len(parse(text).statements)
    assert [Code.TEXT_TOO_LONG] == refusal(text + " " * (size + 10))


def test_a_text_of_2_mb_is_refused_at_once() -> None:
    """Whatever it holds."""
    began = time.process_time()
    for part in ("id = 1 and ", "(", "'", "\x00", "-- x\n"):
        assert [Code.TEXT_TOO_LONG] == refusal(part * (2_000_000 // len(part)))
    assert time.process_time() - began < 2


def test_a_list_holds_at_most_10_000_values() -> None:
    """Runs, words and both together."""
    numbers = ", ".join(map(str, range(10_000)))
    (made,) = resolved(f"id in ({numbers})").queries
    assert isinstance(made.filter, query.OneOf)
    assert 10_000 == len(made.filter.values)
    for text in (
        f"id in ({numbers}, 10000)",
        f"id not in ({numbers}, 10000,)",
        f"created_at in ({'today, ' * 10_001})",
        f"ip_address in ({'::1, ' * 10_001})",
    ):
        found = resolved(text)
        assert () == found.queries
        assert [Code.LIST_TOO_LONG] == [d.code for d in found.diagnostics]


def test_a_text_has_at_most_40_000_words_and_signs() -> None:
    """A run of integers counts once."""
    assert [Code.TOO_MANY_TOKENS] == refusal("a=1 or " * 10_001)
    assert 1 == len(parse(f"id in ({'1,' * 60_000})").statements)


@pytest.mark.parametrize(
    "text",
    ["id = " + "9" * 200_000, "id = -" + "9" * 5_000, f"id in ({'9' * 5_000}, 1)",
     "created_at >= -" + "9" * 5_000 + "d", "limit " + "9" * 5_000,
     "created_at >= now + " + "9" * 5_000 + " quarters", "created_at in last 99999999d",
     "created_at in " + "9" * 5_000, "| top " + "9" * 5_000 + " action",
     "| timeline " + "9" * 5_000 + "h", "created_at >= today - 99999999999999999w"],
)  # fmt: skip
def test_a_number_of_any_length_ends_in_a_diagnostic(text: str) -> None:
    """Out of range, and never a traceback."""
    found = resolved(text)
    assert () == found.queries
    assert {d.code for d in found.diagnostics if d.is_error} <= {
        Code.NUMBER_OUT_OF_RANGE,
        Code.BAD_DATE,
    }


def test_a_pattern_has_at_most_1_000_characters() -> None:
    """RE2 is linear, but its programs are not small."""
    assert 1 == len(resolved(f"actor_name ~ '{'a' * 1_000}'").queries)
    found = resolved(f"actor_name ~ '{'a' * 1_001}'")
    assert [Code.PATTERN_TOO_LONG] == [d.code for d in found.diagnostics]


@pytest.mark.parametrize("code", [*range(9), *range(14, 28), 127])
def test_control_characters_are_refused_where_they_stand(code: int) -> None:
    """Even in a string, where an escape writes them."""
    with pytest.raises(QueryError) as caught:
        parse(f"actor_name = 'a{chr(code)}b'")
    (diagnostic,) = caught.value.diagnostics
    assert Code.STRAY_CHARACTER is diagnostic.code
    assert diagnostic.span is not None
    assert 15 == diagnostic.span.start
    assert f"\\u{code:04x}" in (diagnostic.help or "")


def test_at_most_five_errors_are_told() -> None:
    """Of form, or of meaning; in the order of the text."""
    found = resolved(" and ".join(f"nme{i} = 1" for i in range(9)))
    assert 5 == len(found.diagnostics)
    starts = [d.span.start for d in found.diagnostics if d.span]
    assert sorted(starts) == starts
    assert len(refusal(" ".join(f"limit {i}" for i in range(9)))) <= 5
