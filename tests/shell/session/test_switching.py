"""Another account in the middle of an answer: no answer is of two accounts."""

import pytest
from sessions import NOW_S, Wire, bench, of, records

from auditql.emulator import Emulator
from auditql.shell.session.accounts import Account, Transported
from auditql.shell.session.events import Failed, Rows, Warned


@pytest.mark.parametrize("more", ["\\more", "\\resume", "\\next"])
@pytest.mark.parametrize("text", ["created_at >= -30d", "page size 50"])
def test_an_answer_ends_with_its_account(text: str, more: str) -> None:
    """Its rows are kept; nothing is asked of the other account in its name."""
    wires = [Wire(Emulator(records(seed=n), clock=lambda: NOW_S)) for n in (3, 9)]

    def accounts(picked: str | None) -> Account:
        number = 0 if picked is None else 1
        return Transported(f"http://127.0.0.1:{number + 1}", wires[number])

    with bench(accounts=accounts, limit=150) as b:
        rows = b.rows(text)
        b.events("\\profile other")
        events = b.events(more)
        (failed,) = of(events, Failed)
        assert "ask it again from the beginning" in failed.message
        assert [] == of(events, Rows)
        assert 0 == wires[1].number
        assert rows == b.rows("\\last")


def test_a_whole_answer_stays_whole() -> None:
    """Nothing is said to be missing of it."""
    wire = Wire(Emulator(records(), clock=lambda: NOW_S))
    with bench(accounts=lambda _name: Transported("http://127.0.0.1:1", wire)) as b:
        b.events("limit 5")
        b.events("\\profile other")
        assert [] == of(b.events("\\last"), Warned)


def test_values_of_one_account_are_not_offered_in_another() -> None:
    """What was seen is forgotten with the account; its rows are not."""
    wire = Wire(Emulator(records(), clock=lambda: NOW_S))
    with bench(accounts=lambda _name: Transported("http://127.0.0.1:1", wire)) as b:
        b.events("limit 5")
        assert b.session.known().seen.most_used("actor_name", 5)
        b.events("\\profile other")
        assert not b.session.known().seen.most_used("actor_name", 5)
