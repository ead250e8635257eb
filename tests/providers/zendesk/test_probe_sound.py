"""Whatever an account holds and however it behaves, a probe says nothing false."""

from random import Random

import pytest
from probing import NOW_S, Account, Record, answers, probe, record, verdicts

from auditql.emulator.settings import (
    CursorStyle,
    LastPage,
    RateLimitKind,
    SourceIdRule,
    TieOrder,
)
from auditql.providers.zendesk.probe import MOST_REQUESTS
from auditql.providers.zendesk.probe_findings import Status

WORDS = ("create", "update", "destroy", "login", "exported", "übung & co")


def world(random: Random) -> tuple[list[Record], dict[str, object]]:
    """Records of any density and variety, and a way to behave."""
    number = random.choice((0, 1, 2, 3, 5, 20, 99, 100, 101, 150, 250, 400))
    stretch = random.choice((1, 2, 30, 700, 5_000, 200_000, 9_000_000))
    newest = NOW_S - random.choice((0, 300, 599, 600, 601, 5_000))
    kinds = random.randint(1, 6)
    ids = random.sample(range(1, 10_000_000), number)
    records = [
        record(
            one,
            newest - int(stretch * random.random() ** 2),
            action=random.choice(WORDS[:kinds]),
            actor_id=random.choice((None, -1, *range(1, kinds + 1))),
            source_type=random.choice((None, *WORDS[:kinds])),
            source_id=random.choice((None, *range(kinds))),
            ip_address=random.choice((None, "::1", "192.0.2.1", "192.0.2.2")),
        )
        for one in ids
    ]
    return records, {
        "start_included": random.random() < 0.5,
        "end_included": random.random() < 0.5,
        "ties": random.choice(list(TieOrder)),
        "source_id_rule": random.choice(list(SourceIdRule)),
        "cursor_style": random.choice(list(CursorStyle)),
        "last_page": random.choice(list(LastPage)),
        "rate_limit": random.choice(list(RateLimitKind)),
    }


@pytest.mark.parametrize("part", range(6))
def test_every_answer_is_true_or_missing(part: int) -> None:
    """By the settings of the account; it obeys plans, so nothing is against them."""
    seen: dict[str, int] = {}
    for seed in range(part * 50, part * 50 + 50):
        records, settings = world(Random(seed))
        account = Account(records, **settings)
        found = probe(account)
        said = answers(found)
        ends = {True: "included", False: "excluded"}
        falls = settings["ties"] is TieOrder.IDS_FALL
        rule = settings["source_id_rule"]
        window = {
            RateLimitKind.NONE: None,
            RateLimitKind.BUCKET: "steadily",
            RateLimitKind.FIXED_MINUTE: "anew each minute",
        }
        true = {
            "range_start": ends[settings["start_included"]],
            "range_end": ends[settings["end_included"]],
            "ids_descending": "fall" if falls else "rise",
            "ids_ascending": "rise",
            "count": "exact",
            "range_future": "accepted",
            "source_id_alone": {"refuse": "refused", "ignore": "ignored"}.get(
                rule.value, "honoured"
            ),
            "cursor": "survives",
            "rate_window": window[settings["rate_limit"]],
            "id": "works",
            **dict.fromkeys(("action", "actor_id", "source_type"), "works"),
            **dict.fromkeys(("source_id", "ip_address"), "works"),
        }
        for name, answer in true.items():
            assert said[name] in (answer, None), (seed, name, verdicts(found)[name])
            seen[name] = seen.get(name, 0) + (said[name] is not None)
        assert () == found.against, seed
        assert None is found.ended
        assert len(account.asked) <= MOST_REQUESTS
        assert all(
            (v.answer is None) is (v.status is Status.UNSEEN)
            for v in verdicts(found).values()
        )
    assert all(number >= 5 for number in seen.values()), seen
