"""`--source`: what it takes, and what is refused before anything is read."""

import argparse

import pytest

from auditql.shell.arguments import VerbParser
from auditql.shell.exits import UsageError
from auditql.shell.querying import Options, add_options
from auditql.shell.source_option import check_source, engine_url, mirror_use


def options(*arguments: str) -> Options:
    """The options of a `query` with these arguments."""
    parser = VerbParser("query", "")
    parser.add_argument("text", nargs="?")
    add_options(parser, asks_account=True)
    return parser.read(arguments, Options())


def test_a_mirror_is_used_where_there_is_one_unless_it_is_said_otherwise() -> None:
    """auto by itself; api and mirror where they are written."""
    assert "auto" == mirror_use(options())
    for use in ("auto", "api", "mirror"):
        found = options("--source", use)
        assert (use, None) == (mirror_use(found), engine_url(found))


def test_a_url_names_an_engine() -> None:
    """Any scheme; what follows it is the engine's business."""
    for url in ("postgresql+psycopg://u@h/db", "sc://h:15002", "spark://local"):
        assert url == engine_url(options("--source", url))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("miror", "`miror` is not auto, api, mirror or a URL; did you mean mirror?"),
        ("", "`` is not auto, api, mirror or a URL"),
        ("my file", "`my file` is not auto, api, mirror or a URL"),
        ("trino://u:pw@h/my db", "`trino://…` is not auto, api, mirror or a URL"),
        ("trino:/u:pw@h/db", "`trino:/…` is not auto, api, mirror or a URL"),
        ("u:pw@h:/db", "`…` is not auto, api, mirror or a URL"),
        ("pw@h", "`…` is not auto, api, mirror or a URL"),
        ("://u:pw@h", "`…` is not auto, api, mirror or a URL"),
    ],
)
def test_anything_else_is_refused(text: str, said: str) -> None:
    """The word is shown, and the one that was meant."""
    with pytest.raises((UsageError, argparse.ArgumentTypeError)) as caught:
        options("--source", text)
    assert f"argument --source: {said}" == str(caught.value)


def test_what_does_not_go_together_is_refused() -> None:
    """Files say what is read already, and an answer goes on as it began."""
    with pytest.raises(UsageError, match="--source and --from both say"):
        check_source(options("--source", "api", "--from", "a.jsonl"), "query")
    with pytest.raises(UsageError, match="goes on as it began"):
        check_source(options("--source", "api"), "query", resumes=True)
    check_source(options("--from", "a.jsonl"), "query")
