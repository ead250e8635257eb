"""A session whose account has a mirror: what is read where, and what is said of it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from mirrors import Kept, synced
from sessions import DAY_S, NOW_S, Bench, newest_first, records

from auditql.language.clock import text_of
from auditql.plan.model import Interval
from auditql.shell.live.bar import toolbar
from auditql.shell.live.checking import check
from auditql.shell.session.state import State
from auditql.shell.terminal.knowledge import Knowledge

END_S = NOW_S - 5 * DAY_S
COVERED = Interval(0, END_S)
HELD = records()


@pytest.fixture
def mirrored(tmp_path: Path) -> Iterator[Bench]:
    """A session over an account whose mirror ends five days ago."""
    path = tmp_path / "mirror" / "a.sqlite"
    synced(path, HELD, COVERED)
    benches: list[Bench] = []
    made = Bench(HELD, accounts=lambda _picked: Kept(benches, path), is_real=True)
    benches.append(made)
    yield made
    made.session.close()


def inside(start_s: int, end_s: int) -> Sequence[int]:
    """The ids of a time, newest first."""
    times = text_of(start_s), text_of(end_s)
    return newest_first([r for r in HELD if times[0] <= r["created_at"] < times[1]])


def bar(bench: Bench, text: str) -> str:
    """The toolbar of a text."""
    live = check(text, Knowledge(bench.session).context())
    return "".join(piece for _, piece in toolbar(live, 200))


OLD = (
    f"created_at >= '{text_of(NOW_S - 9 * DAY_S)}' and created_at < '{text_of(END_S)}'"
)


def test_covered_time_is_shown_without_a_request(mirrored: Bench) -> None:
    """And the line below says where the records come from."""
    said = mirrored.said(OLD)
    assert 0 == mirrored.requests
    wanted = len(inside(NOW_S - 9 * DAY_S, END_S))
    assert f"{wanted} rows · {wanted} read ({wanted} from the mirror) · 0 req" in said
    assert f"complete up to {text_of(END_S)}" in said


def test_an_answer_runs_over_the_seam_as_rows_are_wanted(mirrored: Bench) -> None:
    """The newest from the API, then the mirror's, each once, in order."""
    found = mirrored.rows("action is not null")
    while mirrored.session.state.last is not None and (more := mirrored.rows("\\more")):
        found += more
    assert newest_first(HELD) == found
    assert 4 > mirrored.requests


def test_stages_of_covered_time_are_answered_by_the_mirror(mirrored: Bench) -> None:
    """No record is read for them."""
    said = mirrored.said(f"{OLD} | count by action")
    assert "0 read (answered by the mirror) · 0 requests" in said
    number = mirrored.said(f"{OLD} and action = login | count")
    assert 0 == mirrored.requests
    assert "server count" not in number


def test_the_source_can_be_chosen(mirrored: Bench) -> None:
    r"""`\source` names it; api asks again, mirror asks nobody and names gaps."""
    assert f"the mirror holds what is up to {text_of(END_S)}" in mirrored.said(
        "\\source"
    )
    assert "read: the API alone" in mirrored.said("\\source api")
    mirrored.said(OLD)
    assert 0 < mirrored.requests
    before = mirrored.requests
    mirrored.said("\\source mirror")
    said = mirrored.said(f"created_at >= '{text_of(NOW_S - DAY_S)}'")
    assert "the answer is partial: the mirror does not hold" in said
    said = mirrored.said(f"created_at >= '{text_of(NOW_S - 8 * DAY_S)}' limit 500")
    assert "partial" not in said
    assert f"complete up to {text_of(END_S)}" in said
    assert before == mirrored.requests
    assert "did you mean mirror?" in mirrored.said("\\source miror")


def test_one_record_is_shown_out_of_the_mirror_alone(mirrored: Bench) -> None:
    r"""`\show` asks nobody, and never says of a record that the account has none."""
    (held,) = inside(END_S - DAY_S, END_S)[:1]
    (behind,) = inside(END_S, NOW_S)[:1]
    mirrored.said("\\source mirror")
    assert f"id | {held}" in " ".join(mirrored.said(f"\\show {held}").split())
    for number in (behind, 10**12):
        said = mirrored.said(f"\\show {number}")
        assert f"the mirror does not hold the id {number}; `auditql sync`" in said
        assert "the account has no record" not in said
    assert 0 == mirrored.requests
    mirrored.said("\\source api")
    assert f"the account has no record {10**12}" in mirrored.said(f"\\show {10**12}")


def test_the_toolbar_says_what_the_mirror_gives(mirrored: Bench) -> None:
    """All, or up to when, and how many requests that saves."""
    mirrored.said("\\source")
    mirrored.session.state.densities = {"": 0.01}
    assert "ok · mirror: all" in bar(mirrored, OLD)
    assert "saves ~" in bar(mirrored, f"{OLD} | count by action")
    assert "no request" in bar(mirrored, OLD)
    text = f"created_at >= '{text_of(NOW_S - 9 * DAY_S)}'"
    assert f"mirror: up to {text_of(END_S)}" in bar(mirrored, text)
    mirrored.said("\\source api")
    assert "mirror" not in bar(mirrored, text)


def test_what_may_need_no_request_has_no_least_number(mirrored: Bench) -> None:
    """Oldest first, the mirror may hold all that is wanted; nothing else is known."""
    mirrored.said("\\source")
    mirrored.session.state.densities = {}  # nothing was read before
    said = bar(mirrored, "order by created_at")
    assert said.endswith("first 100 rows · requests unknown")


def test_the_toolbar_names_no_more_than_the_mirror_has(mirrored: Bench) -> None:
    """Where nobody else is asked, what it lacks is missing, and nothing is saved."""
    part = ", the rest is missing"
    mirrored.session.state.densities = {"": 0.01}
    mirrored.said("\\source mirror")
    lines = {
        "up to when": f"created_at >= '{text_of(NOW_S - 9 * DAY_S)}'",
        "a time behind it": f"created_at >= '{text_of(NOW_S - DAY_S)}'",
        "an id": "id = 5",
        "an id of a time behind it": f"id = 5 and created_at >= '{text_of(END_S)}'",
        "several": f"id = 5; {OLD}",
        "an id or a time behind it": f"id = 5 or created_at >= '{text_of(END_S)}'",
    }
    for words, text in lines.items():
        assert part in bar(mirrored, text), words
        assert "saves" not in bar(mirrored, text), words
        assert "api" not in bar(mirrored, text), words
    assert f"mirror: up to {text_of(END_S)}{part}" in bar(mirrored, lines["up to when"])
    assert f"mirror: in part{part}" in bar(mirrored, "id = 5")
    assert "mirror: all" in bar(mirrored, OLD)
    assert "mirror: all" in bar(mirrored, f"id = 5 and created_at < '{text_of(END_S)}'")
    assert "saves ~" in bar(mirrored, f"{OLD} | count by action")
    never = "action = login and action = create"
    assert "mirror" not in bar(mirrored, never)
    assert "mirror: all" in bar(mirrored, f"{never}; {OLD}")
    mirrored.session.state.covered = ()
    for text in (OLD, "id = 5", *lines.values()):
        assert "mirror: nothing" in bar(mirrored, text)
        assert "saves" not in bar(mirrored, text)
        assert "api" not in bar(mirrored, text)


def test_explain_says_it_too(mirrored: Bench) -> None:
    """Which part comes from where, and what it saves."""
    said = mirrored.said(f"\\explain created_at >= '{text_of(NOW_S - 9 * DAY_S)}'")
    assert f"until before {text_of(END_S)}: no request" in said
    assert "saved    about " in said


def test_nothing_promises_a_page_of_the_mirror(mirrored: Bench) -> None:
    """What the run refuses is a fault in the toolbar, and explained by nobody."""
    words = "a page is the API's: a mirror has none"
    text = "page 2 size 5"
    assert "1 request" in bar(mirrored, text)
    assert "exactly one page" in mirrored.said(f"\\explain {text}")
    mirrored.said("\\source mirror")
    assert f"✗ col 1: {words} · use `limit` and `offset`" == bar(mirrored, text)
    assert f"error: {words}; use `limit`" in mirrored.said(f"\\explain {text}")
    said = mirrored.said(text)
    assert f"error: {words}; use `limit`" in said
    assert "\\resume" not in said, "it would come to the same"
    (found,) = check(text, Knowledge(mirrored.session).context()).diagnostics
    assert words == found.message
    assert 0 == mirrored.requests


def test_a_demo_has_no_mirror() -> None:
    """It cannot be chosen there."""
    bench = Bench(HELD, is_real=True)
    try:
        assert "no mirror is kept of this account" in bench.said("\\source mirror")
        assert "read: the API alone" in bench.said("\\source api")
        assert bench.rows("action = login limit 1")
    finally:
        bench.session.close()


def test_another_account_has_another_mirror() -> None:
    """What was seen of the first is forgotten."""
    state = State(covered=(COVERED,))
    state.part()
    assert () == state.covered


@pytest.mark.parametrize("begins_with_mirror", [True, False])
def test_more_of_an_answer_takes_what_it_began_with(
    tmp_path: Path, begins_with_mirror: bool
) -> None:
    """Ids fall here within a second; what a sync adds meanwhile changes no order."""
    path = tmp_path / "mirror" / "a.sqlite"
    if begins_with_mirror:
        synced(path, HELD, Interval(NOW_S - 9 * DAY_S, NOW_S - 7 * DAY_S))
    benches: list[Bench] = []
    made = Bench(
        HELD, accounts=lambda _picked: Kept(benches, path), is_real=True, limit=40
    )
    benches.append(made)
    try:
        found = made.rows("action is not null")
        synced(path, HELD, COVERED)
        while more := made.rows("\\more"):
            found += more
        assert newest_first(HELD) == found
        assert made.requests > 3, "the mirror that was made meanwhile has no part in it"
        before = made.requests
        assert made.rows(OLD)
        assert before == made.requests, "it has one in the next answer"
    finally:
        made.session.close()


def test_a_mirror_that_cannot_be_used_is_told_once(mirrored: Bench) -> None:
    """And the API is asked."""
    path = mirrored.session.reach.account()._path
    path.chmod(0o644)
    said = mirrored.said(OLD)
    assert "the mirror is not used: others can read" in said
    assert 0 < mirrored.requests
    assert "not used" not in mirrored.said(OLD)
