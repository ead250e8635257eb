"""Believable audit-log records from a seed.

In: a seed, a number and a stretch of time. Out: records as the API shows them,
in time order, keys in the order of real answers. The same arguments give the
same records, always. Nothing here knows of filters or pages.
"""

from collections.abc import Iterator
from itertools import accumulate
from random import Random
from typing import TypeAlias

from auditql.emulator.people import (
    HOSTILE_TEXTS,
    SYSTEM_ID,
    SYSTEM_NAME,
    Person,
    people,
)
from auditql.emulator.records import write_time
from auditql.emulator.rhythm import moments
from auditql.emulator.shapes import Shape, shapes

GeneratedRecord: TypeAlias = dict[str, str | int | None]
"""A record as this module makes it; keys may be absent."""

HOSTILE_SHARE = 0.002
SUBDOMAIN = "example"

ACTION_LABELS = {
    "create": "Created",
    "destroy": "Deleted",
    "exported": "Exported",
    "login": "Signed in",
    "update": "Updated",
}

# Shares of records that depart from the rule, as real answers do.
_IPV6_SHARE = 0.08
_NO_ADDRESS = 0.01
_NO_ACTION_LABEL = 0.02
_NO_ACTOR_NAME = 0.01
_OTHER_LABEL = 0.01
_USUAL_ADDRESS = 0.85

# Ids grow with time, some 36,000 a second: 13 digits for today, as is real.
_ID_EPOCH_S = 1_500_000_000
_IDS_A_SECOND = 36_000
_ID_STEP = 40

_PEOPLE_IN_LABELS = ("Ada Example", "Bob Cat", "John Doe")
_LOGIN_WEIGHT = 30.0
_USUAL_WEIGHTS = {"update": 2.5, "create": 1.5, "exported": 0.6, "destroy": 0.8}


def generate(
    seed: int,
    count: int,
    start_s: int,
    end_s: int,
    *,
    hostile_share: float = HOSTILE_SHARE,
    subdomain: str = SUBDOMAIN,
) -> Iterator[GeneratedRecord]:
    """`count` records between two moments, oldest first, ids rising.

    Args:
        seed: decides everything that the other arguments leave open.
        count: how many records.
        start_s: epoch seconds of the earliest possible record.
        end_s: epoch seconds of the latest possible record.
        hostile_share: part of the records, 0 to 1, with text made to break
            terminals, spreadsheets and parsers.
        subdomain: the account in `url`.

    Raises:
        ValueError: if `end_s` is before `start_s` or `count` is negative.
    """
    if end_s < start_s or count < 0:
        raise ValueError("a stretch of time and a number of records are needed")
    random = Random(f"audit log {seed}")  # noqa: S311 - data, not secrets
    return _records(random, count, start_s, end_s, hostile_share, subdomain)


def _records(
    random: Random,
    count: int,
    start_s: int,
    end_s: int,
    hostile_share: float,
    subdomain: str,
) -> Iterator[GeneratedRecord]:
    cast = _Cast(random)
    base = f"https://{subdomain}.zendesk.com/api/v2/audit_logs/"
    number = 0
    for second, event in moments(random, count, start_s, end_s):
        shape, actor = cast.event(event)
        floor = (second - _ID_EPOCH_S) * _IDS_A_SECOND
        number = max(number, floor) + 1 + int(random.random() * _ID_STEP)
        record = cast.record(shape, actor)
        made: GeneratedRecord = {"url": f"{base}{number}.json", "id": number}
        made.update(record)
        made["created_at"] = write_time(second)
        made["actor_name"] = actor.name if actor else SYSTEM_NAME
        if random.random() < hostile_share:
            _make_hostile(random, made)
        if random.random() < _NO_ACTOR_NAME:
            del made["actor_name"]
        yield made


def _make_hostile(random: Random, record: GeneratedRecord) -> None:
    """Put one hostile text where strangers can write."""
    name = random.choice(("source_label", "change_description", "actor_name"))
    record[name] = random.choice(HOSTILE_TEXTS)


class _Cast:
    """Who does what: the people, the shapes and their weights."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._people = people(random)
        # The busiest of them acts about forty times as often as the last.
        self._who = list(accumulate(1 / (n + 1) for n in range(len(self._people))))
        self._shapes = shapes()
        self._what = list(accumulate(map(_weight, self._shapes)))
        self._events: dict[int, tuple[Shape, Person | None]] = {}
        self._sources: dict[tuple[str, str], int] = {}

    def event(self, number: int) -> tuple[Shape, Person | None]:
        """What an event is and who does it: one answer for all its records."""
        found = self._events.get(number)
        if found is None:
            random = self._random
            shape = random.choices(self._shapes, cum_weights=self._what)[0]
            actor = random.choices(self._people, cum_weights=self._who)[0]
            found = (shape, None if shape.by_system else actor)
            self._events[number] = found
        return found

    def record(self, shape: Shape, actor: Person | None) -> GeneratedRecord:
        """The middle of a record, in key order."""
        random = self._random
        label, source_id = self._source(shape, actor)
        made: GeneratedRecord = {}
        if random.random() >= _NO_ACTION_LABEL:
            made["action_label"] = ACTION_LABELS[shape.action]
            if random.random() < _OTHER_LABEL:
                made["action_label"] = random.choice(tuple(ACTION_LABELS.values()))
        made["actor_id"] = actor.id if actor else SYSTEM_ID
        made["source_id"] = source_id
        made["source_type"] = shape.source_type
        made["source_label"] = label
        made["action"] = shape.action
        made["change_description"] = shape.change_description
        made["ip_address"] = self._address(shape, actor)
        return made

    def _source(self, shape: Shape, actor: Person | None) -> tuple[str, int]:
        """The label and the id of what changed."""
        label = shape.source_label
        if shape.action == "login" and actor:
            return actor.name, actor.id  # who signs in is source and actor
        for name in _PEOPLE_IN_LABELS:
            if name in label:
                person = self._random.choice(self._people)
                found = label.replace(name, person.name)
                return found, person.id
        if shape.source_type == "ticket":
            number = self._random.randrange(1_000, 60_000)
            return f"Ticket: #{number}", number
        known = self._sources.get((shape.source_type, label))
        if known is None:
            known = self._random.randrange(360_000_000_000, 420_000_000_000)
            self._sources[(shape.source_type, label)] = known
        return label, known

    def _address(self, shape: Shape, actor: Person | None) -> str | None:
        random = self._random
        if actor is None or random.random() < _NO_ADDRESS:
            return None
        if random.random() < (0.5 if shape.prefers_ipv6 else _IPV6_SHARE):
            return random.choice(actor.ipv6)
        if random.random() < _USUAL_ADDRESS:
            return actor.addresses[0]
        return random.choice(actor.addresses)


def _weight(shape: Shape) -> float:
    if shape.action == "login":
        return _LOGIN_WEIGHT
    if shape.by_system:
        return 6.0
    return _USUAL_WEIGHTS[shape.action]
