"""Faults that spoil what a page of cursor paging says.

In: a fault and the body of a true page. Out: another body, or None for a
fault of another kind. Records keep their content: what is changed is which of
them come, where they stand, and what is around them.
"""

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeAlias

from auditql.emulator.answers import encode
from auditql.emulator.faults import Fault, FaultPlan

Json: TypeAlias = dict[str, object]

_NUMBERS = ("9" * 5000, "-" + "9" * 5000, "1e999", "1" + "0" * 4300 + ".5")
_NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
_BAD_FIELDS: tuple[tuple[str, object], ...] = (
    ("id", "17"),
    ("id", 1.5),
    ("id", None),
    ("id", 2**63),
    ("created_at", None),
    ("created_at", "yesterday"),
    ("created_at", 1_700_000_000),
)


def read_page(body: bytes) -> Json:
    """The decoded body of a page of the emulator."""
    found = json.loads(body)
    assert isinstance(found, dict)
    return found


def records_of(page: Json) -> list[Json]:
    """The records of a decoded page."""
    found = page["audit_logs"]
    assert isinstance(found, list)
    return found


def meta_of(page: Json) -> Json:
    """The `meta` of a decoded page."""
    found = page["meta"]
    assert isinstance(found, dict)
    return found


def changed(
    fault: Fault,
    random: Random,
    page: Json,
    *,
    own: str | None,
    before: Sequence[Json],
    plan: FaultPlan,
) -> bytes | None:
    """The spoiled body of a page; None if the fault finds nothing to spoil.

    Args:
        fault: what happens.
        random: decides the details.
        page: the decoded page, which is left alone.
        own: the cursor that the page was asked for with; None for the first.
        before: the records of the page before.
        plan: sizes and the foreign host.
    """
    match fault:
        case Fault.DUPLICATES:
            again = list(before[-random.randint(1, len(before)) :] if before else ())
            if not again:
                return None
            return encode({**page, "audit_logs": again + records_of(page)})
        case Fault.OUT_OF_ORDER:
            mixed = _out_of_order(records_of(page), random)
            return None if mixed is None else encode({**page, "audit_logs": mixed})
        case Fault.EMPTY_MORE:
            cursor = own or meta_of(page)["after_cursor"] or "bm9uZQ=="
            meta = {**meta_of(page), "has_more": True, "after_cursor": cursor}
            return encode({**page, "audit_logs": [], "meta": meta})
        case Fault.SAME_CURSOR | Fault.CURSOR_LOOP:
            meta = {**meta_of(page), "has_more": True, "after_cursor": own}
            return encode({**page, "meta": meta})
        case Fault.BAD_RECORD:
            return _bad_record(page, random)
        case _:
            return _around(fault, random, page, plan)


def _around(fault: Fault, random: Random, page: Json, plan: FaultPlan) -> bytes | None:
    """Faults that leave the list of records alone."""
    match fault:
        case Fault.NO_META:
            gone = random.choice(("meta", "has_more"))
            if gone == "meta":
                return encode(_without(page, "meta"))
            return encode({**page, "meta": _without(meta_of(page), gone)})
        case Fault.NO_RECORDS:
            if random.random() < 0.5:
                return encode({**page, "audit_logs": None})
            return encode(_without(page, "audit_logs"))
        case Fault.FOREIGN_LINK:
            link = f"{plan.foreign}/api/v2/audit_logs?page%5Bafter%5D=eA%3D%3D"
            return encode({**page, "links": {"next": link, "prev": link}})
        case Fault.ODD_FIELDS:
            odd: Json = {"links": None, "count": None, "unheard": [{"of": None}]}
            meta = {**meta_of(page), "before_cursor": None, "total": None}
            return encode({**page, **odd, "meta": meta})
        case Fault.GIANT_FIELD:
            return encode({**page, "giant": "x" * plan.giant_bytes})
        case _:
            tail = _tail(fault, random)
            return None if tail is None else encode(page)[:-1] + tail.encode()


def _tail(fault: Fault, random: Random) -> str | None:
    """What stands in place of the last brace, where no encoder would write it."""
    match fault:
        case Fault.DOUBLE_KEY:
            return ',"audit_logs":[]}'
        case Fault.NOT_A_NUMBER:
            return f',"note":{random.choice(_NO_NUMBERS)}}}'
        case Fault.MONSTROUS_NUMBER:
            return f',"note":{random.choice(_NUMBERS)}}}'
        case _:
            return None


def _out_of_order(records: Sequence[Json], random: Random) -> list[Json] | None:
    """The records with seconds mixed; those of one second keep their order.

    None where all are of one second, so that there is no order to lose.
    """
    seconds: dict[object, list[Json]] = {}
    for record in records:
        seconds.setdefault(record["created_at"], []).append(record)
    if len(seconds) < 2:
        return None
    groups = list(seconds.values())
    first = random.randrange(len(groups) - 1)
    second = random.randrange(first + 1, len(groups))
    groups[first], groups[second] = groups[second], groups[first]
    return [record for group in groups for record in group]


def _bad_record(page: Json, random: Random) -> bytes | None:
    records = list(records_of(page))
    if not records:
        return None
    name, value = random.choice(_BAD_FIELDS)
    place = random.randrange(len(records))
    records[place] = {**records[place], name: value}
    return encode({**page, "audit_logs": records})


def _without(found: Mapping[str, object], name: str) -> Json:
    return {key: value for key, value in found.items() if key != name}
