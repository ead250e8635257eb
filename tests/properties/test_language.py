"""Laws of the printer and the resolver, over drawn trees and drawn filters."""

import dataclasses
from collections import Counter
from enum import Enum
from random import Random

import pytest
from generate import NOW_S, ZONES, random_filter
from trees import random_expression, random_script

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
    members = {f"{enum.__name__}.{m.name}" for enum in (syntax_enums()) for m in enum}
    assert set() == members - set(met)


def syntax_enums() -> tuple[type[Enum], ...]:
    """The enums that a tree holds."""
    from auditql.catalog.kinds import Unit
    from auditql.catalog.operators import Comparator, TextOperator

    return Unit, Comparator, TextOperator


@pytest.mark.full
@pytest.mark.timeout(600)
def test_the_text_of_many_trees_parses_to_the_trees() -> None:
    """The same, ten times as often."""
    for seed in range(SMALL, SMALL + FULL):
        check_round_trip(seed)


@pytest.mark.parametrize("seed", range(20))
def test_blanks_and_comments_change_nothing(seed: int) -> None:
    """Where a canonical text has a blank outside of quotes, anything white may stand."""
    rng = Random(seed)
    for _ in range(20):
        tree = random_expression(rng, 3)
        text = format_filter(tree)
        if "'" in text:
            continue
        blanks = ("  ", "\n", "\t", "\r\n", " -- x\n", " # '\n", " /* ; */ ", "\u00a0")
        loose = "".join(rng.choice(blanks) if c == " " else c for c in text)
        (statement,) = parse(loose).statements
        assert isinstance(statement, syntax.Query)
        assert tree == statement.filter, loose


@pytest.mark.parametrize("seed", range(20))
def test_letter_case_of_keywords_changes_nothing(seed: int) -> None:
    """Keywords, fields and functions; values keep theirs."""
    rng = Random(seed)
    for _ in range(20):
        tree = random_expression(rng, 3)
        text = format_filter(tree)
        words = text.split(" ")
        keywords = {"and", "or", "not", "in", "between", "is", "contains", "like"}
        if "'" in text:
            continue
        loud = " ".join(w.upper() if w in keywords else w for w in words)
        (statement,) = parse(loud).statements
        assert isinstance(statement, syntax.Query)
        # A keyword may also be a value; those alone may differ.
        if "AND" not in format_filter(statement.filter or tree):
            assert (
                format_filter(tree).lower()
                == format_filter(statement.filter or tree).lower()
            )


# --- checked filters


def settled(filter_: query.Filter) -> query.Filter:
    """The filter as the resolver builds it.

    Connectives of one term are that term, those within one of the same sort are
    spread out; the two without terms are a test of the id; a range of negative
    length is one that ends before it begins.
    """
    match filter_:
        case query.And(()):
            return query.Not(query.Missing(ID))
        case query.Or(()):
            return query.Missing(ID)
        case query.And((only,)) | query.Or((only,)):
            return settled(only)
        case query.And(terms):
            return query.And(_spread(terms, query.And))
        case query.Or(terms):
            return query.Or(_spread(terms, query.Or))
        case query.Not(term):
            return query.Not(settled(term))
        case _:
            return filter_


ID = query.Column("id", query.Column("id", None).kind or None)  # type: ignore[arg-type] # set below


def _spread(
    terms: tuple[query.Filter, ...], kind: type[query.And] | type[query.Or]
) -> tuple[query.Filter, ...]:
    found: list[query.Filter] = []
    for term in map(settled, terms):
        found += term.terms if isinstance(term, kind) else (term,)
    return tuple(found)
