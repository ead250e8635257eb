"""The comparison with the naive reading bites: each of these bugs, planted, is found.

SQLite is asked, in which each of them can show.
"""

from collections.abc import Callable

import asked
import machines
import pytest
import questions
from sqlglot import exp

from auditql.plan.model import Interval
from auditql.providers.warehouse import (
    aggregates,
    filters,
    operands,
    relations,
    rows,
    stages,
    texts,
)
from auditql.providers.warehouse.folding import Letters
from auditql.providers.warehouse.zones import ZoneClock

Patch = pytest.MonkeyPatch
MOST = 150
"""Questions in which a bug must show, from its first one on."""


def three_values(patch: Patch) -> None:
    """`not` keeps NULL, so what is missing is on neither side."""
    patch.setattr(
        filters, "opposite", lambda term, nullable: exp.Not(this=exp.Paren(this=term))
    )


def case_as_it_is(patch: Patch) -> None:
    """`contains` minds the case of the column."""
    patch.setattr(texts, "folding_for", lambda found: Letters("", "", ()))


def days_of_utc(patch: Patch) -> None:
    """Days and hours are Greenwich's."""
    patch.setattr(operands, "ZoneClock", lambda zone, *rest: ZoneClock("UTC", *rest))


def missing_first(patch: Patch) -> None:
    """What is missing comes where the engine puts it."""
    patch.setattr(
        rows,
        "ascending",
        lambda node, nullable, descending: [
            exp.Ordered(this=node.copy(), desc=descending, nulls_first=True)
        ],
    )


def limit_moved(patch: Patch) -> None:
    """A limit is taken of the rows of a later stage."""
    patch.setattr(stages.Stages, "_settled", lambda self, rows: rows)


def last_is_first(patch: Patch) -> None:
    """`last` gives the oldest."""
    patch.setattr(aggregates, "_turned", lambda order: list(order))


def only_what_was_met(patch: Patch) -> None:
    """A timeline begins and ends with records."""
    right = stages.Stages.__init__

    def wrong(self, operands, filters, refusals, span):
        right(self, operands, filters, refusals, Interval(None, None))

    patch.setattr(stages.Stages, "__init__", wrong)


def ties_as_they_come(patch: Patch) -> None:
    """Groups of one count come in no order of their keys."""
    right = relations.Relations.key_order

    def wrong(self, keys, cells, digits):
        return tuple(
            rows.Key(key.node, key.nullable, True)
            for key in right(self, keys, cells, digits)
        )

    patch.setattr(relations.Relations, "key_order", wrong)


BUGS: dict[Callable[[Patch], None], int] = {
    three_values: 3,
    case_as_it_is: 8,
    days_of_utc: 26,
    missing_first: 1,
    limit_moved: 17,
    last_is_first: 445,
    only_what_was_met: 26,
    ties_as_they_come: 15,
}
"""Each with the number of the first question in which it shows."""


@pytest.mark.parametrize("plant", BUGS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_found(
    plant: Callable[[Patch], None], monkeypatch: Patch
) -> None:
    """The naive reading says something else."""
    plant(monkeypatch)
    machine = machines.Sqlite(questions.records())
    seeds = range(BUGS[plant], BUGS[plant] + MOST)
    assert asked.ask(machine, seeds, most=1).differences
