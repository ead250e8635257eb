"""The grammar is LALR without conflicts, and each of its rules has its builder."""

import tomllib
from pathlib import Path

import lark
import pytest

from auditql.catalog.fields import FIELDS
from auditql.catalog.functions import AGGREGATES, FUNCTIONS
from auditql.language.grammar import STARTS, build, directory, load
from auditql.language.lexing import LazyLexer
from auditql.language.tree import RULES

BEGINNERS = {
    "order", "limit", "offset", "page", "after", "before", "param", "let", "tz", "not",
    "and", "or",
}  # fmt: skip
"""Words that may begin a query, a clause or a statement, or go on behind a test."""


@pytest.fixture(scope="module")
def made() -> lark.Lark:
    """The parser as lark's strict mode builds it."""
    return build(strict=True)


def test_the_grammar_has_no_conflict_and_no_collision(made: lark.Lark) -> None:
    """Strict mode refuses conflicts of LALR(1) and terminals that match one text."""
    assert "lalr" == made.options.parser
    assert "contextual" == made.options.lexer
    assert made.options.strict


def test_the_grammar_is_small(made: lark.Lark) -> None:
    """About 255 states, 175 rules and 77 terminals: a jump needs a reason."""
    table = made.parser.parser._parse_table
    assert 200 < len(table.states) < 300
    assert 150 < len(made.rules) < 200
    assert 60 < len(made.terminals) < 90


def test_every_rule_has_a_builder_and_every_builder_a_rule(made: lark.Lark) -> None:
    """What builds a node is found by the name of its rule or alias."""
    named = {
        rule.alias or rule.origin.name
        for rule in made.rules
        if not rule.origin.name.startswith("_") and not rule.options.expand1
    }
    aliases = {rule.alias for rule in made.rules if rule.alias}
    assert set(RULES) == named | aliases


def test_no_rule_builds_a_tree_of_lark(made: lark.Lark) -> None:
    """The tree is ours from the first node on."""
    for start in STARTS:
        for text in ("", "last", "(a, 1, 2)", "today"):
            try:
                found = made.parse(text, start=start)
            except lark.UnexpectedInput:
                continue
            assert not isinstance(found, lark.Tree)


@pytest.mark.parametrize("name", [f.name for f in (*FIELDS, *FUNCTIONS, *AGGREGATES)])
def test_names_are_free_of_words_that_begin_a_clause(name: str) -> None:
    """A field named `order` could never be told from the clause."""
    assert name not in BEGINNERS


def test_the_grammar_files_are_found_beside_or_above_the_package() -> None:
    """Wheel and checkout both carry them."""
    assert {"auditql.lark", "lexical.lark"} <= {p.name for p in directory().iterdir()}
    assert directory() in (
        Path(build.__code__.co_filename).parents[1] / "grammar",
        Path(build.__code__.co_filename).parents[2] / "grammar",
    )


def read(parser: lark.Lark, text: str) -> object:
    """What a parser makes of a text: the result, or where it stopped and why."""
    try:
        return parser.parse(text, start="script")
    except lark.UnexpectedToken as error:
        return error.token, error.token.type, error.token.start_pos
    except lark.UnexpectedCharacters as error:
        return error.pos_in_stream


def test_the_kept_table_reads_as_the_built_one_does() -> None:
    """Scanners that are made when they are met cut every text as lark's own do."""
    built = build()
    load()  # writes the table where there was none
    load.cache_clear()
    kept = load()
    assert isinstance(kept.parser.lexer.lexer, LazyLexer)
    queries = [
        case["query"]
        for path in sorted((Path(__file__).parents[1] / "cases").glob("*/*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
        if "query" in case
    ]
    assert len(queries) > 1000
    for text in queries:
        assert read(built, text) == read(kept, text), text
