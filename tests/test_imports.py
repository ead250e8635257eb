"""What is loaded when: nothing is imported before it is needed."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "asyncio", "duckdb", "httpx", "prompt_toolkit", "re2", "sqlglot", "ssl", "tabulate",
}  # fmt: skip
PARSER = {"lark"}
COMMAND_LINE = {"argparse"}


def loaded(*arguments: str, stdin: str = "") -> set[str]:
    """Names of all modules that a run of this Python imports, by its own account."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    return {
        line.rpartition("|")[2].strip()
        for line in done.stderr.splitlines()
        if line.startswith("import time:")
    }


def tops(modules: set[str]) -> set[str]:
    """The top packages of the modules."""
    return {name.partition(".")[0] for name in modules}


def test_importing_auditql_loads_nothing_else() -> None:
    """The package's own file is all that `import auditql` reads."""
    ours = {m for m in loaded("-c", "import auditql") if m.startswith("auditql")}
    assert {"auditql"} == ours


def test_compiling_loads_lark_and_nothing_heavier() -> None:
    """A query without a pattern needs the parser alone."""
    modules = loaded("-c", "import auditql; auditql.compile('action = login limit 5')")
    assert "lark" in tops(modules)
    assert set() == tops(modules) & (HEAVY | COMMAND_LINE)


def test_records_at_hand_are_answered_without_what_speaks_http() -> None:
    """Filtering and answering in memory need the parser alone."""
    program = (
        "import auditql; p = auditql.compile('action = login | count by action');"
        "r = [{'id': 1, 'created_at': '2026-03-01T00:00:00Z', 'action': 'login'}];"
        "assert list(auditql.answer(p, r)) == [{'action': 'login', 'count': 1}];"
        "assert list(auditql.compile('action = login').filter(r)) == r"
    )
    assert set() == tops(loaded("-c", program)) & (HEAVY | COMMAND_LINE)


def test_names_of_europe_are_measured_without_tables_of_widths() -> None:
    """A table of them, cut to fit, loads no `wcwidth`; one of Japan does."""
    program = (
        "from auditql.results.formats import FORMATS, Layout;"
        "t = FORMATS['table'](Layout(width=20));"
        "t.rows([{'actor_name': 'Oluwaseun Adébáyò of Łódź'}]); t.end()"
    )
    assert "wcwidth" not in tops(loaded("-c", program))
    assert "wcwidth" in tops(loaded("-c", program.replace("Łódź", "東京")))


def test_a_pattern_loads_the_regular_expressions() -> None:
    """re2 comes with the first `~` and not before."""
    modules = loaded(
        "-c", "import auditql; auditql.compile(\"actor_name ~ 'a' limit 5\")"
    )
    assert "re2" in tops(modules)
    assert set() == tops(modules) & (HEAVY - {"re2"})


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_version_and_help_load_next_to_nothing(word: str) -> None:
    """Neither needs the parser, the network or argparse."""
    modules = loaded("-m", "auditql", word)
    assert set() == tops(modules) & (HEAVY | PARSER | COMMAND_LINE | {"dataclasses"})


@pytest.mark.parametrize(
    "arguments",
    [
        ("compile", "-f", "params", "action = login limit 5"),
        ("explain", "action = login limit 5"),
        ("check", "-"),
        ("fmt", "-"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_verbs_that_send_nothing_load_nothing_that_could(
    arguments: tuple[str, ...],
) -> None:
    """Compiling, explaining, checking and formatting stay off the network."""
    modules = loaded("-m", "auditql", *arguments, stdin="action = login limit 5")
    assert set() == tops(modules) & HEAVY


def test_fields_need_no_parser() -> None:
    """The catalog is printed from its own table, and only a table needs its library."""
    modules = loaded("-m", "auditql", "fields", "-f", "json")
    assert set() == tops(modules) & (HEAVY | PARSER)
    modules = loaded("-m", "auditql", "fields")
    assert {"tabulate"} == tops(modules) & (HEAVY | PARSER)


def test_the_table_of_formats_loads_no_format() -> None:
    """Help and completion read the names; what a format needs comes with its use."""
    modules = loaded("-c", "import auditql.results.formats")
    assert set() == tops(modules) & (HEAVY | {"csv", "json", "wcwidth"})
    ours = {m for m in modules if m.startswith("auditql.")}
    forms = {"auditql.catalog", "auditql.catalog.forms"}
    assert {"auditql.results", "auditql.results.formats"} == ours - forms


@pytest.mark.parametrize("verb", ["query", "show"])
def test_the_help_of_a_verb_that_asks_loads_nothing_that_could(verb: str) -> None:
    """Options are described without a parser or a network."""
    modules = loaded("-m", "auditql", verb, "--help")
    assert set() == tops(modules) & (HEAVY | PARSER)


def test_a_query_over_a_file_loads_nothing_that_could_send(tmp_path: Path) -> None:
    """An event loop is there, since a pipe may be silent; nothing speaks HTTP."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"id":1,"created_at":"2026-03-01T08:00:00Z"}\n', "utf-8")
    modules = loaded("-m", "auditql", "query", "--from", str(path), "| count")
    may = {"asyncio", "re2", "ssl", "tabulate"}
    assert set() == tops(modules) & (HEAVY - may)
    assert set() == {m for m in modules if "zendesk.session" in m}


def test_a_query_loads_what_it_uses_and_nothing_of_the_shell() -> None:
    """HTTP and the event loop; no prompt, no table maker, no other engine."""
    modules = loaded("-m", "auditql", "demo", "query", "-f", "table", "limit 2")
    assert {"asyncio", "httpx", "lark"} <= tops(modules)
    never = {"duckdb", "prompt_toolkit", "re2", "sqlglot", "tabulate"}
    assert set() == tops(modules) & never
