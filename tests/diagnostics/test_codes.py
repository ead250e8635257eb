"""Codes are stable names, one severity each, and every one has a case."""

import tomllib
from pathlib import Path

import pytest

from auditql.diagnostics.codes import Code, Severity

TESTS = Path(__file__).parents[1]

ELSEWHERE = {
    Code.TEXT_TOO_LONG: "diagnostics/test_bounds.py",
    Code.TOO_MANY_TOKENS: "diagnostics/test_bounds.py",
    Code.LIST_TOO_LONG: "diagnostics/test_bounds.py",
    Code.PATTERN_TOO_LONG: "diagnostics/test_bounds.py",
    Code.OUTSIDE_FILTER: "results/test_executor.py",
    Code.OUT_OF_ORDER: "results/test_executor.py",
    Code.SAME_ID: "results/test_merge.py",
    Code.BAD_LINE: "providers/files/test_reading.py",
    Code.MORE_RECORDS: "providers/files/test_reading.py",
    Code.COUNT_NOT_BELIEVED: "results/test_counting.py",
    Code.MIRROR_NOT_USED: "runtime/test_mirrored.py",
    Code.NOT_IN_ENGINE: "providers/warehouse/test_sql_cases.py",
    Code.ROWS_NO_RECORDS: "runtime/test_client.py",
    Code.NOT_FOLLOWED: "runtime/test_following.py",
}
"""Codes of texts too long for a case, of records and of runs: where they are tested."""


def cases() -> list[dict[str, object]]:
    found = []
    for path in sorted((TESTS / "cases" / "diagnostics").glob("*.toml")):
        found += tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    return found


def test_every_code_has_a_case() -> None:
    """No code is without a case, but those whose test is named here."""
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (TESTS / "cases" / "diagnostics").glob("*.toml")
    )
    seen = {case["code"] for case in cases() if "code" in case}
    seen |= {code.value for code in Code if f"[{code.value}]:" in text}
    assert set(ELSEWHERE) == {code for code in Code if code.value not in seen}


@pytest.mark.parametrize("code", list(ELSEWHERE), ids=lambda code: code.value)
def test_an_exception_is_tested_where_it_says(code: Code) -> None:
    """The module named for a code names the code."""
    text = (TESTS / ELSEWHERE[code]).read_text(encoding="utf-8")
    assert code.name in text or code.value in text


def test_there_are_at_least_130_cases() -> None:
    """The suite says every kind of fault, each with what helps."""
    assert 130 <= len(cases())


def test_severities() -> None:
    """Errors come first in the table, warnings from `reversed-range` on."""
    places = [code.severity for code in Code]
    first = places.index(Severity.WARNING)
    assert Code.REVERSED_RANGE is list(Code)[first]
    assert {Severity.ERROR} == set(places[:first])
    assert {Severity.WARNING} == set(places[first:])


def test_a_code_is_words_in_lower_case_with_hyphens() -> None:
    """The value is the member's name as scripts write it."""
    for code in Code:
        assert code.name.lower().replace("_", "-") == code.value
