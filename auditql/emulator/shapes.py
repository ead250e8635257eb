"""The 92 shapes that believable records are made of.

In: the table beside this file. Out: `Shape` values. The table gives what was
seen or is likely; dates, ids, people and addresses are added elsewhere.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Shape:
    """What one kind of event looks like.

    Attributes:
        action: what was done.
        source_type: the kind of thing that changed.
        source_label: its name; people in it are replaced.
        change_description: what changed; empty, one line or several.
        by_system: whether the service did it itself, with no address.
        prefers_ipv6: whether the example came from an IPv6 address.
        evidence: where the shape was seen. A: a real record; D: the API's
            documentation; P, PR: a detection rule's test record, whole or in
            part; S: a log vendor's documentation; T: only the type was seen;
            H: only the area is named by the help pages, the rest is made up.
    """

    action: str
    source_type: str
    source_label: str
    change_description: str
    by_system: bool
    prefers_ipv6: bool
    evidence: str


@lru_cache(maxsize=1)
def shapes() -> tuple[Shape, ...]:
    """All shapes, in the order of the table; read once."""
    table = resources.files("auditql.emulator").joinpath("shapes.json")
    return tuple(
        Shape(
            row["action"],
            row["source_type"],
            row["source_label"],
            row["change_description"],
            row["actor"] == "system",
            row["ip"] == "ipv6",
            row["evidence"],
        )
        for row in json.loads(table.read_text("utf-8"))
    )
