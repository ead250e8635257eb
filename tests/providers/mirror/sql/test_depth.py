"""Filters as deep as the language allows, answered by SQL, against the naive answer."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import asking_mirror
import pytest

from auditql.catalog.limits import NESTING
from auditql.catalog.record import Record
from auditql.providers.mirror.opening import Mirror

NAMES, ACTORS, ACTIONS = ("a", "bb", None), (1, 2, None), ("login", "update")
RAWS = tuple(
    {"id": number, "actor_name": name, "actor_id": actor, "action": action}
    for number, (name, actor, action) in enumerate(
        product(NAMES, ACTORS, ACTIONS), start=1
    )
)
FORMS = (
    "not ({one} or {rest})",
    "not ({one} or not ({other} or {rest}))",
    "({one} or ({other} and {rest}))",
    "({one} and ({other} or not ({one} and {rest})))",
    "not ({other} or {one} and ({one} or {rest}))",
)
TESTS = (
    ("actor_id = 1", "actor_name contains 'B'"),
    ("actor_name > 'a'", "length(actor_name) = 1"),
    ("'log'", "actor_name is null"),
)
STAGE = "| count by actor_name, actor_id"


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    """The mirror of RAWS."""
    opened = asking_mirror.mirror(tmp_path, RAWS)
    yield opened
    opened.close()


def nested(form: str, one: str, other: str) -> list[str]:
    """Filters of this form, from shallow to as deep as a query may be."""
    levels = (NESTING - 1) // (form.count("(") + form.count("not "))  # `length(` is one
    texts = [other]
    for _ in range(levels):
        texts.append(form.format(one=one, other=other, rest=texts[-1]))
    return [*texts[8:13], texts[-1]]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("one", "other"), TESTS)
def test_a_deep_filter_is_answered_as_by_itself(
    mirror: Mirror, form: str, one: str, other: str
) -> None:
    """Rows of grouped records: what SQL cannot nest is checked in Python."""
    records = [
        Record.from_json({"created_at": asking_mirror.MOMENT} | raw) for raw in RAWS
    ]
    for text in nested(form, one, other):
        matches = asking_mirror.compiled(text).matcher()
        number = sum(map(matches, records))
        rows = asking_mirror.rows(mirror, f"{text} {STAGE}")
        assert number == sum(int(str(row["count"])) for row in rows), text
