"""The fields of an audit-log record, one row each.

Source: the List Audit Logs page of Zendesk's API reference (names, known
actions, which filter needs another). Which fields the API can filter is not
said here: that is the provider's table. The order is the one of real answers.
"""

from collections.abc import Mapping
from types import MappingProxyType

from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind


@form
class Field:
    """One field that a query can name.

    Attributes:
        name: as the API spells it.
        kind: the kind of its values.
        help: what it holds, in a few words.
        example: a value as it may stand in a query.
        known: words known to occur; the set stays open.
        closed: an unknown bare word is a mistake (`action` only).
        folds_case: equality ignores case (`action` only).
        needs: the field that must be tested beside it for the API to filter it.
        optional: a record may lack it.
        derived_from: the field it is computed from; None for a stored field.
        searched: a quoted string alone looks into it.
    """

    name: str
    kind: Kind
    help: str
    example: str
    known: tuple[str, ...] = ()
    closed: bool = False
    folds_case: bool = False
    needs: str | None = None
    optional: bool = True
    derived_from: str | None = None
    searched: bool = False


ACTIONS = ("create", "destroy", "exported", "login", "update")
"""The actions the API page lists."""

SOURCE_TYPES = (
    "account",
    "account_setting",
    "api_token",
    "apitoken",
    "attachment",
    "brand",
    "custom_field/field",
    "custom_status",
    "group",
    "macro",
    "organization",
    "permission_set",
    "recipient_address",
    "rule",
    "sla/policy",
    "ticket",
    "ticket_field",
    "ticket_form",
    "trigger",
    "user",
    "user_setting",
    "view",
    "zendesk/app_market/app",
    "zendesk/app_market/installation",
    "zendesk/business_hours/holiday",
    "zendesk/business_hours/workweek",
)
"""Source types seen in documents, real records and clients; the set is open."""

FIELDS: tuple[Field, ...] = (
    Field("url", Kind.TEXT, "the record's own address", "'https://…/1.json'"),
    Field("id", Kind.INTEGER, "the record's id", "6139157572367", optional=False),
    Field(
        "action_label",
        Kind.TEXT,
        "the action in the account's language",
        "'Signed in'",
        searched=True,
    ),
    Field("actor_id", Kind.INTEGER, "who did it; -1 is Zendesk itself", "4242"),
    Field(
        "source_id",
        Kind.INTEGER,
        "id of the object that changed",
        "987654",
        needs="source_type",
    ),
    Field(
        "source_type",
        Kind.WORD,
        "type of the object that changed",
        "user",
        known=SOURCE_TYPES,
        searched=True,
    ),
    Field(
        "source_label",
        Kind.TEXT,
        "name of the object that changed",
        "'Trigger: Notify requester'",
        searched=True,
    ),
    Field(
        "action",
        Kind.WORD,
        "what was done",
        "login",
        known=ACTIONS,
        closed=True,
        folds_case=True,
        searched=True,
    ),
    Field(
        "change_description",
        Kind.TEXT,
        "what changed, one change a line",
        "'role changed'",
        searched=True,
    ),
    Field(
        "ip_address",
        Kind.ADDRESS,
        "where it was done from",
        "203.0.113.9",
        searched=True,
    ),
    Field(
        "created_at",
        Kind.TIME,
        "when it was done",
        "2026-03-01",
        optional=False,
    ),
    Field("actor_name", Kind.TEXT, "name of who did it", "'Jane Doe'", searched=True),
    Field(
        "changed",
        Kind.TEXT,
        "what was changed, read out of change_description",
        "'Role'",
        derived_from="change_description",
    ),
    Field(
        "changed_from",
        Kind.TEXT,
        "the value before, read out of change_description",
        "'End User'",
        derived_from="change_description",
    ),
    Field(
        "changed_to",
        Kind.TEXT,
        "the value after, read out of change_description",
        "'Administrator'",
        derived_from="change_description",
    ),
    Field(
        "changes",
        Kind.LIST,
        "all of it, a list of objects with changed, from and to",
        "is not null",
        derived_from="change_description",
    ),
)

BY_NAME: Mapping[str, Field] = MappingProxyType({f.name: f for f in FIELDS})
"""Fields by their name, in lower case."""

STORED: tuple[Field, ...] = tuple(f for f in FIELDS if f.derived_from is None)
"""The fields that a record itself carries, in the order of real answers."""

SEARCHED: tuple[Field, ...] = tuple(f for f in FIELDS if f.searched)
"""The fields that a quoted string alone looks into."""
