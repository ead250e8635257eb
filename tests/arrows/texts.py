"""From a text to its tree, its words again, and what is wrong with it."""

from pathlib import Path

from arrows.cases import NOW, Case, auditql_now, codes, dump, found
from auditql.diagnostics.model import Severity
from auditql.diagnostics.render import render_text
from auditql.language.parser import parse
from auditql.language.printer import format_filter, format_script
from auditql.language.resolver import resolve
from auditql.language.restate import restate
from auditql.runtime.profiles.file import parse as parse_config
from auditql.runtime.profiles.file import told


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


def check_config(case: Case) -> None:
    """`said`: what is wrong with a config.toml, in the order of its lines."""
    path = Path("c.toml")
    assert case["said"] == [
        told(f, path) for f in parse_config(case["config"], path)[1]
    ]
