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
_ODD_SHARE = 0.04
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
    uniform = random.random
    number = 0
    when = moments(random, count, start_s, end_s)
    # An event is one thing done by one person, however many records it writes.
    events = cast.events(1 + max((event for _, event in when), default=-1))
    for second, event in when:
        shape, actor = events[event]
        floor = (second - _ID_EPOCH_S) * _IDS_A_SECOND
        number = max(number, floor) + 1 + int(uniform() * _ID_STEP)
        label, source_id = cast.source(shape, actor)
        record: GeneratedRecord = {
            "url": f"{base}{number}.json",
            "id": number,
            "action_label": ACTION_LABELS[shape.action],
            "actor_id": actor.id if actor else SYSTEM_ID,
            "source_id": source_id,
            "source_type": shape.source_type,
            "source_label": label,
            "action": shape.action,
            "change_description": shape.change_description,
            "ip_address": cast.address(shape, actor),
            "created_at": write_time(second),
            "actor_name": actor.name if actor else SYSTEM_NAME,
        }
        if uniform() < hostile_share:
            _make_hostile(random, record)
        draw = uniform()
        if draw < _ODD_SHARE:
            _make_odd(random, record, draw / _ODD_SHARE)
        yield record


def _make_odd(random: Random, record: GeneratedRecord, draw: float) -> None:
    """Depart from the rule as real answers do: a key absent, a wrong label."""
    if draw < 0.5:
        del record["action_label"]
    elif draw < 0.75:
        record["action_label"] = random.choice(tuple(ACTION_LABELS.values()))
    else:
        del record["actor_name"]


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
        self._named = {
            label: next((name for name in _PEOPLE_IN_LABELS if name in label), None)
            for label in {shape.source_label for shape in self._shapes}
        }
        self._sources: dict[tuple[str, str], int] = {}

    def events(self, count: int) -> list[tuple[Shape, Person | None]]:
        """What happens, and who does it; None is the service itself."""
        draw = self._random.choices
        what = draw(self._shapes, cum_weights=self._what, k=count)
        who = draw(self._people, cum_weights=self._who, k=count)
        return [
            (shape, None if shape.by_system else actor)
            for shape, actor in zip(what, who, strict=True)
        ]

    def source(self, shape: Shape, actor: Person | None) -> tuple[str, int]:
        """The label and the id of what changed."""
        label = shape.source_label
        if shape.action == "login" and actor:
            return actor.name, actor.id  # who signs in is source and actor
        name = self._named[label]
        if name is not None:
            person = self._people[int(self._random.random() * len(self._people))]
            return label.replace(name, person.name), person.id
        if shape.source_type == "ticket":
            number = self._random.randrange(1_000, 60_000)
            return f"Ticket: #{number}", number
        known = self._sources.get((shape.source_type, label))
        if known is None:
            known = self._random.randrange(360_000_000_000, 420_000_000_000)
            self._sources[(shape.source_type, label)] = known
        return label, known

    def address(self, shape: Shape, actor: Person | None) -> str | None:
        uniform = self._random.random
        if actor is None or uniform() < _NO_ADDRESS:
            return None
        if uniform() < (0.5 if shape.prefers_ipv6 else _IPV6_SHARE):
            return self._random.choice(actor.ipv6)
        if uniform() < _USUAL_ADDRESS:
            return actor.addresses[0]
        return self._random.choice(actor.addresses)


def _weight(shape: Shape) -> float:
    if shape.action == "login":
        return _LOGIN_WEIGHT
    if shape.by_system:
        return 6.0
    return _USUAL_WEIGHTS[shape.action]
