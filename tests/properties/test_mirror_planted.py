"""The checks of a mirror's SQL bite: each of these bugs, planted, is found by them."""

from collections.abc import Callable

import pytest
import test_mirror_filters
import test_mirror_stages

from auditql.errors import AuditQLError
from auditql.plan.model import Interval
from auditql.providers.mirror.sql import (
    asked_of,
    chunks,
    condensing,
    filters,
    needles,
    numbers,
    selection,
    words,
)
from auditql.providers.mirror.sql.pieces import NEVER, Piece
from auditql.results.stages import groups

Patch = pytest.MonkeyPatch
Plant = Callable[[Patch], None]


def missing_is_unknown(patch: Patch) -> None:
    """The opposite of a test on a missing value is neither true nor false."""
    patch.setattr(
        filters, "negated", lambda p: Piece(f"(NOT {p.text})", p.params, p.cost)
    )


def let_through_under_not(patch: Patch) -> None:
    """What cannot be said counts as true under a `not` as well."""
    right = filters._Writer.piece
    patch.setattr(
        filters._Writer,
        "piece",
        lambda self, node, *, lets_through: right(self, node, lets_through=True),
    )


def only_ascii_is_looked_for(patch: Patch) -> None:
    """A text with other letters fails the quick test where case is ignored."""
    patch.setattr(needles, "_IS_NOT_PLAIN", "0")


def case_is_minded(patch: Patch) -> None:
    """The quick test minds the case that the test itself ignores."""
    patch.setattr(needles, "_any_case", needles._exact)


def bytes_are_never_asked(patch: Patch) -> None:
    """A text that SQL cannot hold passes no quick test."""
    patch.setattr(needles, "_IS_BYTES", "0")
    patch.setattr(needles, "_IS_NOT_PLAIN", "typeof(value) <> 'blob'")


def hours_toward_zero(patch: Patch) -> None:
    """Before 1970, division goes the wrong way."""
    patch.setitem(numbers.UTC_PARTS, "hour", "record.created_s % 86400 / 3600")


def addresses_by_their_text(patch: Patch) -> None:
    """An IPv6 address is found in one spelling only."""
    right = words._looked_up

    def wrong(node):
        keys = right(node)
        name = getattr(getattr(node, "operand", None), "name", "")
        has_values = hasattr(node, "values") and "address" in name
        return [str(v) for v in node.values] if keys is None and has_values else keys

    patch.setattr(words, "_looked_up", wrong)


def missing_is_never(patch: Patch) -> None:
    """No field is missing."""
    patch.setattr(filters, "missing", lambda name: NEVER)


def first_action_alone(patch: Patch) -> None:
    """Of several actions that are read each by its own, one is read."""
    right = selection._codes

    def wrong(*given):
        codes = right(*given)
        return codes if codes is None else codes[:1]

    patch.setattr(selection, "_codes", wrong)


FILTERS: tuple[Plant, ...] = (
    missing_is_unknown,
    let_through_under_not,
    only_ascii_is_looked_for,
    case_is_minded,
    bytes_are_never_asked,
    hours_toward_zero,
    addresses_by_their_text,
    missing_is_never,
)


def a_second_between_chunks(patch: Patch) -> None:
    """The second before a chunk is in none."""
    right = chunks._recursive

    def wrong(low):
        return right(low).replace(", chunk.low_s FROM", ", chunk.low_s - 1 FROM")

    patch.setattr(chunks, "_recursive", wrong)


def days_of_utc(patch: Patch) -> None:
    """A day of any zone is one of Greenwich."""
    patch.setattr(asked_of, "_QUARTER_S", 86_400)
    patch.setattr(asked_of.Grain, "_are_same", lambda self, first, last: True)


def days_of_utc_at_once(patch: Patch) -> None:
    """So is one whose rows are read at once."""
    right = asked_of.Grain.stretch

    def wrong(self, second):
        low = second - second % self.longest_s
        return right(self, second) and Interval(low, low + self.longest_s)

    patch.setattr(asked_of.Grain, "stretch", wrong)


def long_stretches_are_cut(patch: Patch) -> None:
    """Of a stretch with too many rows none is counted."""
    right = condensing.Condensing._said_at_once
    patch.setattr(
        condensing.Condensing,
        "_said_at_once",
        lambda self, text, params: right(self, text, params) or (0,),
    )


def each_group_once(patch: Patch) -> None:
    """A group counts as one record."""

    def wrong(self, items):
        self.counts.update(self._run(items))

    patch.setattr(groups.Tally, "_add_condensed", wrong)


def nothing_but_keys(patch: Patch) -> None:
    """What a `where` before the groups looks at is not asked for."""
    patch.setattr(asked_of, "_of_filter", lambda filter_: iter(()))


STAGES: tuple[Plant, ...] = (
    a_second_between_chunks,
    days_of_utc,
    days_of_utc_at_once,
    long_stretches_are_cut,
    each_group_once,
    nothing_but_keys,
)


def is_found(check: Callable[[int], bool]) -> bool:
    """Whether a check finds a difference in the worlds of the small tier.

    An answer refused is one; a crash is none of the check's, and fails the test.
    """
    for seed in range(6):
        try:
            if check(seed):
                return True
        except AuditQLError:
            return True
    return False


@pytest.fixture(autouse=True)
def few_rows(monkeypatch: Patch) -> None:
    """As in the checks themselves."""
    monkeypatch.setattr(chunks, "CHUNK", 17)
    monkeypatch.setattr(condensing, "LONGEST", 3)
    monkeypatch.setattr(selection, "FEW", 17)


@pytest.mark.parametrize("plant", FILTERS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_of_a_condition_is_found(
    plant: Plant, monkeypatch: Patch
) -> None:
    """A naive scan says something else."""
    plant(monkeypatch)
    assert is_found(lambda seed: bool(test_mirror_filters.differences(seed)))


def test_a_planted_bug_of_reading_is_found(monkeypatch: Patch) -> None:
    """A naive scan gives records of the other actions as well."""
    first_action_alone(monkeypatch)
    assert is_found(lambda seed: bool(test_mirror_filters.answers(seed)))


@pytest.mark.parametrize("plant", STAGES, ids=lambda plant: plant.__name__)
def test_a_planted_bug_of_grouping_is_found(plant: Plant, monkeypatch: Patch) -> None:
    """Naive stages give something else."""
    plant(monkeypatch)
    assert is_found(lambda seed: bool(test_mirror_stages.differences(seed)[0]))
