"""RE2 patterns: what is refused and where, what is found."""

import subprocess
import sys
import time

import pytest

from auditql.catalog.limits import PATTERN_CHARACTERS
from auditql.catalog.patterns import BadPattern, check, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "position", "part"),
    [
        ("(a", 0, "("),
        ("a(b(c)", 1, "("),
        (r"\(a(b\)", 3, "("),
        (r"\Q(\E(", 5, "("),
        ("日本(", 2, "("),
        ("a)", 1, ")"),
        ("[(]a)", 4, ")"),
        ("a[b", 1, "["),
        ("[[:alpha:]", 0, "["),
        ("日本[z-a]", 3, "z-a"),
        (r"\p{Foo}", 0, r"\p{Foo}"),
        ("*", 0, "*"),
        ("a|+", 2, "+"),
        ("a**", 1, "**"),
        ("a{1001}", 1, "{1001}"),
        ("(a{1000}){1000}", 9, "{1000}"),
        ("a(?=x)", 1, "(?="),
        ("(?P<n", 0, "(?P<n"),
        (r"\\Z\Z", 3, r"\Z"),
        (r"(a)\1", 3, r"\1"),
        ("ab\\", 2, "\\"),
        ("\ud800(", 1, "("),
    ],
)
def test_a_fault_is_placed(pattern: str, position: int, part: str) -> None:
    """The fault names the part of the pattern that is meant, in code points."""
    bad = check(pattern)
    assert bad is not None
    assert part == pattern[position : position + len(part)]
    assert (position, len(part)) == (bad.position, bad.length)
    assert bad.message


def test_what_takes_too_much_memory_is_refused() -> None:
    """A pattern is a fault as a whole if RE2 needs more than its share for it."""
    assert BadPattern("takes too much memory", None) == check(r"\pN{1000}" * 20)


@pytest.mark.parametrize(
    "pattern",
    ["", "a", "(?i)a", r"\bx\b", "[]]", "(?P<n>a)", "()", "a\0", "^$", "\ud800"],
)
def test_a_pattern_that_can_be_used(pattern: str) -> None:
    """Nothing is said against it, and it can be compiled."""
    assert check(pattern) is None
    compile_pattern(pattern, False)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("b", "abc", True),
        ("^b", "abc", False),
        ("^abc$", "abc", True),
        ("c$", "abc\n", False),  # the very end, not before a last line feed
        ("a.c", "a\nc", False),
        ("(?s)a.c", "a\nc", True),
        (r"\d", "٣", False),  # classes are ASCII
        (r"\pN", "٣", True),
        ("東.$", "東京", True),
        ("", "", True),
        ("\ufffd", "half \ud800 pair", True),
        ("^.$", "\udfff", True),
        ("\ud800", "\udfff", True),  # both are seen as U+FFFD
        ("\U0001f980", "\U0001f980", True),
        ("A", "a", False),
    ],
)
def test_what_is_found(pattern: str, text: str, found: bool) -> None:
    """A pattern is found anywhere in the text, as RE2 means it."""
    assert found == compile_pattern(pattern, False)(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("A", "a"), ("É", "é"), ("^(JANE|joe)", "Jane"), ("k", "\u212a")],
)
def test_case_can_be_ignored(pattern: str, text: str) -> None:
    """Ignoring case, a letter is found in its other case."""
    assert compile_pattern(pattern, True)(text)


def test_a_bad_pattern_cannot_be_compiled() -> None:
    """Whoever did not check is told."""
    with pytest.raises(ValueError, match="no pattern"):
        compile_pattern("(", False)


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|aa)+$", "(a*)*b", "(.*)*x", "(" * 400 + "a" + ")" * 400]
)
def test_no_pattern_takes_long(pattern: str) -> None:
    """What is exponential by backtracking is linear here."""
    assert len(pattern) <= PATTERN_CHARACTERS
    start = time.perf_counter()
    compile_pattern(pattern, False)("a" * 100_000 + "!")
    assert time.perf_counter() - start < 5


def test_re2_writes_nothing() -> None:
    """Neither a fault nor a search that runs out of memory reaches stderr."""
    program = (
        "from auditql.catalog.patterns import check, compile_pattern as c\n"
        "check('(')\n"
        "c('((a|b)(c|d)|' * 40 + 'x' + ')' * 40, True)('acbd' * 50_000)\n"
        "c('[ab]*a[ab]{400}c', False)('abba' * 50_000 + 'ab' * 9 + 'b')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, timeout=60, check=True
    )
    assert (b"", b"") == (done.stdout, done.stderr)


def test_re2_is_loaded_with_the_first_pattern_only() -> None:
    """Importing the module does not load RE2."""
    program = "import sys, auditql.catalog.patterns; assert 're2' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], timeout=60, check=True)
