"""Questions asked of an engine: how many were answered alike, and which were not.

In: an engine, seeds. Out: counts and differences in words. An engine that refuses a
question, before or while it runs, must say so in auditql's own words.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

import questions

import auditql
from auditql.providers.warehouse.columns import Columns
from auditql.providers.warehouse.compile import compiled
from auditql.providers.warehouse.statement import Dialect, Statement

SAID_WHILE_RUNNING = "auditql"


class Machine(Protocol):
    """An engine with the records in a table."""

    dialect: Dialect
    columns: Columns
    has_parameters: bool

    def rows(self, statement: Statement) -> list[tuple[object, ...]]: ...


@dataclass
class Outcome:
    """What came of many questions.

    Attributes:
        counts: equal, telling (equal, with rows), refused, failed (while running).
        differences: in words.
        why: of refusals, the construct, and how often.
    """

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    why: Counter[str] = field(default_factory=Counter)

    @property
    def said(self) -> str:
        """The counts in one line."""
        return ", ".join(f"{n} {word}" for word, n in sorted(self.counts.items()))


def ask(machine: Machine, seeds: Iterable[int], most: int = 3) -> Outcome:
    """Ask each question; stop after so many differences."""
    outcome = Outcome()
    for seed in seeds:
        _ask(machine, seed, outcome)
        if len(outcome.differences) >= most:
            break
    return outcome


def _ask(machine: Machine, seed: int, outcome: Outcome) -> None:
    asked = questions.question(seed)
    counts = outcome.counts
    params = machine.has_parameters and seed % 2 == 0
    try:
        made = compiled(asked.query, machine.dialect, machine.columns, params=params)
    except auditql.QueryError as error:
        counts["refused"] += 1
        outcome.why.update(d.message for d in error.diagnostics)
        return
    try:
        got = [tuple(row) for row in machine.rows(made)]
    except Exception as error:
        if SAID_WHILE_RUNNING not in str(error):
            outcome.differences.append(f"seed {seed}: {asked.said}: {error!s:.300}")
        else:
            counts["failed"] += 1
        return
    if (made.columns, got) != (asked.names, asked.rows):
        first = next(
            (p for p in zip(asked.rows, got, strict=False) if p[0] != p[1]), ()
        )
        outcome.differences.append(
            f"seed {seed}: {asked.said}: {len(asked.rows)} rows, got {len(got)}; "
            f"{first!s:.500}"
        )
        return
    counts["equal"] += 1
    counts["telling"] += bool(got)
