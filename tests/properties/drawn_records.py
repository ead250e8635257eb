"""Drawn records: nulls, absent fields, ties and hostile values among them."""

from datetime import UTC, datetime
from random import Random

from pools import (
    ACTIONS,
    ACTORS,
    ADDRESSES,
    DAYS,
    DESCRIPTIONS,
    LABELS,
    LAST_ID,
    NO_ADDRESSES,
    NOW_S,
    SECONDS,
    SOURCE_TYPES,
    SOURCES,
)


def random_records(rng: Random, n: int) -> list[dict[str, object]]:
    """n records; nulls, absent fields, ties and hostile values among them."""
    ids = rng.sample(range(1, max(LAST_ID, 2 * n)), n)
    return [random_record(rng, number) for number in ids]


def random_record(rng: Random, number: int) -> dict[str, object]:
    """A record of that id."""
    record: dict[str, object] = {
        "url": f"https://acme.zendesk.com/api/v2/audit_logs/{number}.json",
        "id": number,
        "action_label": rng.choice(LABELS),
        "actor_id": rng.choice(ACTORS),
        "source_id": rng.choice(SOURCES),
        "source_type": rng.choice(SOURCE_TYPES),
        "source_label": rng.choice(LABELS),
        "action": rng.choice(ACTIONS),
        "change_description": random_description(rng),
        "ip_address": rng.choice(ADDRESSES if rng.random() < 0.8 else NO_ADDRESSES),
        "created_at": time_text(random_second(rng)),
        "actor_name": rng.choice(LABELS),
    }
    for name in list(record):
        if name in ("id", "created_at"):
            continue
        luck = rng.random()
        if luck < 0.06:
            record[name] = None
        elif luck < 0.12:
            del record[name]
    return record


def random_second(rng: Random) -> int:
    """A time not after NOW_S, often one that others have too."""
    if rng.random() < 0.4:
        return rng.choice(SECONDS)
    return min(rng.choice(DAYS) + rng.randrange(86_400), NOW_S)


def time_text(second: int) -> str:
    """A time as the API writes it."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def random_description(rng: Random) -> str:
    """One of the known shapes, or several lines put together of their words."""
    if rng.random() < 0.7:
        return rng.choice(DESCRIPTIONS)
    words = (
        "Role",
        " changed",
        " from ",
        "A",
        " to ",
        "not set",
        " changed to ",
        "\n",
        " ",
    )
    return "".join(rng.choice(words) for _ in range(rng.randint(1, 12)))
