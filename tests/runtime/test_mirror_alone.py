"""A client that reads nothing but the mirror: its answers, and what they lack."""

from pathlib import Path

import pytest
from mirrored_account import (
    ALL,
    BEFORE,
    HOUR_S,
    LATER,
    NOW_S,
    Account,
    ask,
    ids,
    second,
)

from auditql.errors import ConfigurationError
from auditql.language.clock import text_of
from auditql.plan.model import Interval


@pytest.fixture
def account(tmp_path: Path) -> Account:
    """An account without a mirror."""
    return Account(tmp_path)


def test_the_mirror_alone_answers_up_to_its_end(account: Account) -> None:
    """A question that is open to the present is complete up to there."""
    account.sync(BEFORE, Interval(BEFORE.end, LATER.end))
    rows, counts, claim = ask(account, "action = login", "mirror")
    assert [n for n in ids(10, 300) if n % 2 == 0] == rows
    assert 0 == counts.requests
    assert (True, LATER.end) == (claim.complete, claim.until_s)


def test_a_gap_in_the_mirror_alone_is_missing(account: Account) -> None:
    """The answer is partial, and says what of it lies nowhere."""
    account.sync(BEFORE, LATER)
    rows, _, claim = ask(account, "actor_name = Ada", "mirror")
    assert ids(10, 49) + ids(100, 300) == rows
    assert not claim.complete
    gap = f"{text_of(BEFORE.end)} to {text_of(LATER.start)}"
    assert claim.reason.startswith(f"the mirror does not hold {gap}; `auditql sync`")
    rows, _, claim = ask(account, "actor_name = Ada limit 40", "mirror")
    assert (ids(10, 49), True) == (rows, claim.complete), "the gap was never reached"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"created_at >= {second(5)}", f"{text_of(NOW_S - 5 * HOUR_S)} or later"),
        (
            f"created_at < {second(60)}",
            f"what is before {text_of(NOW_S - 60 * HOUR_S)}",
        ),
        ("id = 3", "the id 3"),
        (
            f"created_at >= {second(20)} and created_at < {second(5)}",
            f"{text_of(LATER.end)} to {text_of(NOW_S - 5 * HOUR_S)}",
        ),
    ],
)
def test_what_the_mirror_alone_lacks_is_named(
    account: Account, text: str, what: str
) -> None:
    """Behind its end, before its beginning, an id, the end of a time that is over."""
    account.sync(LATER)
    _, _, claim = ask(account, text, "mirror")
    assert f"the mirror does not hold {what}; `auditql sync` fetches it" == claim.reason


def test_pages_are_not_the_mirror_s(account: Account) -> None:
    """Asked for alone it refuses; else the API gives them."""
    account.sync(ALL)
    with pytest.raises(ConfigurationError, match="a page is the API's"):
        ask(account, "page 2 size 5", "mirror")
    rows, counts, _ = ask(account, "page 2 size 5")
    assert (ids(6, 10), 1) == (rows, counts.requests)
