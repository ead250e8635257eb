"""What the audit-log API can filter, one row a field.

Source: the List Audit Logs page of Zendesk's API reference. What it leaves
open (which values may be lost on the way) is settled towards checking here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from auditql.plan.capability import Accepts, Capability, Form

ROWS: tuple[Capability, ...] = (
    Capability(
        "action", Form.SET, Accepts.KNOWN_WORD, why="the API filters the known actions"
    ),
    Capability("actor_id", Form.SET, Accepts.ANY_INTEGER, why="the API filters ids"),
    Capability(
        "ip_address",
        Form.SET,
        Accepts.IPV4,
        why="the API filters single addresses; IPv6 has several spellings",
    ),
    Capability(
        "source_type", Form.SET, Accepts.PLAIN_TEXT, why="the API filters types"
    ),
    Capability(
        "source_id",
        Form.SET,
        Accepts.ANY_INTEGER,
        needs="source_type",
        why="the API filters it beside source_type only",
    ),
    Capability(
        "created_at",
        Form.RANGE,
        Accepts.SECONDS,
        why="the API filters one range of whole seconds",
    ),
    Capability(
        "id",
        Form.LOOKUP,
        Accepts.ANY_INTEGER,
        most=1000,
        why="the API gives one record by its id",
    ),
)
"""In the order in which a request names them."""

CAPABILITIES: Mapping[str, Capability] = MappingProxyType({r.field: r for r in ROWS})
"""The rows by the name of their field."""
