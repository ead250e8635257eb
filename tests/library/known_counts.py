"""What the bundled queries that count must answer, in plain Python.

In: records as received, in any order. Out: the rows of a query, by its name.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address

from known_answers import (
    DAY_S,
    NOW_S,
    QUARTER,
    Record,
    Row,
    groups,
    is_foreign,
    last,
    moment,
    role_changed,
    text,
)

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value


def _address(record: Record) -> str | None:
    """The address in its one short spelling."""
    value = record.get("ip_address")
    if value is None:
        return None
    found = ip_address(str(value))
    mapped = getattr(found, "ipv4_mapped", None)
    return str(found) if mapped is None else f"::ffff:{mapped}"


def _by_address(
    records: Sequence[Record],
) -> list[tuple[object, str | None, list[Record]]]:
    """Who, from where, and what they did from there."""
    found = groups(records, lambda r: (r["actor_id"], _rank(_address(r))))
    return [(actor, _address(acts[0]), acts) for (actor, _), acts in found.items()]


def _rank(address: str | None) -> tuple[bool, int, int]:
    """IPv4 before IPv6, a missing one last."""
    if address is None:
        return True, 0, 0
    read = ip_address(address)
    return False, read.version, int(read)


def _newest(records: Sequence[Record], name: str) -> object:
    """The value of the newest record that has one."""
    return next((r[name] for r in reversed(records) if r.get(name) is not None), None)


def _changes(records: Sequence[Record], days: int) -> list[Record]:
    """What neither signs in nor exports, of the last days."""
    return [r for r in last(records, days) if r["action"] not in ("login", "exported")]


def _distinct(records: Sequence[Record], name: str) -> int:
    return len({r[name] for r in records if r.get(name) is not None})


def access_review(records: Sequence[Record]) -> list[Row]:
    inside = [r for r in records if QUARTER[0] <= str(r["created_at"]) < QUARTER[1]]
    found = groups(inside, lambda r: (r["actor_id"], r["source_type"], r["action"]))
    return [
        {
            "actor_id": actor,
            "source_type": type_,
            "action": action,
            "actor_name": _newest(rows, "actor_name"),
            "records": len(rows),
            "last_seen": rows[-1]["created_at"],
        }
        for (actor, type_, action), rows in found.items()
    ]


def busiest_actors(records: Sequence[Record]) -> list[Row]:
    found = groups(_changes(records, 30), lambda r: (r["actor_id"],))
    most = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))[:10]
    return [
        {
            "actor_id": actor,
            "changes": len(rows),
            "actor_name": _newest(rows, "actor_name"),
        }
        for (actor,), rows in most
    ]


def busiest_hours(records: Sequence[Record]) -> list[Row]:
    counts = Counter(
        (moment(r).weekday(), moment(r).hour) for r in _changes(records, 30)
    )
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:20]
    return [
        {"weekday": _DAYS[day], "hour": hour, "count": number}
        for (day, hour), number in most
    ]


def changes_per_day(records: Sequence[Record]) -> list[Row]:
    counts = Counter(str(r["created_at"])[:10] for r in _changes(records, 30))
    first = NOW_S // DAY_S * DAY_S - 30 * DAY_S
    days = [text(first + day * DAY_S) for day in range(31)]
    return [{"time": day, "count": counts[day[:10]]} for day in days]


def changes_per_type_per_month(records: Sequence[Record]) -> list[Row]:
    found = groups(
        _changes(records, 180), lambda r: (str(r["created_at"])[:7], r["source_type"])
    )
    return [
        {"month": month, "source_type": type_, "count": len(rows)}
        for (month, type_), rows in found.items()
    ]


def first_seen_addresses(records: Sequence[Record]) -> list[Row]:
    there = [r for r in last(records, 180) if r.get("ip_address") is not None]
    rows: list[Row] = [
        {
            "actor_id": actor,
            "actor_name": _newest(acts, "actor_name"),
            "first_address": acts[0]["ip_address"],
            "first_seen": acts[0]["created_at"],
            "addresses": len({_address(r) for r in acts}),
        }
        for (actor,), acts in groups(there, lambda r: (r["actor_id"],)).items()
    ]
    return sorted(
        rows, key=lambda row: (-_int(row["addresses"]), _int(row["actor_id"]))
    )


def mass_deletions(records: Sequence[Record]) -> list[Row]:
    gone = [r for r in last(records, 30) if r["action"] == "destroy"]
    hours = groups(gone, lambda r: (r["actor_id"], str(r["created_at"])[:13]))
    rows: list[Row] = [
        {
            "actor_id": actor,
            "begun": f"{hour}:00:00Z",
            "actor_name": _newest(acts, "actor_name"),
            "deletions": len(acts),
            "types": _distinct(acts, "source_type"),
        }
        for (actor, hour), acts in hours.items()
        if len(acts) >= 10
    ]
    return sorted(rows, key=lambda row: (-_int(row["deletions"]), str(row["begun"])))


def people_gone_quiet(records: Sequence[Record]) -> list[Row]:
    people = [r for r in last(records, 180) if r["actor_id"] != -1]
    since = text(NOW_S - 30 * DAY_S)
    rows: list[Row] = [
        {
            "actor_id": actor,
            "actor_name": _newest(acts, "actor_name"),
            "last_seen": acts[-1]["created_at"],
            "records": len(acts),
            "last_address": _newest(acts, "ip_address"),
        }
        for (actor,), acts in groups(people, lambda r: (r["actor_id"],)).items()
        if str(acts[-1]["created_at"]) < since
    ]
    return sorted(rows, key=lambda row: (str(row["last_seen"]), _int(row["actor_id"])))


def permission_changes_by_person(records: Sequence[Record]) -> list[Row]:
    changes = [
        r
        for r in last(records, 90)
        if r["source_type"] in ("permission_set", "membership") or role_changed(r)
    ]
    rows: list[Row] = [
        {
            "actor_id": actor,
            "actor_name": _newest(acts, "actor_name"),
            "changes": len(acts),
            "objects": _distinct(acts, "source_id"),
            "last_seen": acts[-1]["created_at"],
        }
        for (actor,), acts in groups(changes, lambda r: (r["actor_id"],)).items()
    ]
    return sorted(rows, key=lambda row: (-_int(row["changes"]), _int(row["actor_id"])))


def sign_ins_from_new_addresses(records: Sequence[Record]) -> list[Row]:
    logins = [r for r in last(records, 180) if r["action"] == "login"]
    since = text(NOW_S - 30 * DAY_S)
    rows: list[Row] = [
        {
            "actor_id": actor,
            "ip_address": address,
            "actor_name": _newest(acts, "actor_name"),
            "first_seen": acts[0]["created_at"],
            "sign_ins": len(acts),
        }
        for actor, address, acts in _by_address(logins)
        if str(acts[0]["created_at"]) >= since
    ]
    rows.sort(key=lambda row: _int(row["actor_id"]))
    return sorted(rows, key=lambda row: str(row["first_seen"]), reverse=True)


def sign_ins_from_other_networks(records: Sequence[Record]) -> list[Row]:
    foreign = [r for r in last(records, 30) if is_foreign(r)]
    rows: list[Row] = [
        {
            "actor_id": actor,
            "ip_address": address,
            "actor_name": _newest(acts, "actor_name"),
            "sign_ins": len(acts),
            "first_seen": acts[0]["created_at"],
            "last_seen": acts[-1]["created_at"],
        }
        for actor, address, acts in _by_address(foreign)
    ]
    return sorted(rows, key=lambda row: (-_int(row["sign_ins"]), _int(row["actor_id"])))


def sign_ins_per_day(records: Sequence[Record]) -> list[Row]:
    logins = [r for r in last(records, 30) if r["action"] == "login"]
    days = groups(logins, lambda r: (str(r["created_at"])[:10],))
    return [
        {"day": day, "sign_ins": len(acts), "people": _distinct(acts, "actor_id")}
        for (day,), acts in days.items()
    ]


COUNTS: Mapping[str, Callable[[Sequence[Record]], list[Row]]] = {
    answer.__name__.replace("_", "-"): answer
    for answer in (
        access_review,
        busiest_actors,
        busiest_hours,
        changes_per_day,
        changes_per_type_per_month,
        first_seen_addresses,
        mass_deletions,
        people_gone_quiet,
        permission_changes_by_person,
        sign_ins_from_new_addresses,
        sign_ins_from_other_networks,
        sign_ins_per_day,
    )
}
"""Queries that count, by name."""
