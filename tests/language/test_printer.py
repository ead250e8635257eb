"""Canonical text: strings of every character, lines, and what is not printed."""

import pytest

from auditql.diagnostics.model import Span
from auditql.language import syntax
from auditql.language.parser import parse
from auditql.language.printer import LINE, format_filter, format_script, quoted

AT = Span(0, 0)


def read(literal: str) -> str:
    """The text that a literal stands for."""
    (statement,) = parse(literal).statements
    assert isinstance(statement, syntax.Query)
    assert isinstance(statement.filter, syntax.Search)
    return statement.filter.text.value


def test_every_code_point_is_read_back() -> None:
    """Controls, quotes, backslashes, surrogates and all planes."""
    points = [*range(0x10000), *range(0x10000, 0x110000, 257)]
    for start in range(0, len(points), 2_000):
        text = " ".join(map(chr, points[start : start + 2_000]))
        assert text == read(quoted(text))


@pytest.mark.parametrize("first", "\\'\"nu%a \n\ud800")
@pytest.mark.parametrize("second", "\\'\"ntu041%a\n\u2028")
@pytest.mark.parametrize("third", ["", "\\", "'", "n", "\n"])
def test_signs_that_could_join_are_kept_apart(
    first: str, second: str, third: str
) -> None:
    """A backslash before whatever may follow is read back as it was."""
    text = first + second + third
    assert text == read(quoted(text))
    assert text == read(quoted("\\" + text))[1:]


def test_a_literal_has_no_control_character() -> None:
    """The canonical text is one line of what can be shown."""
    literal = quoted("".join(map(chr, [*range(0x20), 0x7F, 0xD800, 0xDFFF])))
    assert literal.isprintable()


def test_a_pattern_stays_readable() -> None:
    """Backslashes are doubled only where they must be."""
    assert r"'^\d+\.\s\w$'" == quoted(r"^\d+\.\s\w$")
    assert r"'\\n'" == quoted(r"\n")
    assert r"'\\'" == quoted("\\")


def test_the_longest_line_is_88_characters() -> None:
    """One more, and every clause has a line of its own."""
    room = LINE - len("actor_name = '' limit 5")
    short = f"actor_name = '{'x' * room}' limit 5"
    assert short == format_script(parse(short))
    assert LINE == len(short)
    longer = f"actor_name = '{'x' * (room + 1)}' limit 5"
    assert longer.replace(" limit", "\nlimit") == format_script(parse(longer))


def test_parentheses_come_from_the_tree_alone() -> None:
    """How a person wrote them is not said again."""
    one, two = (syntax.Reference(name, AT) for name in "ab")
    both = syntax.And((one, two), AT, parenthesised=True)
    assert both == syntax.And((one, two), AT)
    assert "(@a and @b) or @a" == format_filter(syntax.Or((both, one), AT))
    assert "not (@a and @b)" == format_filter(syntax.Not(both, AT))


def test_trees_are_equal_when_they_say_the_same() -> None:
    """Where they stand in the text is left out."""
    assert parse("id = 1") == parse("  ID  =  1 -- x")
    assert parse("id = 1") != parse("id = 2")
