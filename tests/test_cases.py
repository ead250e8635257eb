"""The compliance suite: text in, text out, as data in `tests/cases/<arrow>/`.

A file holds `[[case]]` tables. Every case has a `name`, and a `query` unless it
is a run of the command line or about rows; what else it may say depends on its
arrow, and a key that the arrow does not know is an error, so a misspelled
expectation cannot pass unseen.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from arrows import plans, runs, sessions, texts
from arrows.cases import Case

CASES = Path(__file__).parent / "cases"

ARROWS: dict[str, tuple[Callable[[Case], None], set[str]]] = {
    "parse": (texts.check_parse, {"tree", "part", "statements"}),
    "format": (texts.check_format, {"text"}),
    "resolve": (texts.check_resolve, {"filter", "columns", "stages", "order"}),
    "requests": (
        plans.check_requests,
        {"params", "requests", "urls", "paths", "count", "residual", "exact", "warns"},
    ),
    "evaluate": (plans.check_evaluate, {"records", "matches"}),
    "stages": (plans.check_stages, {"records", "rows", "most_groups", "fails"}),
    "diagnostics": (
        texts.check_diagnostics,
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
    "explain": (plans.check_explain, {"text", "says"}),
    "config": (texts.check_config, {"config", "said"}),
    "complete": (
        sessions.check_complete,
        {"items", "first", "has", "lacks", "margins", "shown", "replaces"}
        | {"seen", "names", "parameters", "queries", "commands"},
    ),
    "rows": (
        plans.check_rows,
        {"rows", "as", "answer", "width", "columns", "zone", "bars", "blocks", "text"},
    ),
    "live": (
        sessions.check_live,
        {"state", "bar", "warns", "fixed", "pieces", "width", "ascii"}
        | {"limit", "defined", "densities", "commands"},
    ),
    "shell": (
        lambda case: runs.check_shell(case, case["directory"]),
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
