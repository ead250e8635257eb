"""What each bundled query must answer, said once more in plain Python.

In: records as received, in any order. Out: the rows of a query, by its name.
Nothing here knows the language: every answer is a scan of all records.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

Record = Mapping[str, object]
Row = dict[str, object]

NOW_S = int(datetime(2026, 3, 10, 12, tzinfo=UTC).timestamp())
DAY_S = 86_400
QUARTER = ("2025-10-01T00:00:00Z", "2026-01-01T00:00:00Z")
NETWORKS = ("203.0.113.0/24", "198.51.100.0/24")
WHO, OBJECT = 17, 4711  # a person and an object of the planted records


def text(second: int) -> str:
    """The time as the API writes it."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(record: Record) -> datetime:
    return datetime.fromisoformat(str(record["created_at"]))


def of(record: Record, name: str) -> str:
    """A field's text in lower case; nothing for a missing one."""
    return str(record.get(name) or "").casefold()


def last(records: Iterable[Record], days: int) -> list[Record]:
    """Those of the last days, newest first, as the API orders them."""
    since = text(NOW_S - days * DAY_S)
    return newest_first(r for r in records if since <= str(r["created_at"]))


def newest_first(records: Iterable[Record]) -> list[Record]:
    by_id = sorted(records, key=lambda r: r["id"])  # ids rise within a second
    return sorted(by_id, key=lambda r: str(r["created_at"]), reverse=True)


def shown(records: Iterable[Record], columns: str) -> list[Row]:
    """These columns of each, the lists of what changed among them."""
    return [{name: _value(r, name) for name in columns.split()} for r in records]


def _value(record: Record, name: str) -> object:
    if name.startswith("changed"):
        return parts(record)[name] or None
    return record.get(name)


_SHAPES = (
    re.compile(
        r"(?P<changed>.+?) changed from (?P<changed_from>.+) to (?P<changed_to>.+)"
    ),
    re.compile(r"(?P<changed_from>.+) changed to (?P<changed_to>.+)"),
)


def parts(record: Record) -> dict[str, list[str]]:
    """What changed, from what, to what: enough for the lines of these records."""
    found: dict[str, list[str]] = {"changed": [], "changed_from": [], "changed_to": []}
    for line in str(record.get("change_description") or "").split("\n"):
        for shape in _SHAPES:
            match = shape.fullmatch(line)
            if match:
                for name, value in match.groupdict().items():
                    if value != "not set":
                        found[name].append(value)
                break
    return found


def says(record: Record, part: str, wanted: str) -> bool:
    return any(wanted in value.casefold() for value in parts(record)[part])


def groups(
    records: Iterable[Record], key: Callable[[Record], tuple[object, ...]]
) -> dict[tuple[object, ...], list[Record]]:
    """The records of each key, the oldest first."""
    found: dict[tuple[object, ...], list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda r: (str(r["created_at"]), r["id"])):
        found[key(record)].append(record)
    return dict(sorted(found.items(), key=lambda item: [_rank(v) for v in item[0]]))


def _rank(value: object) -> tuple[bool, object]:
    return value is None, value


def lines(record: Record) -> list[str]:
    """What changed, line by line in lower case."""
    return of(record, "change_description").split("\n")


def _promotes(line: str) -> bool:
    what, _, how = line.partition(" changed from ")
    return what.endswith("role") and "admin" in how.partition(" to ")[2]


def role_changed(record: Record) -> bool:
    return record["source_type"] == "user" and says(record, "changed", "role")


def setting(*words: str) -> Callable[[Record], bool]:
    """A setting of the account whose name holds one of the words."""
    return lambda r: (
        r["source_type"] == "account_setting"
        and any(word in of(r, "source_label") for word in words)
    )


def typed(action: str | None, *types: str) -> Callable[[Record], bool]:
    return lambda r: r["source_type"] in types and action in (None, r["action"])


def outside_hours(record: Record) -> bool:
    at = moment(record)
    return record["action"] == "login" and (
        not 7 <= at.hour < 19 or at.weekday() in (5, 6)
    )


def is_foreign(record: Record) -> bool:
    address = record.get("ip_address")
    return record["action"] == "login" and (
        address is None
        or not any(ip_address(str(address)) in ip_network(n) for n in NETWORKS)
    )


LISTS: Mapping[str, tuple[int, Callable[[Record], bool], str]] = {
    "account-assumption": (
        365,
        setting("assumption"),
        "created_at action source_label change_description actor_name ip_address",
    ),
    "account-changes": (
        365,
        typed("update", "account"),
        "created_at change_description actor_name ip_address",
    ),
    "api-access": (
        365,
        setting("api password access", "api token access"),
        "created_at source_label change_description actor_name ip_address",
    ),
    "api-tokens": (
        180,
        typed(None, "api_token", "apitoken"),
        "created_at action source_label source_id change_description"
        " actor_name ip_address",
    ),
    "app-installs": (
        180,
        typed(None, "zendesk/app_market/app", "zendesk/app_market/installation"),
        "created_at action source_type source_label change_description"
        " actor_name ip_address",
    ),
    "custom-role-changes": (
        180,
        typed(None, "permission_set"),
        "created_at action source_label change_description actor_name ip_address",
    ),
    "deleted-rules": (
        90,
        typed("destroy", "rule", "trigger", "macro", "view"),
        "created_at source_type source_label source_id actor_name ip_address",
    ),
    "deleted-users": (
        180,
        typed("destroy", "user"),
        "created_at source_label source_id actor_name actor_id ip_address",
    ),
    "exports": (
        180,
        lambda r: r["action"] == "exported",
        "created_at actor_name actor_id source_type source_label"
        " change_description ip_address",
    ),
    "ip-restrictions": (
        365,
        setting("ip restriction"),
        "created_at action source_label changed_from changed_to change_description"
        " actor_name ip_address",
    ),
    "oauth-clients": (
        180,
        lambda r: "oauth" in of(r, "source_type") + of(r, "source_label"),
        "created_at action source_type source_label change_description"
        " actor_name ip_address",
    ),
    "owner-changes": (
        730,
        lambda r: (
            typed(None, "account")(r) and "owner changed" in of(r, "change_description")
        ),
        "created_at changed_from changed_to actor_name actor_id ip_address",
    ),
    "password-policy": (
        365,
        lambda r: (
            setting("password policy")(r)
            or (r["source_type"] == "user" and "password changed" in lines(r))
        ),
        "created_at source_type source_label change_description actor_name ip_address",
    ),
    "promotions-to-admin": (
        90,
        lambda r: r["source_type"] == "user" and any(map(_promotes, lines(r))),
        "created_at source_label source_id change_description actor_name"
        " actor_id ip_address",
    ),
    "role-changes": (
        90,
        role_changed,
        "created_at actor_name source_label source_id changed changed_from"
        " changed_to ip_address",
    ),
    "rules-switched-off": (
        90,
        lambda r: (
            r["action"] == "update"
            and r["source_type"] not in ("user", "account")
            and any(
                line.startswith("active changed from true to false")
                for line in lines(r)
            )
        ),
        "created_at source_type source_label source_id actor_name ip_address",
    ),
    "security-settings": (
        90,
        typed(None, "account_setting"),
        "created_at action source_label change_description actor_name ip_address",
    ),
    "sign-ins-outside-hours": (
        30,
        outside_hours,
        "created_at actor_name actor_id ip_address change_description",
    ),
    "suspended-users": (
        180,
        lambda r: (
            r["source_type"] == "user_setting"
            and of(r, "source_label").startswith("suspension state")
        ),
        "created_at source_label change_description actor_name ip_address",
    ),
    "system-changes": (
        90,
        lambda r: r["actor_id"] == -1,
        "created_at action source_type source_label source_id change_description",
    ),
    "two-factor": (
        365,
        setting("two factor", "two-factor"),
        "created_at action source_label change_description actor_name ip_address",
    ),
}
"""Queries that list records: the days they look back, which records, what of them."""

TRAILS: Mapping[str, tuple[int, Callable[[Record], bool], str]] = {
    "one-address": (
        30,
        lambda r: of(r, "ip_address").startswith("192.0.2."),
        "created_at ip_address actor_name action source_type source_label"
        " change_description",
    ),
    "one-object": (
        365,
        lambda r: r["source_type"] == "trigger" and r["source_id"] == OBJECT,
        "created_at action source_label change_description actor_name"
        " actor_id ip_address",
    ),
    "one-person": (
        30,
        lambda r: r["actor_id"] == WHO,
        "created_at action source_type source_label change_description ip_address",
    ),
}
"""The same, oldest first."""


def listed(name: str, records: Sequence[Record]) -> list[Row]:
    """The answer of a query that lists records."""
    days, wanted, columns = {**LISTS, **TRAILS}[name]
    found = [r for r in last(records, days) if wanted(r)]
    if name in TRAILS:
        found.sort(key=lambda r: (str(r["created_at"]), r["id"]))
    return shown(found, columns)
