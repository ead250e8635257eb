"""An id that a mirror holds with two contents: told, once, where it is in an answer."""

import pytest
from mirrored_account import (
    ALL,
    BEFORE,
    DOUBLE,
    HOUR_S,
    LATER,
    NOW_S,
    ORIGIN,
    RECORDS,
    Account,
    counted,
    second,
)

from auditql.diagnostics.codes import Code
from auditql.providers.mirror.place import Place
from auditql.providers.mirror.writer import MirrorWriter
from auditql.runtime.client_settings import MirrorUse


@pytest.mark.parametrize("stage", ["", "| where id > 0 | count", "| count by action"])
def test_an_id_that_is_held_twice_is_told_however_it_is_read(
    account: Account, stage: str
) -> None:
    """One warning of it, grouped or not."""
    account.sync(BEFORE)
    account.sync(LATER, more=[DOUBLE])
    text = f"created_at >= {second(40)} and created_at < {second(15)} {stage}"
    counted(account, text)
    assert [Code.SAME_ID] == account.codes


MOVED = RECORDS[149] | {"id": 20, "actor_name": "Eve"}
"""The record 20 with the time of the record 150, and another content."""


@pytest.mark.parametrize("source", ["auto", "mirror"])
@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("id = 20", [Code.SAME_ID]),
        (f"created_at < {second(15)} and actor_name in (Ada, Eve)", [Code.SAME_ID]),
        (f"created_at < {second(15)} | count by actor_name", [Code.SAME_ID]),
        ("actor_name = Eve", [Code.SAME_ID]),
        (f"created_at >= {second(40)} and created_at < {second(15)}", [Code.SAME_ID]),
        (f"created_at >= {second(40)} and created_at < {second(25)}", []),
        (f"created_at < {second(100)} and action = create", []),
    ],
)
def test_an_id_that_is_held_at_two_times_is_told(
    account: Account, source: MirrorUse, text: str, codes: list[Code]
) -> None:
    """Once, where either of its records is in the answer, and nowhere else."""
    account.sync(ALL, more=[MOVED])
    counted(account, text, source)
    assert codes == account.codes


def test_an_id_whose_other_record_was_taken_out_is_held_once(account: Account) -> None:
    """What is told of it would be untrue."""
    account.sync(BEFORE)
    account.sync(LATER, more=[RECORDS[19] | {"id": 150, "actor_name": "Eve"}])
    counted(account, "id = 150", "mirror")
    assert [Code.SAME_ID] == account.codes
    writer = MirrorWriter(Place(account.path, ORIGIN.base), clock=lambda: float(NOW_S))
    writer.prune(NOW_S - 100 * HOUR_S)
    writer.close()
    account.said.clear()
    counted(account, "id = 150", "mirror")
    assert [] == account.codes
