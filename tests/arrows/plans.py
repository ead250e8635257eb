"""From a text to requests, and to what is kept of records."""

import json
import re
from collections.abc import Mapping

import pytest

from arrows.cases import NOW, Case, codes, compiled
from auditql.catalog.kinds import Kind
from auditql.catalog.record import Record
from auditql.diagnostics.model import Severity
from auditql.errors import RunError
from auditql.language.query import Column
from auditql.results.formats import FORMATS, Bars, Layout
from auditql.results.stages.pipeline import Pipeline


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


def check_explain(case: Case) -> None:
    """`text`: the whole explanation; `says`: lines that it holds."""
    text = compiled(case).explain()
    if "text" in case:
        assert case["text"].rstrip("\n") == text.rstrip("\n")
    for line in case.get("says", []):
        assert line in text


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
