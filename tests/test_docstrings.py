"""The examples in the docstrings of what is public run, and give what they say.

Their account is the one that the environment names, as for anyone's program: an
emulator on a loopback port, with the six records below.
"""

import doctest
import inspect
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import auditql
from auditql.emulator import Emulator, serve

HOUR_S = 3600
RECORDS = (
    (1, "login", "Ada Example", "user", "Ada Example", "Successful sign-in"),
    (5, "update", "Bob Cat", "user", "Cy Dent", "Role changed from Agent to Admin"),
    (30, "login", "Bob Cat", "user", "Bob Cat", "Successful sign-in"),
    (50, "login", "Ada Example", "user", "Ada Example", "Successful sign-in"),
    (70, "exported", "Ada Example", "user", "User data", "JSON export requested"),
    (90, "destroy", "Cy Dent", "ticket", "Ticket: #48211", ""),
)
EXAMPLES = [
    example
    for name, thing in [("auditql", auditql)]
    + [(name, getattr(auditql, name)) for name in auditql.__all__]
    if inspect.ismodule(thing) or inspect.isclass(thing) or inspect.isroutine(thing)
    for example in doctest.DocTestFinder(recurse=inspect.isclass(thing)).find(
        thing, name, module=False, globs={"auditql": auditql}
    )
    if example.examples
]


def records(now_s: int) -> Iterator[dict[str, object]]:
    """The account's records: so many hours ago, who did what."""
    for hours, action, actor, source_type, label, description in RECORDS:
        moment = time.gmtime(now_s - hours * HOUR_S)
        yield {
            "id": 10_000 - hours,
            "action": action,
            "actor_name": actor,
            "source_type": source_type,
            "source_label": label,
            "change_description": description,
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", moment),
        }


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The environment names an account that holds the records; a query is saved."""
    monkeypatch.chdir(tmp_path)
    Path("logins.aql").write_text(
        "-- Who came in?\nparam since = -7d;\n"
        "action = login and created_at >= :since\n",
        encoding="utf-8",
    )
    for name in ("SUBDOMAIN", "OAUTH_TOKEN", "EMAIL", "API_TOKEN", "CLIENT_ID"):
        monkeypatch.delenv(f"ZENDESK_{name}", raising=False)
    monkeypatch.delenv("ZENDESK_CLIENT_SECRET", raising=False)
    with serve(Emulator(records(int(time.time())))) as server:
        monkeypatch.setenv("ZENDESK_BASE_URL", server.url)
        yield


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_gives_what_it_says(example: doctest.DocTest) -> None:
    """Every line of the example prints what stands under it."""
    said: list[str] = []
    runner = doctest.DocTestRunner()
    outcome = runner.run(example, out=said.append)
    assert 0 == outcome.failed, "".join(said)


@pytest.mark.parametrize(
    "name",
    ["auditql", "AsyncClient", "Client", "Client.query", "Client.count", "Plan.filter",
     "Plan.matches", "Plan.explain", "QueryError", "Record.from_json", "answer",
     "compile", "format", "load"],
)  # fmt: skip
def test_what_is_used_most_has_an_example(name: str) -> None:
    """The finder sees the docstrings: each of these brings an example."""
    assert any(e.name.endswith(name) for e in EXAMPLES), [e.name for e in EXAMPLES]
