"""Laws of the printer and the resolver, over drawn trees and drawn filters."""

import dataclasses
from collections import Counter
from enum import Enum
from random import Random

import pytest
from generate import COLUMNS, NOW_S, ZONES, random_filter
from trees import random_expression, random_script

from auditql.catalog.kinds import Unit
from auditql.catalog.operators import Comparator, TextOperator
from auditql.language import query, syntax
from auditql.language.parser import parse
from auditql.language.printer import format_filter, format_script
from auditql.language.resolver import resolve
from auditql.language.restate import restate

SMALL, FULL = 2_000, 20_000


def nodes(node: object) -> Counter[str]:
    """How often each class of node stands in a tree, and each member of an enum."""
    if isinstance(node, tuple):
        return sum(map(nodes, node), Counter())
    if isinstance(node, Enum):
        return Counter([str(node)])
    if not dataclasses.is_dataclass(node):
        return Counter()
    inner = (getattr(node, f.name) for f in dataclasses.fields(node) if f.repr)
    return sum(map(nodes, inner), Counter([type(node).__name__]))


def check_round_trip(seed: int) -> syntax.Script:
    """A tree's text parses to the tree, and is the canonical text of it."""
    tree = random_script(Random(seed))
    text = format_script(tree)
    again = parse(text)
    assert tree == again, text
    assert text == format_script(again)
    return tree


def test_the_text_of_a_tree_parses_to_the_tree() -> None:
    """parse(format(t)) == t, over every class of node, operator and unit."""
    met: Counter[str] = Counter()
    for seed in range(SMALL):
        met += nodes(check_round_trip(seed))
    expected = set(syntax.__all__) - {
        "Expr", "Item", "Moment", "Operand", "RunSpans", "Script", "Stage", "Statement",
        "Test", "Value", "run_of_one",
    }  # fmt: skip
    assert set() == expected - set(met)
    members = {str(m) for enum in (Unit, Comparator, TextOperator) for m in enum}
    assert set() == members - set(met)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_the_text_of_many_trees_parses_to_the_trees() -> None:
    """The same, ten times as often."""
    for seed in range(SMALL, SMALL + FULL):
        check_round_trip(seed)


def test_blanks_and_comments_change_nothing() -> None:
    """Where a canonical text without quotes has a blank, anything white may stand."""
    blanks = ("  ", "\n", "\t", "\r\n", " -- x\n", " # '\n", " /* ; */ ", "\u00a0")
    tried = 0
    for seed in range(400):
        rng = Random(seed)
        tree = random_expression(rng, 3)
        text = format_filter(tree)
        if "'" in text:
            continue
        loose = "".join(rng.choice(blanks) if c == " " else c for c in text)
        (statement,) = parse(loose).statements
        assert isinstance(statement, syntax.Query)
        assert tree == statement.filter, loose
        tried += 1
    assert tried > 100


def test_letter_case_of_keywords_changes_nothing() -> None:
    """A tree that says nothing in words of its own is read the same in capitals."""
    tried = 0
    for seed in range(1_000):
        rng = Random(seed)
        tree = random_expression(rng, 3)
        met = nodes(tree)
        if {"Word", "Text", "Reference", "Parameter", "Anchor", "Duration"} & set(met):
            continue
        if {"Ago", "Rolling", "Address"} & set(met):
            continue  # units are lower case; an address keeps its spelling
        loud = format_filter(tree).replace("ß", "\u1e9e").upper()
        (statement,) = parse(loud).statements
        assert isinstance(statement, syntax.Query)
        assert tree == statement.filter
        tried += 1
    assert tried > 50


# --- checked filters


def resolved(text: str, zone: str) -> query.Filter:
    """The checked filter of a text that has no fault."""
    found = resolve(parse(text), text, parameters={}, now_s=NOW_S, zone=zone)
    assert [] == [d for d in found.diagnostics if d.is_error], text
    (checked,) = found.queries
    return checked.filter


def settled(filter_: query.Filter) -> query.Filter:
    """The filter as the resolver builds it: what it says is left as it is.

    A connective of one term is that term, one within another of its sort is
    spread out, those without terms are tests of the id; a test of a part of a
    text never folds case in its column.
    """
    match filter_:
        case query.And(()):
            return query.Not(query.Missing(COLUMNS["id"]))
        case query.Or(()):
            return query.Missing(COLUMNS["id"])
        case query.And((only,)) | query.Or((only,)):
            return settled(only)
        case query.And(terms):
            return query.And(spread(terms, query.And))
        case query.Or(terms):
            return query.Or(spread(terms, query.Or))
        case query.Not(term):
            return query.Not(settled(term))
        case query.TextMatch(query.Column() as column, op, value):
            return query.TextMatch(
                dataclasses.replace(column, folds_case=False), op, value
            )
        case _:
            return filter_


def spread(
    terms: tuple[query.Filter, ...], kind: type[query.And] | type[query.Or]
) -> tuple[query.Filter, ...]:
    """The settled terms, those of a nested connective of the same sort in its place."""
    found: list[query.Filter] = []
    for term in map(settled, terms):
        found += term.terms if isinstance(term, kind) else (term,)
    return tuple(found)


def check_restated(seed: int) -> query.Filter:
    """A filter said again resolves to itself, in whatever zone it is read."""
    rng = Random(seed)
    drawn = random_filter(rng, rng.choice((0, 1, 2, 3, 4)))
    text = format_filter(restate(drawn))
    assert settled(drawn) == resolved(text, rng.choice(ZONES)), text
    return drawn


def test_a_filter_said_again_resolves_to_itself() -> None:
    """resolve(parse(format(restate(f)))) == f, over every kind of test."""
    met: Counter[str] = Counter()
    for seed in range(SMALL):
        met += nodes(check_restated(seed))
    tests = {
        "OneOf", "Compare", "Between", "InRange", "InNetworks", "TextMatch", "Missing",
        "Search", "And", "Or", "Not", "Apply", "Column", "Length",
    }  # fmt: skip
    assert set() == tests - set(met)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_many_filters_said_again_resolve_to_themselves() -> None:
    """The same, ten times as often."""
    for seed in range(SMALL, SMALL + FULL):
        check_restated(seed)
