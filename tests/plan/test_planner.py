"""Plans that are too long to say as cases, and what a plan is as a value."""

import copy
import pickle
import subprocess
import sys

import pytest

import auditql
from auditql.catalog.record import Record
from auditql.plan.cost import cost_of
from auditql.plan.model import Mode, Request

NOW = "2026-03-10T12:00:00Z"
LONGEST_HOST = "https://" + "x" * 63 + ".zendesk.com"


def compiled(text: str) -> "auditql.Plan":
    return auditql.compile(text, now=NOW)


def listed(numbers: range) -> str:
    return ", ".join(map(str, numbers))


def sent(request: Request, name: str) -> list[str]:
    """The values of a filter in a request."""
    keys = (f"filter[{name}]", f"filter[{name}][]")
    return [value for key, value in request.params if key in keys]


def test_a_thousand_ids_are_looked_up() -> None:
    """One request each, by rising id, and their cost is said."""
    made = compiled(f"id in ({listed(range(1, 1_001))})")
    assert [f"/api/v2/audit_logs/{n}" for n in range(1, 1_001)] == [
        r.path for r in made.requests
    ]
    assert {Mode.LOOKUP} == {r.mode for r in made.requests}
    assert ["many-lookups"] == [d.code.value for d in made.diagnostics]


def test_a_thousand_and_one_ids_are_checked_here() -> None:
    """So many look-ups cost more than a read."""
    made = compiled(f"id in ({listed(range(1, 1_002))}) and created_at >= -1d")
    assert [Mode.CURSOR] == [r.mode for r in made.requests]
    assert made.residual is not None
    assert made.residual.startswith("id in (1, 2, 3, ")


def test_a_long_list_is_cut_into_disjoint_requests() -> None:
    """Ten thousand ids, each in one request, none longer than 4,096 bytes."""
    numbers = range(10**12, 10**12 + 10_000)
    made = compiled(f"actor_id in ({listed(numbers)}) and created_at >= -1d")
    assert list(map(str, numbers)) == [
        v for r in made.requests for v in sent(r, "actor_id")
    ]
    assert max(len(r.url(LONGEST_HOST)) for r in made.requests) <= 4_096 - 256
    assert made.exact
    assert made.residual is None


def test_of_two_long_lists_one_is_cut_and_one_is_checked_here() -> None:
    """Cutting both would make ten thousand requests of a few hundred."""
    actors, sources = range(10**12, 10**12 + 10_000), range(10**8, 10**8 + 9_000)
    made = compiled(
        f"actor_id in ({listed(actors)}) and source_type = user "
        f"and source_id in ({listed(sources)})"
    )
    assert list(map(str, sources)) == [
        v for r in made.requests for v in sent(r, "source_id")
    ]
    assert [] == [v for r in made.requests for v in sent(r, "actor_id")]
    assert len(made.requests) < 250
    assert not made.exact
    assert made.residual is not None
    assert made.residual.startswith("actor_id in (1000000000000, ")


def test_a_type_too_long_for_a_request_is_checked_here() -> None:
    """No URL grows beyond its bound, whatever is written."""
    made = compiled(f"action = login and source_type = '{'a' * 5_000}'")
    assert [[("filter[action]", "login")]] == [
        [p for p in r.params if p[0].startswith("filter")] for r in made.requests
    ]
    assert made.residual is not None


@pytest.mark.parametrize(("letter", "most"), [("a", 300), ("é", 150), ("東", 100)])
def test_the_longest_text_that_is_sent_has_300_bytes(letter: str, most: int) -> None:
    """Bytes, not characters: each may become three in a URL."""
    assert compiled(f"source_type = '{letter * most}'").residual is None
    assert compiled(f"source_type = '{letter * (most + 1)}'").residual is not None


@pytest.mark.parametrize(
    "text",
    [
        "action = login or actor_id = 7 page 2",
        "action = login or actor_id = 7 after 'c'",
        f"actor_id in ({listed(range(10**12, 10**12 + 200))}) page 1",
        "id in (5, 6) page 1",
        "id = 5 page 1",
        "id = 5 before 'c'",
    ],
)
def test_a_page_that_is_not_of_one_request_is_refused(text: str) -> None:
    """It would be a page of nothing that the API has."""
    with pytest.raises(auditql.QueryError) as caught:
        compiled(text)
    assert ["paging-needs-one-request"] == [
        d.code.value for d in caught.value.diagnostics
    ]


def test_a_page_that_needs_no_request_is_empty() -> None:
    """A contradiction is no fault of paging."""
    assert () == compiled("action = login and action = create page 1").requests


@pytest.mark.parametrize(
    ("text", "least", "is_all"),
    [
        ("action = login and action = create", 0, True),
        ("limit 0", 0, True),
        ("action = login limit 100", 1, True),
        ("action = login limit 90 offset 10", 1, True),
        ("action = login limit 101", 1, False),
        ("action = login and created_at >= -1d limit 5", 1, True),
        ("action = login and created_at < 2026-01-01 limit 5", 1, False),
        (
            "action = login and created_at < 2026-01-01 order by created_at limit 5",
            1,
            True,
        ),
        ("actor_name = 'x' limit 5", 1, False),
        ("action = login order by id limit 5", 1, False),
        ("action = login limit 5 | select id", 1, False),
        ("action = login limit 5 page size 3", 1, False),
        ("action = login or actor_id = 7 limit 5", 2, False),
        ("created_at = 2026-01-01 or created_at = 2026-02-01", 2, False),
        ("created_at = 2026-01-01 or created_at = 2026-02-01 limit 1", 1, False),
        ("id in (1, 2, 3)", 3, True),
        ("id in (1, 2, 3) or action = login", 4, False),
        ("action = login page 7", 1, True),
        ("action = login after 'c'", 1, True),
        ("action = login | count", 1, True),
        ("action = login and created_at in 2026-02 | count", 2, False),
    ],
)
def test_the_cost_is_what_can_be_proved(text: str, least: int, is_all: bool) -> None:
    """So many requests in any case, and whether there are no more."""
    cost = cost_of(compiled(text))
    assert (least, is_all) == (cost.least, cost.is_all)


def test_a_plan_is_a_value() -> None:
    """Equal when it says the same; it can be hashed, copied and pickled."""
    text = "action in (create, login) and actor_name like 'a%' limit 5"
    made = compiled(text)
    assert made == compiled(text)
    assert hash(made) == hash(compiled(text))
    again = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own bytes
    assert made == copy.deepcopy(made) == again
    assert made != compiled("action = login")


def test_a_plan_matches_objects_and_records() -> None:
    """And refuses what is no record."""
    made = compiled("action = login")
    raw = {"id": 1, "created_at": NOW, "action": "login"}
    assert made.matches(raw)
    assert made.matches(Record.from_json(raw))
    assert not made.matches(raw | {"action": "create"})
    with pytest.raises(ValueError, match="id"):
        made.matches({"action": "login"})


def test_lone_surrogates_are_seen_as_a_replacement_by_patterns() -> None:
    """A case cannot hold one: RE2 takes UTF-8."""
    raw = {"id": 1, "created_at": NOW, "actor_name": "x\ud800y"}
    assert compiled("actor_name ~ '^x\ufffdy$'").matches(raw)
    assert compiled("actor_name ~ '^x.y$'").matches(raw)
    assert compiled("actor_name contains 'y'").matches(raw)
    assert compiled("actor_name like 'x_y'").matches(raw)


def test_explaining_loads_nothing_heavy() -> None:
    """A person waits for it at a prompt."""
    script = (
        "import sys, auditql\n"
        "auditql.compile('action = login or actor_id > 5 limit 5').explain()\n"
        "heavy = {'httpx', 'tabulate', 'prompt_toolkit', 're2', 'asyncio', 'wcwidth'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "[]\n" == done.stdout
