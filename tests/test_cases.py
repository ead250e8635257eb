"""The compliance suite: text in, text out, as data in `tests/cases/<arrow>/`.

A file holds `[[case]]` tables. Every case has a `name`, and a `query` unless it
is a run of the command line or about rows; what else it may say depends on its
arrow, and a key that the arrow does not know is an error, so a misspelled
expectation cannot pass unseen.
"""

import dataclasses
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

import auditql
from auditql.catalog.kinds import Kind
from auditql.catalog.record import Record
from auditql.diagnostics.model import Diagnostic, Severity
from auditql.diagnostics.render import render_text
from auditql.errors import QueryError, RunError
from auditql.language.parser import parse
from auditql.language.printer import format_filter, format_script
from auditql.language.query import Column
from auditql.language.resolver import resolve
from auditql.language.restate import restate
from auditql.providers.zendesk.capability import CAPABILITIES
from auditql.results.formats import FORMATS, Bars, Layout
from auditql.results.stages.pipeline import Pipeline
from auditql.runtime.profiles.file import parse as parse_config
from auditql.runtime.profiles.file import told
from auditql.shell.completion import (
    Choice,
    Command,
    Known,
    SavedName,
    Seen,
    Takes,
    complete,
)
from auditql.shell.live.bar import toolbar
from auditql.shell.live.checking import check
from auditql.shell.live.forms import Context, State
from auditql.shell.live.highlighting import highlight
from auditql.shell.live.styles import Style

CASES = Path(__file__).parent / "cases"
NOW = "2026-03-10T12:00:00Z"

Case = dict[str, Any]


def dump(node: object) -> str:
    """A tree on one line: class names, values by position, no spans."""
    if isinstance(node, tuple):
        return "[" + ", ".join(dump(n) for n in node) + "]"
    if isinstance(node, Enum):
        return node.name
    if dataclasses.is_dataclass(node):
        shown = (
            dump(getattr(node, f.name)) for f in dataclasses.fields(node) if f.repr
        )
        return f"{type(node).__name__}({', '.join(shown)})"
    return repr(node)


def compiled(case: Case) -> "auditql.Plan":
    return auditql.compile(
        case["query"],
        params=case.get("with"),
        now=case.get("now", NOW),
        tz=case.get("tz"),
    )


def found(case: Case) -> tuple[Diagnostic, ...]:
    try:
        return compiled(case).diagnostics
    except QueryError as error:
        return error.diagnostics


def codes(diagnostics: tuple[Diagnostic, ...], severity: Severity) -> list[str]:
    return [d.code.value for d in diagnostics if d.severity is severity]


def check_parse(case: Case) -> None:
    """`tree`: the syntax tree of the only statement, as `dump` writes it."""
    script = parse(case["query"])
    if "statements" in case:
        assert case["statements"] == [dump(s) for s in script.statements]
    else:
        (statement,) = script.statements
        tree = getattr(statement, case["part"]) if "part" in case else statement
        assert case["tree"] == dump(tree)


def check_format(case: Case) -> None:
    """`text`: the canonical text; it says the same and stays as it is."""
    script = parse(case["query"])
    text = format_script(script)
    assert case["text"] == text
    assert parse(text) == script
    assert format_script(parse(text)) == text


def check_resolve(case: Case) -> None:
    """`filter`: the checked filter said again; `columns`: of the answer."""
    resolution = resolve(
        parse(case["query"]),
        case["query"],
        parameters=case.get("with", {}),
        now_s=auditql_now(case.get("now", NOW)),
        zone=case.get("tz", "UTC"),
    )
    assert [] == codes(resolution.diagnostics, Severity.ERROR)
    (query,) = resolution.queries
    if "filter" in case:
        assert case["filter"] == format_filter(restate(query.filter))
    if "columns" in case:
        assert case["columns"] == [f"{c.name}: {c.kind.value}" for c in query.columns]
    if "stages" in case:
        assert case["stages"] == [dump(s) for s in query.stages]
    if "order" in case:
        assert case["order"] == [dump(k) for k in query.order]


def auditql_now(text: str) -> int:
    return Record.from_json({"id": 1, "created_at": text}).created_s


def check_requests(case: Case) -> None:
    """`requests` (a list of parameter lists) or `params` (of the only one)."""
    plan = compiled(case)
    sent = [[list(pair) for pair in r.params] for r in plan.requests]
    if "params" in case:
        assert [case["params"]] == sent
    if "requests" in case:
        assert case["requests"] == sent
    if "urls" in case:
        assert case["urls"] == [
            r.url("https://acme.zendesk.com") for r in plan.requests
        ]
    if "paths" in case:
        assert case["paths"] == [r.path for r in plan.requests]
    if "count" in case:
        assert case["count"] == len(plan.requests)
    assert case.get("residual") == plan.residual
    if "exact" in case:
        assert case["exact"] == [r.exact for r in plan.requests]
    assert case.get("warns", []) == codes(plan.diagnostics, Severity.WARNING)


def check_evaluate(case: Case) -> None:
    """`matches`: the ids of the `records` that pass, in the order given."""
    plan = compiled(case)
    records = [
        {"id": number, "created_at": NOW} | record
        for number, record in enumerate(case["records"], 1)
    ]
    assert case["matches"] == [r["id"] for r in records if plan.matches(r)]


def check_stages(case: Case) -> None:
    """`rows`: what the stages make of the `records` that pass, in the order given.

    Rows are lines of JSON, columns in order. They do not depend on how many
    records come at a time. `fails`: words of the error with `most_groups`.
    """
    plan = compiled(case)
    records = [
        Record.from_json({"id": number, "created_at": NOW} | record)
        for number, record in enumerate(case.get("records", []), 1)
    ]
    passing = plan.matcher().keep(records)
    for at_once in (len(passing) or 1, 1, 2):
        pipeline = Pipeline(plan, most_groups=case.get("most_groups", 1_000))
        if "fails" in case:
            with pytest.raises(RunError, match=re.escape(case["fails"])):
                rows_through(pipeline, passing, at_once)
            continue
        assert case["rows"].splitlines() == [
            json.dumps(row, ensure_ascii=False)
            for row in rows_through(pipeline, passing, at_once)
        ]


def rows_through(
    pipeline: Pipeline, records: list[Record], at_once: int
) -> list[Mapping[str, object]]:
    rows: list[Mapping[str, object]] = []
    for place in range(0, len(records), at_once):
        rows += pipeline.add(records[place : place + at_once])
    return rows + pipeline.end()


def check_diagnostics(case: Case) -> None:
    """`code` and `marks` of the first, or `codes` of all; `fixed`; `text`."""
    diagnostics = found(case)
    every = [d.code.value for d in diagnostics]
    if "codes" in case:
        assert case["codes"] == every
    if "code" in case:
        assert case["code"] in every, render_text(diagnostics, case["query"])
        first = next(d for d in diagnostics if d.code.value == case["code"])
        assert Severity(case.get("severity", "error")) is first.severity
        if "marks" in case:
            assert first.span is not None
            marked = case["query"][first.span.start : first.span.end]
            assert case["marks"] == marked
        if "at" in case:
            assert first.span is not None
            assert case["at"] == first.span.start
        if "help" in case:
            assert first.help is not None
            assert case["help"] in first.help
        if "message" in case:
            assert case["message"] == first.message
        if "fixed" in case:
            assert first.fix is not None, first
            fixed = first.fix.apply(case["query"])
            assert case["fixed"] == fixed
            again = found(case | {"query": fixed})
            assert first.code not in [d.code for d in again]
            if first.is_error:
                assert [] == codes(again, Severity.ERROR)
    if "text" in case:
        assert case["text"].rstrip("\n") == render_text(diagnostics, case["query"])


def check_shell(case: Case, directory: Path) -> None:
    """One run of the command line in an empty directory that holds `files`.

    The directory is its home; a file in a folder of it is private, unless `modes`
    says otherwise.

    `args`; `stdin` (`repeat` times over) or `stdin_hex`; `env`. Then `code`
    (0 unless said), `stdout` and `stderr` whole, parts that they `_has` and
    that they `_lacks`, `json` (what standard output says as JSON), `files_after`.
    """
    for name, content in case.get("files", {}).items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
        if "/" in name:
            path.chmod(int(case.get("modes", {}).get(name, "0600"), 8))
    stdin = case.get("stdin", "").encode() * case.get("repeat", 1)
    done = subprocess.run(
        [sys.executable, "-m", "auditql", *case["args"]],
        input=bytes.fromhex(case["stdin_hex"]) if "stdin_hex" in case else stdin,
        capture_output=True,
        cwd=directory,
        env=clean_environment(directory) | case.get("env", {}),
        timeout=60,
        check=False,
    )
    said = {"stdout": done.stdout.decode(), "stderr": done.stderr.decode()}
    assert case.get("code", 0) == done.returncode, said
    for stream, text in said.items():
        if stream in case:
            assert case[stream] == text
        for part in case.get(f"{stream}_has", []):
            assert part in text
        for part in case.get(f"{stream}_lacks", []):
            assert part not in text
        assert "Traceback" not in text
    if "json" in case:
        assert json.loads(case["json"]) == json.loads(said["stdout"])
    if "files_after" in case:
        after = {p.name: p.read_bytes().decode() for p in directory.iterdir()}
        assert case["files_after"] == after


def clean_environment(home: Path) -> dict[str, str]:
    """This process's environment without what would change an answer."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ZENDESK_", "LC_", "PYTHON", "XDG_"))
        and name not in {"COLUMNS", "NO_COLOR", "CLICOLOR_FORCE", "LANG"}
    }
    cache = home.parent / "cache"  # one for all, so that the grammar is built once
    return kept | {"HOME": str(home), "XDG_CACHE_HOME": str(cache), "TERM": "xterm"}


def check_explain(case: Case) -> None:
    """`text`: the whole explanation; `says`: lines that it holds."""
    text = compiled(case).explain()
    if "text" in case:
        assert case["text"].rstrip("\n") == text.rstrip("\n")
    for line in case.get("says", []):
        assert line in text


def check_config(case: Case) -> None:
    """`said`: what is wrong with a config.toml, in the order of its lines."""
    path = Path("c.toml")
    assert case["said"] == [
        told(f, path) for f in parse_config(case["config"], path)[1]
    ]


def check_rows(case: Case) -> None:
    """`text`: what a format makes of `rows` (JSON), all of one answer.

    `as`: the format, `table` unless said; `answer`: its columns as `check_resolve`
    writes them; `width`, `columns` and `zone` of the layout; `bars`: the column that
    is drawn, with `blocks` unless they are false.
    """
    answer = [tuple(column.split(": ")) for column in case["answer"]]
    bars = Bars(case["bars"], case.get("blocks", True)) if "bars" in case else None
    layout = Layout(
        columns=tuple(case["columns"]) if "columns" in case else None,
        width=case.get("width"),
        answer=tuple(Column(name, Kind(kind)) for name, kind in answer),
        bars=bars,
        zone=case.get("zone"),
    )
    format_ = FORMATS[case.get("as", "table")](layout)
    text = format_.rows(json.loads(case["rows"])) + format_.end()
    assert case["text"] == text


def check_complete(case: Case) -> None:
    """What completes at the `¦` of `query`, which is the cursor.

    `items`: all texts, best first; `first`: those at the start; `has` and `lacks`
    some of them; `margins` and `shown`: of some texts; `replaces`: what stands where
    they are put in. `seen` gives counts of values by field; `names`, `parameters`,
    `queries` (their parameters) and `commands` (what they take) what is known.
    """
    before, behind = case["query"].split("¦")
    found = complete(before + behind, len(before), known(case))
    texts = [item.text for item in found.items]
    if "items" in case:
        assert case["items"] == texts
    if "first" in case:
        assert case["first"] == texts[: len(case["first"])]
    assert [] == [text for text in case.get("has", []) if text not in texts], texts
    assert [] == [text for text in case.get("lacks", []) if text in texts]
    items = {item.text: item for item in found.items}
    for text, margin in case.get("margins", {}).items():
        assert margin == items[text].margin
    for text, shown in case.get("shown", {}).items():
        assert shown == items[text].shown
    if "replaces" in case:
        assert case["replaces"] == (before + behind)[found.start : found.end]


def known(case: Case) -> Known:
    """What a session would know."""
    seen = Seen()
    for name, counts in case.get("seen", {}).items():
        for value, count in counts.items():
            seen.note(name, value, count)
    return Known(
        auditql_now(case.get("now", NOW)),
        case.get("tz", "UTC"),
        seen,
        case.get("names", {}),
        case.get("parameters", {}),
        tuple(
            SavedName(name, "", {p: d or None for p, d in parameters.items()})
            for name, parameters in case.get("queries", {}).items()
        ),
        tuple(
            Command(name, "", "", Takes[takes.upper()], (Choice("csv"), Choice("json")))
            for name, takes in case.get("commands", {}).items()
        ),
        CAPABILITIES,
    )


def check_live(case: Case) -> None:
    """`query` as it is typed: `state`, `bar` and `pieces`; `warns` and `fixed`.

    `bar` is the toolbar of `width` columns, 100 unless said, in ASCII with `ascii`;
    `pieces` are `style:text`, blanks left out. The session: `tz`, `now`, `with`,
    `limit`, `defined` (name to statement), `densities`, `commands` (name to help).
    """
    context = Context(
        case.get("tz", "UTC"),
        auditql_now(case.get("now", NOW)),
        limit=case.get("limit"),
        values=tuple(case.get("with", {}).items()),
        definitions=tuple(case.get("defined", {}).items()),
        densities=tuple(case.get("densities", {}).items()),
        commands=tuple(
            Command(name, help=help_)
            for name, help_ in case.get("commands", {}).items()
        ),
    )
    live = check(case["query"], context)
    if "state" in case:
        assert State[case["state"]] is live.state, live
    if "bar" in case:
        pieces = toolbar(
            live, case.get("width", 100), is_ascii=case.get("ascii", False)
        )
        assert case["bar"] == "".join(piece for _, piece in pieces)
    if "warns" in case:
        assert case["warns"] == [d.code.value for d in live.warnings]
    if "fixed" in case:
        assert live.fault is not None
        assert live.fault.fix is not None
        assert case["fixed"] == live.fault.fix.apply(case["query"])
    if "pieces" in case:
        assert case["pieces"] == [
            f"{style}:{piece}"
            for style, piece in highlight(case["query"])
            if style is not Style.BLANK
        ]


ARROWS: dict[str, tuple[Callable[[Case], None], set[str]]] = {
    "parse": (check_parse, {"tree", "part", "statements"}),
    "format": (check_format, {"text"}),
    "resolve": (check_resolve, {"filter", "columns", "stages", "order"}),
    "requests": (
        check_requests,
        {"params", "requests", "urls", "paths", "count", "residual", "exact", "warns"},
    ),
    "evaluate": (check_evaluate, {"records", "matches"}),
    "stages": (check_stages, {"records", "rows", "most_groups", "fails"}),
    "diagnostics": (
        check_diagnostics,
        {
            "code",
            "codes",
            "severity",
            "marks",
            "at",
            "help",
            "message",
            "fixed",
            "text",
        },
    ),
    "explain": (check_explain, {"text", "says"}),
    "config": (check_config, {"config", "said"}),
    "complete": (
        check_complete,
        {"items", "first", "has", "lacks", "margins", "shown", "replaces"}
        | {"seen", "names", "parameters", "queries", "commands"},
    ),
    "rows": (
        check_rows,
        {"rows", "as", "answer", "width", "columns", "zone", "bars", "blocks", "text"},
    ),
    "live": (
        check_live,
        {"state", "bar", "warns", "fixed", "pieces", "width", "ascii"}
        | {"limit", "defined", "densities", "commands"},
    ),
    "shell": (
        lambda case: check_shell(case, case["directory"]),
        {"args", "stdin", "repeat", "stdin_hex", "env", "files", "modes"}
        | {"code", "json"}
        | {"stdout", "stdout_has", "stdout_lacks"}
        | {"stderr", "stderr_has", "stderr_lacks", "files_after"},
    ),
}
COMMON = {"name", "query", "now", "tz", "with"}
ELSEWHERE = {"sql"}
"""Arrows with a runner of their own: providers/warehouse/test_sql_cases.py."""


def collect() -> list[Any]:
    cases = []
    seen: set[tuple[str, str]] = set()
    for path in sorted(CASES.glob("*/*.toml")):
        arrow = path.parent.name
        if arrow in ELSEWHERE:
            continue
        known = ARROWS[arrow][1]
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            unknown = set(case) - known - COMMON
            assert not unknown, f"{path}: {case['name']}: unknown keys {unknown}"
            assert set(case) & known, f"{path}: {case['name']}: expects nothing"
            assert (arrow, case["name"]) not in seen, f"{path}: {case['name']} twice"
            seen.add((arrow, case["name"]))
            cases.append(pytest.param(arrow, case, id=f"{arrow}: {case['name']}"))
    return cases


@pytest.mark.parametrize(("arrow", "case"), collect())
def test_case(arrow: str, case: Case, request: pytest.FixtureRequest) -> None:
    """The case holds."""
    if arrow == "shell":  # the only one that needs a directory
        case = case | {"directory": request.getfixturevalue("tmp_path")}
    ARROWS[arrow][0](case)
