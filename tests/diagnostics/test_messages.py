"""How a diagnostic speaks: laws of its words, over every case of the suite."""

import re

import pytest
from corpus import cases, diagnostics, titles

from auditql.diagnostics.model import Diagnostic
from auditql.diagnostics.render import render_line, render_text
from auditql.language.grammar import build

SAID = [(case, found) for case in cases() for found in diagnostics(case)]
QUOTED = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"")


def words(found: Diagnostic) -> str:
    """All that it says, one line a part."""
    parts = (found.message, found.label, found.help or "", *found.expected)
    return "\n".join(parts)


@pytest.fixture(scope="module")
def terminals() -> frozenset[str]:
    """The names that the grammar gives to terminals and rules."""
    grammar = build()
    names = {t.name for t in grammar.terminals} | {"$END"}
    return frozenset(names)


def test_no_name_of_a_terminal_reaches_a_person(terminals: frozenset[str]) -> None:
    """None stands in any message, label, help or expectation of any case."""
    for case, found in SAID:
        told = set(re.findall(r"\$?[A-Z_]{2,}", words(found)))
        written = set(re.findall(r"\$?[A-Z_]{2,}", case["query"]))
        assert set() == (told & terminals) - written, (case["name"], words(found))


@pytest.mark.parametrize("case", cases(), ids=titles())
def test_the_words_of_diagnostics(case: dict[str, object]) -> None:
    """One sentence about the query, no full stop, and a place inside of the text."""
    for found in diagnostics(case):
        check_words(str(case["query"]), found)


def check_words(text: str, found: Diagnostic) -> None:
    plain = QUOTED.sub("", found.message)
    assert found.message
    assert "\n" not in found.message
    assert not found.message.endswith((".", "!"))
    assert ". " not in plain
    for part in (plain, QUOTED.sub("", found.label)):
        assert not re.search(r"\b(?:you|your|please|invalid|sorry)\b", part, re.I)
    assert plain[:1] == plain[:1].lower() or plain.startswith("RE2")
    assert (found.help or "x").count("did you mean") <= 1
    assert found.help != ""
    assert len(re.findall(r"did you mean `[^`]*`(?:, `)", found.help or "")) == 0
    for span in (found.span, found.fix and found.fix.span):
        assert span is None or 0 <= span.start <= span.end <= len(text)
    rendered = render_text([found], text)
    assert f"[{found.code.value}]: " in rendered
    assert "\n" not in render_line(found, text)


def test_the_end_of_the_text_is_where_its_signs_end() -> None:
    """A text that ends early is marked behind its last sign, blanks aside."""
    met = 0
    for case, found in SAID:
        if found.code.value == "ends-early":
            met += 1
            assert found.span is not None
            assert len(case["query"].rstrip()) == found.span.end
    assert met > 10


def test_a_value_says_all_that_could_stand_there() -> None:
    """What is expected is a handful of things, each said once."""
    for _, found in SAID:
        assert len(found.expected) <= 9  # the stages
        assert len(set(found.expected)) == len(found.expected)
