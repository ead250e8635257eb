"""The stages of a plan, one behind the other.

In: records, in the order of the plan, some at a time. Out: rows of the answer, as
soon as they are certain. Nothing is read here.
"""

from collections.abc import Sequence
from typing import assert_never

from auditql.catalog.record import Record
from auditql.language import query
from auditql.plan.condensed import Condensed
from auditql.plan.plan import Plan
from auditql.plan.span import span_of
from auditql.results.stages.aggregates import Aggregated
from auditql.results.stages.bound import MOST_GROUPS, Bound
from auditql.results.stages.groups import Counted, MostFrequent
from auditql.results.stages.passing import Different, Kept, Limited, Selected, Step
from auditql.results.stages.rows import CONDENSED, RECORDS, Item, Shape
from auditql.results.stages.shown import Row, shower
from auditql.results.stages.sorting import Sorted
from auditql.results.stages.timeline import Filled


class Pipeline:
    """All stages of one run of a plan.

    Attributes:
        order_matters: whether the answer depends on the order in which records
            are added; where it does not, they need not be sorted.
        streams: rows are given while records come, each one final; else they all
            come at the end, and those of a part of the records would mislead.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        most_groups: int = MOST_GROUPS,
        are_condensed: bool = False,
    ) -> None:
        """Make the stages ready.

        Args:
            plan: its filter, order, limit and offset were obeyed already.
            are_condensed: `Condensed` are added, not records; a stage that groups
                comes before any that gives them out.
            most_groups: groups or different values that one stage may hold.
        """
        zone = plan.query.zone
        first = CONDENSED if are_condensed else RECORDS
        maker = _Maker(plan, most_groups, first)
        self._steps = maker.steps
        shape = self._steps[-1].after if self._steps else RECORDS
        self._show = shower(shape, zone)
        self.order_matters = _order_matters(plan)
        self.streams = all(isinstance(s, query.STREAMING) for s in plan.stages)

    @property
    def is_done(self) -> bool:
        """Whether no further record can change the answer."""
        return any(step.is_done for step in self._steps)

    def add(self, records: Sequence[Record | Condensed]) -> list[Row]:
        """Take in records; gives the rows that are certain now.

        Raises:
            TooManyGroups: a stage would have to hold too much.
        """
        return self._show(self._through(records, 0))

    def end(self) -> list[Row]:
        """The rows that were waiting for the last record.

        Raises:
            TooManyGroups: a stage would have to hold too much.
        """
        rows: list[Row] = []
        for place, step in enumerate(self._steps):
            rows += self._show(self._through(step.end(), place + 1))
        return rows

    def _through(self, items: Sequence[Item], place: int) -> Sequence[Item]:
        """What comes out at the end if items go into the stage at a place."""
        for step in self._steps[place:]:
            if not items:
                return ()
            items = step.add(items)
        return items


class _Maker:
    """Makes the stages of a plan ready."""

    def __init__(self, plan: Plan, most_groups: int, shape: Shape) -> None:
        self._plan = plan
        self._most = most_groups
        self._zone = plan.query.zone
        self.steps: list[Step] = []
        for place, stage in enumerate(plan.stages):
            following = plan.stages[place + 1 : place + 2]
            step = self._step(stage, shape, following)
            self.steps.append(step)
            shape = step.after

    def _step(
        self, stage: query.Stage, before: Shape, following: Sequence[query.Stage]
    ) -> Step:
        """The stage, ready to work.

        Args:
            stage: what it does.
            before: what it takes.
            following: the stage behind it, if there is one.
        """
        zone = self._zone
        match stage:
            case query.Where():
                return Kept(stage, before, zone)
            case query.Select():
                return Selected(stage, before, zone)
            case query.LimitTo():
                return Limited(stage, before)
            case query.Distinct():
                return Different(stage, before, zone, self._bound("distinct"))
            case query.OrderBy():
                most = [s.number for s in following if isinstance(s, query.LimitTo)]
                return Sorted(stage, before, zone, most[0] if most else None)
            case query.Group(_, aggregates):
                if all(a.function == "count" for a in aggregates):
                    return Counted(stage, before, zone, self._bound("count"))
                return Aggregated(stage, before, zone, self._bound("stats"))
            case query.Top():
                return MostFrequent(stage, before, zone, self._bound("top"))
            case query.Timeline():
                span = span_of(self._plan.query)
                bound = Bound("timeline", self._most, _LONGER)
                return Filled(stage, before, zone, span, bound)
            case _:
                assert_never(stage)

    def _bound(self, stage: str) -> Bound:
        return Bound(stage, self._most)


_LONGER = "take longer buckets, such as `timeline 1d`, a narrower time, or fewer keys"


def _order_matters(plan: Plan) -> bool:
    """Whether the order of the records that come can be seen in the answer.

    `first` and `last` go by the time of records; of rows that stand for none, by
    the order that the stages before give, which may be that of the records.
    """
    if plan.limit is not None or plan.offset:
        return True
    are_records = True
    for stage in plan.stages:
        match stage:
            case query.Where() | query.Select() | query.OrderBy():
                pass
            case query.Distinct():
                are_records = False
            case query.LimitTo():
                return True
            case query.Group(_, aggregates):
                ends = any(a.function in ("first", "last") for a in aggregates)
                return ends and not are_records
            case query.Top() | query.Timeline():
                return False
            case _:
                assert_never(stage)
    return True
