"""A fix is accepted where it is made, and harmless; so is what is suggested.

A fault that hid others may show them when it is mended: an error behind the
fix, or of a whole that the fix is a part of, or of meaning where the text could
not be parsed. What must not come is an error inside of what the fix wrote, or
one of form before it.
"""

import re
from random import Random

import pytest
from corpus import cases, diagnostics, right, slipped, titles

import auditql
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.diagnostics.safe_text import safe_text

SMALL, FULL = 1_500, 10_000
OF_WHAT_WAS_MEANT = {Code.WRONG_OPERATOR, Code.BAD_PATTERN, Code.UNKNOWN_ZONE}
"""`=>` for `>=` before an address: the sign is mended, the test stays wrong."""

SUGGESTED = re.compile(r"did you mean (?:`([^`]*)`|('[^']*'))\?")


def check_fixes(case: dict[str, object]) -> int:
    """Every fix of a case does what it says; how many there were.

    Faults of form are found one behind the other, each in the text as mended
    so far: their fixes are made in that order.
    """
    text = str(case["query"])
    found = diagnostics(case)
    of_form = bool(faults_of_form(text))
    moved = count = 0
    for diagnostic in found:
        fix = diagnostic.fix
        if fix is None:
            continue
        count += 1
        here = Fix(shifted(fix.span, moved), fix.text)
        check_fix(case | {"query": text}, diagnostic, here, of_form=of_form)
        if of_form and diagnostic.is_error:
            text = here.apply(text)
            moved += len(fix.text) - (fix.span.end - fix.span.start)
    return count


def check_fix(
    case: dict[str, object], mended: Diagnostic, fix: Fix, *, of_form: bool
) -> None:
    """One fix: its fault is gone, and no error stands in what it wrote."""
    text = str(case["query"])
    after = fix.apply(text)
    assert after != text
    added = {c for c in fix.text if safe_text(c) != c} - set(text) - {"\n", "\t"}
    assert set() == added
    wrote = Span(fix.span.start, fix.span.start + len(fix.text))
    known = {(d.code, marked(d, text)) for d in diagnostics(case)}
    for error in diagnostics(case | {"query": after}):
        told = (text, after, error)
        words = marked(error, after) or ""
        if not error.is_error or error.span is None or (error.code, words) in known:
            continue
        same = error.code is mended.code and words == marked(mended, text)
        assert not (same and error.span.start == fix.span.start), told
        inside = wrote.start <= error.span.start and error.span.end <= wrote.end
        is_meant = error.code in OF_WHAT_WAS_MEANT or words in text
        assert not (inside and words and not is_meant), told
        is_before = error.span.end <= wrote.start and not inside
        is_before &= not is_said_last(error)
        is_before &= mended.code is not Code.UNCLOSED_COMMENT  # it swallowed the rest
        assert not is_before or (of_form and error not in faults_of_form(after)), told


def is_said_last(error: Diagnostic) -> bool:
    """Whether a fault is told only once the text behind it has been read.

    A clause that comes twice, a name that is none, and an operator that was taken
    for a name until a list stood behind it.
    """
    late = ("is no name", "has no field before it")
    return error.code is Code.CLAUSE_TWICE or any(w in error.message for w in late)


def marked(diagnostic: Diagnostic, text: str) -> str | None:
    span = diagnostic.span
    return None if span is None else text[span.start : span.end]


def faults_of_form(text: str) -> tuple[Diagnostic, ...]:
    """What keeps a text from being parsed; it hides what its words mean."""
    try:
        auditql.parse(text)
    except auditql.QueryError as error:
        return tuple(d for d in error.diagnostics if d.is_error)
    return ()


def shifted(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


@pytest.mark.parametrize("case", cases(), ids=titles())
def test_the_fixes_of_a_case_are_accepted(case: dict[str, object]) -> None:
    """Applied one at a time, each makes its place acceptable."""
    check_fixes(case)


def test_the_fixes_of_slips_are_accepted() -> None:
    """The same over texts that were right until one to three slips were made."""
    assert SMALL // 5 < sum(drawn(Random(seed)) for seed in range(SMALL))


@pytest.mark.full
@pytest.mark.timeout(900)
def test_the_fixes_of_many_slips_are_accepted() -> None:
    """The same over many more texts."""
    assert FULL // 5 < sum(drawn(Random(-seed)) for seed in range(1, FULL))


def drawn(rng: Random) -> int:
    case = rng.choice(right())
    if len(case["query"]) > 400:
        return 0
    return check_fixes(case | {"query": slipped(case["query"], rng)})


@pytest.mark.parametrize("case", cases(), ids=titles())
def test_what_is_suggested_is_accepted(case: dict[str, object]) -> None:
    """The name of `did you mean` put in the marked place makes it acceptable."""
    found = diagnostics(case)
    for diagnostic in found:
        match = SUGGESTED.search(diagnostic.help or "")
        if match is None or diagnostic.span is None:
            continue
        span = diagnostic.fix.span if diagnostic.fix else diagnostic.span
        marked = str(case["query"])[span.start : span.end]
        sign = marked[0] if marked[:1] in "'\"" and match[1] is not None else ""
        named = match[1] if match[1] is not None else match[2]
        plain = diagnostic.fix.text if diagnostic.fix else sign + named + sign
        assert named in plain
        fix = Fix(span, plain)
        assert diagnostic.code not in {
            d.code
            for d in diagnostics(case | {"query": fix.apply(str(case["query"]))})
            if d.span is not None and d.span.start == span.start
        }
