"""Filters of several values, and those that need another: asked and judged.

In: a sample. Out: for each question a request about the seconds known in full,
with the judge of its answer, or why the sample cannot tell. Two values are
asked for where a third is there to be left out: otherwise an API that filters
nothing would look as one that filters well.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from ipaddress import AddressValueError, IPv4Address
from itertools import combinations

from auditql.catalog.record import Record
from auditql.providers.zendesk.probe_findings import Status, Verdict, unseen
from auditql.providers.zendesk.probe_sample import (
    FEW,
    Design,
    Difference,
    Listed,
    Params,
    Sample,
    around,
    asked,
    difference,
    many,
)
from auditql.providers.zendesk.requests import PATH

_COMMONEST = 20  # values that are looked at, in pairs
_TOO_MANY = "more records fit than one page holds"
Pair = tuple[str, str]


def several(name: str) -> Callable[[Sample], Design | str]:
    """The design for two values of a field at once."""

    def design(sample: Sample) -> Design | str:
        pair = _pair(sample.whole, name)
        if pair is None:
            return _too_few(sample, name)
        return _two(sample, name, pair, ())

    return design


def several_ids(sample: Sample) -> Design | str:
    """The design for two values of source_id beside one source_type."""
    types = Counter(t for r in sample.whole if (t := _value(r, "source_type")))
    for one, _ in types.most_common():
        within = [r for r in sample.whole if _value(r, "source_type") == one]
        pair = _pair(within, "source_id")
        if pair is not None:
            return _two(sample, "source_id", pair, (("source_type", one),))
    return _too_few(sample, "source_id of one source_type")


def id_alone(sample: Sample) -> Design | str:
    """The design for a source_id without its source_type."""
    counts = Counter(i for r in sample.whole if (i := _value(r, "source_id")))
    fitting = [
        value
        for value, number in counts.most_common()
        if number <= FEW and number < len(sample.whole)
    ]
    if not fitting:
        return f"{_known(sample)}, and none to be left out"
    value = fitting[0]

    def fits(record: Record) -> bool:
        return _value(record, "source_id") == value

    def judge(answer: Listed) -> tuple[Verdict, ...]:
        found = difference(sample, answer, fits)
        if found.strange:
            words = f"{many(len(found.strange))} of other ids came"
            return (Verdict(Status.OBSERVED, "ignored", words),)
        if answer.has_more:
            return (unseen(_TOO_MANY),)
        if found.lost:
            words = f"{len(found.lost)} of {many(counts[value])} did not come"
            return (Verdict(Status.OBSERVED, "loses records", words),)
        words = f"{many(counts[value])} of the id came, no other"
        return (Verdict(Status.OBSERVED, "honoured", words),)

    request = around(sample, (("filter[source_id]", value),))
    return Design(request, judge, Status.DOCUMENTED)


def look_up(sample: Sample) -> Design | str:
    """The design for one record by its id."""
    if not sample.whole:
        return _known(sample)
    record = sample.whole[0]

    def judge(answer: Listed) -> tuple[Verdict, ...]:
        (came,) = answer.records
        if came.is_same(record):
            words = f"record {record.id}, as it stands in the list"
            return (Verdict(Status.DOCUMENTED, "works", words),)
        words = f"record {record.id} differs from what the list says"
        return (Verdict(Status.AGAINST, "gives something else", words),)

    return Design(asked((), f"{PATH}/{record.id}"), judge, Status.AGAINST)


def _two(sample: Sample, name: str, pair: Pair, beside: Params) -> Design:
    """The design for two values of a field; `beside` are other fields' values."""

    def fits(record: Record) -> bool:
        others = all(_value(record, other) == value for other, value in beside)
        return others and _value(record, name) in pair

    def judge(answer: Listed) -> tuple[Verdict, ...]:
        known = [_value(r, name) for r in sample.whole if fits(r)]
        return (_judged(sample, answer, difference(sample, answer, fits), known, pair),)

    filters = tuple((f"filter[{other}]", value) for other, value in beside)
    filters += tuple((f"filter[{name}][]", value) for value in pair)
    return Design(around(sample, filters), judge, Status.AGAINST)


def _judged(
    sample: Sample,
    answer: Listed,
    found: Difference,
    known: Sequence[str | None],
    pair: Pair,
) -> Verdict:
    """The verdict over two values, of which so many records are known."""
    if found.strange:
        words = f"{many(len(found.strange))} of other values came"
        return Verdict(Status.AGAINST, "does not filter", words)
    if found.lost:
        words = f"{len(found.lost)} of {many(len(known))} did not come"
        return Verdict(Status.AGAINST, "loses records", words)
    if found.late:
        words = f"{many(len(found.late))} over 10 minutes old came that was not there"
        return Verdict(Status.AGAINST, "records come late", words)
    if answer.has_more:
        return unseen(_TOO_MANY)
    first, second = (known.count(value) for value in pair)
    others = len(sample.whole) - len(known)
    words = f"{first} + {many(second)} of two values came, {others} others did not"
    return Verdict(Status.DOCUMENTED, "works", words)


def _pair(records: Sequence[Record], name: str) -> Pair | None:
    """Two values whose records fit a page and leave others out; None for none."""
    values = [v for r in records if (v := _value(r, name)) is not None]
    counts = Counter(v for v in values if _is_sent(name, v))
    for pair in combinations(dict(counts.most_common(_COMMONEST)), 2):
        size = counts[pair[0]] + counts[pair[1]]
        if size <= FEW and size < len(records):
            return pair
    return None


def _value(record: Record, name: str) -> str | None:
    """A field as it stands in a request; None where the record has none."""
    value = record.raw.get(name)
    return None if value is None or value == "" else str(value)


def _is_sent(name: str, value: str) -> bool:
    """Whether plans send such a value; of addresses only the IPv4 ones."""
    if name != "ip_address":
        return True
    try:
        return str(IPv4Address(value)) == value
    except AddressValueError:
        return False


def _known(sample: Sample) -> str:
    return f"{many(len(sample.whole))} known in full"


def _too_few(sample: Sample, name: str) -> str:
    return f"{_known(sample)}: too few values of {name} to ask for two and not a third"
