"""What other tools call the fields of a record, one row each.

Only for help: no query may use these names. Where a name can mean two fields,
the one that holds numbers comes last.
"""

from collections.abc import Mapping
from types import MappingProxyType

from auditql.catalog.fields import BY_NAME
from auditql.catalog.kinds import Kind

_ROWS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("actor_name", "actor_id"), "actor user who agent admin user_name username"),
    (("actor_name",), "name full_name display_name"),
    (("actor_id",), "user_id uid agent_id admin_id"),
    (("source_label", "source_id"), "object target item resource entity source"),
    (("source_label",), "label title object_name target_name"),
    (("source_id",), "object_id target_id item_id resource_id entity_id ticket_id"),
    (("source_type",), "type object_type target_type item_type resource_type"),
    (("source_type",), "category kind entity_type"),
    (("action",), "event event_name event_type verb operation activity act"),
    (("ip_address",), "ip ip_addr ipaddress address client_ip source_ip src_ip host"),
    (("created_at",), "time date timestamp when created datetime day ts created_on"),
    (("created_at",), "_time event_time occurred_at updated_at"),
    (("change_description",), "description change details detail message diff"),
    (("changed_from",), "old old_value before_value previous"),
    (("changed_to",), "new new_value after_value"),
)

OTHER_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {other: fields for fields, others in _ROWS for other in others.split()}
)
"""The fields that a name of another tool can mean, by that name in lower case."""


def meant_by(name: str, *, number: bool = False) -> tuple[str, ...]:
    """The fields that another tool's name can mean, best first; none for none.

    Args:
        name: in any letter case.
        number: it is compared with a number.
    """
    found = OTHER_NAMES.get(name.lower(), ())
    return tuple(
        sorted(found, key=lambda f: (BY_NAME[f].kind is Kind.INTEGER) != number)
    )
