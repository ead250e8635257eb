"""The compliance suite: text in, text out, as data in `tests/cases/<arrow>/`.

A file holds `[[case]]` tables. Every case has a `name` and a `query`; what
else it may say depends on its arrow, and a key that the arrow does not know is
an error, so a misspelled expectation cannot pass unseen.
"""

import dataclasses
import tomllib
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

import auditql
from auditql.catalog.record import Record
from auditql.diagnostics.model import Diagnostic, Severity
from auditql.diagnostics.render import render_text
from auditql.errors import QueryError
from auditql.language.parser import parse
from auditql.language.printer import format_filter, format_script
from auditql.language.resolver import resolve
from auditql.language.restate import restate

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
        shown = (dump(getattr(node, f.name)) for f in dataclasses.fields(node) if f.repr)
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
        assert case["urls"] == [r.url("https://acme.zendesk.com") for r in plan.requests]
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


def check_explain(case: Case) -> None:
    """`text`: the whole explanation; `says`: lines that it holds."""
    text = compiled(case).explain()
    if "text" in case:
        assert case["text"].rstrip("\n") == text.rstrip("\n")
    for line in case.get("says", []):
        assert line in text


ARROWS: dict[str, tuple[Callable[[Case], None], set[str]]] = {
    "parse": (check_parse, {"tree", "part", "statements"}),
    "format": (check_format, {"text"}),
    "resolve": (check_resolve, {"filter", "columns", "stages", "order"}),
    "requests": (
        check_requests,
        {"params", "requests", "urls", "paths", "count", "residual", "exact", "warns"},
    ),
    "evaluate": (check_evaluate, {"records", "matches"}),
    "diagnostics": (
        check_diagnostics,
        {"code", "codes", "severity", "marks", "at", "help", "message", "fixed", "text"},
    ),
    "explain": (check_explain, {"text", "says"}),
}
COMMON = {"name", "query", "now", "tz", "with"}


def collect() -> list[Any]:
    cases = []
    seen: set[tuple[str, str]] = set()
    for path in sorted(CASES.glob("*/*.toml")):
        arrow = path.parent.name
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
def test_case(arrow: str, case: Case) -> None:
    """The case holds."""
    ARROWS[arrow][0](case)
