"""Bugs of stages that can be planted: a wrong function in the place of a right one.

In: a patch. Out: nothing; until the patch is undone the bug is there.
"""

from collections import Counter

import pytest

from auditql.catalog.buckets import buckets
from auditql.catalog.civil import clock_of
from auditql.plan.model import ALWAYS
from auditql.results import counting
from auditql.results.stages import (
    expressions,
    groups,
    passing,
    pipeline,
    rows,
    shown,
    sorting,
    timeline,
)

Patch = pytest.MonkeyPatch


def missing_key_left_out(patch: Patch) -> None:
    """A group of a missing key is none."""
    right = groups.Tally.in_order

    def wrong(self):
        return (row for row in right(self) if None not in row)

    patch.setattr(groups.Tally, "in_order", wrong)


def ties_as_they_came(patch: Patch) -> None:
    """`top` breaks ties by the order in which the groups were met."""

    def wrong(self, number):
        return [(*key, count) for key, count in self.counts.most_common(number)]

    patch.setattr(groups.Tally, "most", wrong)


def top_of_each_page(patch: Patch) -> None:
    """Groups that are rare so far are forgotten."""
    right = groups.Tally.add

    def wrong(self, items):
        right(self, items)
        self.counts = Counter(dict(self.counts.most_common(8)))

    patch.setattr(groups.Tally, "add", wrong)


def missing_first_where_descending(patch: Patch) -> None:
    """What is missing is turned round with the rest."""
    right = sorting.in_order

    def wrong(pairs, directions):
        found = right(pairs, [False] * len(directions))
        return found[::-1] if all(directions) else right(found, directions)

    patch.setattr(sorting, "in_order", wrong)


def cut_before_sorting(patch: Patch) -> None:
    """`order by` and `limit` keep the first that came."""

    def wrong(self):
        self._rows = sorting.in_order(self._rows[: self._most], self._directions)

    patch.setattr(sorting.Sorted, "_sort", wrong)


def first_to_come(patch: Patch) -> None:
    """`first` and `last` go by the order in which records come."""
    patch.setattr(rows.Shape, "time", property(lambda self: None))


def case_of_actions(patch: Patch) -> None:
    """`Login` and `login` are two groups."""
    patch.setattr(expressions, "_folded", lambda text: text)


def spelling_of_addresses(patch: Patch) -> None:
    """An address is as many groups as it has spellings."""
    patch.setattr(expressions, "_spelled_once", lambda text: text)


def each_value_each_time(patch: Patch) -> None:
    """A record counts once for each line that says the same."""

    def wrong(derive, function):
        def each(held):
            found = () if held is None else derive(held)
            return tuple(map(function, found) if function else found) or (None,)

        return each

    patch.setattr(expressions, "_each", wrong)


def only_what_was_met(patch: Patch) -> None:
    """A timeline begins and ends with records, whatever range was asked for."""
    patch.setattr(pipeline, "span_of", lambda query: ALWAYS)


def range_with_its_end(patch: Patch) -> None:
    """The end of the range is a bucket too."""
    right = timeline.Filled._edges

    def wrong(self, met):
        edges = right(self, met)
        if edges is None or self._span.end is None:
            return edges
        return edges[0], max(edges[1], self._buckets.start(self._span.end))

    patch.setattr(timeline.Filled, "_edges", wrong)


def buckets_of_utc(patch: Patch) -> None:
    """The empty buckets of a timeline begin at midnight in Greenwich."""
    patch.setattr(timeline, "buckets", lambda n, unit, zone: buckets(n, unit, "UTC"))


def days_of_utc(patch: Patch) -> None:
    """The day of a time in the zone is written as Greenwich has it."""
    patch.setattr(shown, "clock_of", lambda zone: clock_of("UTC"))


def limit_of_each_page(patch: Patch) -> None:
    """The limit begins anew with every page."""

    def wrong(self, items):
        return items[: self._left]

    patch.setattr(passing.Limited, "add", wrong)


def done_one_early(patch: Patch) -> None:
    """Reading stops when one row is still wanted."""
    patch.setattr(passing.Limited, "is_done", property(lambda self: self._left <= 1))


def distinct_of_each_page(patch: Patch) -> None:
    """What was given on an earlier page is given again."""

    def wrong(self, items):
        return list(dict.fromkeys(self._run(items)))

    patch.setattr(passing.Different, "add", wrong)


def nothing_is_no_row(patch: Patch) -> None:
    """A count of nothing gives no row."""
    patch.setattr(groups.Counted, "end", lambda self: list(self._tally.in_order()))


def order_never_matters(patch: Patch) -> None:
    """Records may come in any order, it is said, where they may not."""
    patch.setattr(pipeline, "_order_matters", lambda plan: False)


def edges_counted(patch: Patch) -> None:
    """The records beyond the ends of a range are counted with it."""
    patch.setattr(counting, "_number", lambda box, answers: answers[0].number)


def one_box_counted(patch: Patch) -> None:
    """Of alternatives only the first is counted."""
    right = counting._by_box
    patch.setattr(counting, "_by_box", lambda scans: right(scans)[:1])
