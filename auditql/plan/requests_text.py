"""The requests of a plan said to a person: one short block each.

In: a plan. Out: lines: what a request is for in words, then what is sent.
"""

from collections.abc import Iterable, Iterator, Sequence

from auditql.language.clock import text_of
from auditql.plan.coverage import times_of
from auditql.plan.lines import entry, wrapped
from auditql.plan.model import ALWAYS, FOREVER_S, Interval, Mode, Scan
from auditql.plan.plan import Plan

SHOWN_VALUES = 12
"""Values of a list that are shown; the number of the others is."""

SHOWN_REQUESTS = 8
"""Requests that are shown; the number of the others is."""


def requests(plan: Plan) -> Iterator[str]:
    """The lines of all requests, look-ups last and together; then of the mirror."""
    yield from _sent(plan)
    yield from _mirror(plan)


def _sent(plan: Plan) -> Iterator[str]:
    if not plan.scans:
        yield "nothing is asked: no record can pass this filter"
        return
    scans = [scan for scan in plan.scans if scan.request.is_sent]
    if not scans:
        yield "nothing is asked: the mirror alone is read"
        return
    if plan.limit == 0 and not plan.stages:
        yield "nothing is sent, since no row is wanted; else it would be"
    looked_up = [s for s in scans if s.request.mode is Mode.LOOKUP]
    others = [s for s in scans if s.request.mode is not Mode.LOOKUP]
    number = 0
    for scan in others[:SHOWN_REQUESTS]:
        number += 1
        yield from _request(number, scan, plan)
    left = len(others) - SHOWN_REQUESTS
    if left > 0:
        yield f"and {left:,} more like the last, each with other values of its list"
        number += left
    if looked_up:
        yield from _lookups(number + 1, looked_up)


def _mirror(plan: Plan) -> Iterator[str]:
    """What is read out of the mirror, and what nobody is asked for."""
    for time in times_of(plan, Mode.LOCAL):
        yield from entry("mirror", f"{_range(time)}: no request")
    for time in times_of(plan, Mode.GAP):
        missing = "not in the mirror, and nobody is asked"
        yield from entry("missing", f"{_range(time)}: {missing}")


def _request(number: int, scan: Scan, plan: Plan) -> Iterator[str]:
    request = scan.request
    yield f"request {number}  {request.method} {request.path}"
    sets = scan.box.sets
    for name in sorted(sets, key=list(plan.source.capabilities).index):
        values = sets[name]
        kind = "" if len(values) == 1 else "one of "
        yield from wrapped(f"  {name:<12}{kind}{_list(_sorted(values))}", 14)
    if scan.box.created != ALWAYS:
        yield f"  {'created_at':<12}{_range(scan.box.created)}"
    elif not scan.box.sets:
        yield "  every record"
    together: dict[str, list[str]] = {}
    for key, value in request.params:
        together.setdefault(key, []).append(value)
    word = "sent"
    for key, sent in together.items():
        yield from wrapped(f"  {word:<12}{key} = {_list(sent)}", 14)
        word = ""


def _lookups(number: int, scans: Sequence[Scan]) -> Iterator[str]:
    last = number + len(scans) - 1
    name = f"request {number}" if len(scans) == 1 else f"requests {number} to {last:,}"
    path = scans[0].request.path.rsplit("/", 1)[0]
    yield f"{name}  GET {path}/ID"
    ids = [scan.request.path.rsplit("/", 1)[1] for scan in scans]
    yield from wrapped(f"  {'id':<12}{_list(ids)}", 14)
    yield "  a record that is not there is no error"


def _range(created: Interval) -> str:
    start, end = created.start, created.end
    if start is None:
        return "all time" if end is None else f"before {text_of(end)}"
    if end is None or end == FOREVER_S:
        return f"{text_of(start)} or later"
    if end == start + 1:
        return text_of(start)
    return f"from {text_of(start)} until before {text_of(end)}"


def _sorted(values: Iterable[int | str]) -> list[str]:
    return [str(v) for v in sorted(values, key=lambda v: (isinstance(v, str), v))]


def _list(values: Sequence[str]) -> str:
    if len(values) <= SHOWN_VALUES:
        return ", ".join(values)
    left = len(values) - SHOWN_VALUES
    return f"{', '.join(values[:SHOWN_VALUES])}, and {left:,} more"
