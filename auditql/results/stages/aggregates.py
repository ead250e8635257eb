"""`stats`: what is said of each group beside its number of records.

A missing value counts for nothing: `min`, `max`, `first` and `last` are of the
values that are there, and missing where none is. `first` and `last` go by the
time, then the id, of the records, whatever order they come in; of rows that stand
for no record, by the order of the rows.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from auditql.language.query import Aggregate, Group, Operand
from auditql.plan.codegen import Source
from auditql.plan.matcher import Values, defined
from auditql.results.stages.bound import Bound
from auditql.results.stages.expressions import Expressions
from auditql.results.stages.rows import Item, Shape, grouped
from auditql.results.stages.sorting import by_key

State = list[object]
"""What is known of a group: one place or two for each aggregate."""


class Aggregated:
    """`stats`: a row for each group, or one in all without keys."""

    is_done = False

    def __init__(self, stage: Group, before: Shape, zone: str, bound: Bound) -> None:
        """Write out what is done with an item."""
        keys = tuple(map(before.given, stage.keys))
        self.after = grouped(keys, tuple(map(before.aggregated, stage.aggregates)))
        self._columns = [given.column for given in stage.keys]
        self._groups: dict[Values, State] = {}
        self._bound = bound
        written = _Written(stage, before, zone)
        self._places, self._distinct = written.places, written.distinct
        self._run = defined(Source(written.text(), written.made.writer.names))
        if not keys:
            self._groups[()] = list(written.empty)

    def add(self, items: Sequence[Item]) -> Sequence[Item]:
        """Nothing is certain before the last item is in."""
        self._run(items, self._groups)
        held = max(map(len, self._distinct.values()), default=0)
        self._bound.check(max(held, len(self._groups)))
        return ()

    def end(self) -> Sequence[Item]:
        """The groups in the order of their keys."""
        numbers = {
            place: Counter(key for key, _ in found)
            for place, found in self._distinct.items()
        }
        return [
            (*key, *self._said(key, numbers))
            for key in by_key(self._groups, self._columns)
        ]

    def _said(
        self, key: Values, numbers: dict[int, Counter[Values]]
    ) -> Iterator[object]:
        group = self._groups[key]
        for place in self._places:
            yield numbers[place][key] if place in numbers else group[place]


class _Written:
    """The text of a function that adds items to their groups.

    Attributes:
        made: what the text names.
        places: of each aggregate, in the state of a group.
        distinct: by place, the different values met: pairs of key and value.
        empty: the state of a group before its first item.
    """

    def __init__(self, stage: Group, before: Shape, zone: str) -> None:
        self.made = Expressions(before, zone)
        self.places: list[int] = []
        self.distinct: dict[int, set[tuple[Values, object]]] = {}
        self.empty: State = []
        self._time = before.time
        self._times = "r.times" if before.is_condensed else "1"
        self._keys = [self.made.key(given.source) for given in stage.keys]
        self._lines: list[str] = []
        for aggregate in stage.aggregates:
            self._write(aggregate)

    def text(self) -> str:
        """The whole function."""
        empty = self.made.constant(tuple(self.empty))
        loops, indent = "", "  "
        for expression in self._keys:
            if expression.loop:
                loops += f"{indent}{expression.loop.strip()}:\n"
                indent += " "
        values = "".join(f"{expression.text}, " for expression in self._keys)
        lines = [
            f"k = ({values})",
            "s = find(k)",
            "if s is None:",
            f" s = groups[k] = [*{empty}]",
            *self._lines,
        ]
        values_of = "" if self.made.shape.columns is not None else "  g = r.raw.get\n"
        time = "" if self._time is None else f"  t = {self._time}\n"
        body = "".join(f"{indent}{line}\n" for line in lines)
        return (
            "def run(rows, groups):\n find = groups.get\n"
            f" for r in rows:\n{values_of}{time}{loops}{body}"
        )

    def _write(self, aggregate: Aggregate) -> None:
        """The lines of one aggregate, about the state `s` of the group `k`."""
        place = len(self.empty)
        self.places.append(place)
        operand = aggregate.operand
        if operand is None:
            self.empty.append(0)
            self._lines.append(f"s[{place}] += {self._times}")
            return
        self.empty.append(None)
        match aggregate.function:
            case "count_distinct":
                found = self.distinct[place] = set()
                add = self.made.constant(found.add)
                self._each(operand, [f"{add}((k, x))"])
            case "min" | "max" as function:
                sign = "<" if function == "min" else ">"
                test = f"if s[{place}] is None or x {sign} s[{place}]:"
                self._each(operand, [test, f" s[{place}] = x"])
            case "first" | "last" as function:
                self._ends(operand, place, is_first=function == "first")
            case unknown:
                raise AssertionError(f"no aggregate of the catalog: {unknown!r}")

    def _each(self, operand: Operand, lines: list[str]) -> None:
        """Lines about each value `x` of an operand that is there."""
        expression = self.made.key(operand)
        indent = ""
        if expression.loop:
            self._lines.append(f"{expression.loop.strip()}:")
            indent = " "
        self._lines.append(f"{indent}x = {expression.text}")
        self._lines.append(f"{indent}if x is not None:")
        self._lines += [f"{indent} {line}" for line in lines]

    def _ends(self, operand: Operand, place: int, *, is_first: bool) -> None:
        """The lines of `first` or `last`; the time stands behind the value."""
        value = "x"
        if self.made.writer.value(operand).derive is not None:
            value = "x[0]" if is_first else "x[-1]"
        self._lines.append(f"x = {self.made.shown(operand)}")
        sign = "<" if is_first else ">="
        if self._time is not None:
            self.empty.append(None)
            newer = f"s[{place + 1}] is None or t {sign} s[{place + 1}]"
            sets = f"s[{place}] = {value}; s[{place + 1}] = t"
        else:
            newer = f"s[{place}] is None" if is_first else "True"
            sets = f"s[{place}] = {value}"
        self._lines += [f"if x is not None and ({newer}):", f" {sets}"]
