"""Any text at all: an answer or a QueryError, soon, and safe to show.

Texts are drawn in three ways: slips in right queries by word and by character,
signs of the language in any order, and any code points, surrogates among them.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

import auditql
from auditql.diagnostics.render import render_line, render_text, to_json
from auditql.diagnostics.safe_text import is_harmless

sys.path.insert(0, str(Path(__file__).parents[1] / "diagnostics"))
from corpus import NOW, right, slipped

SMALL, FULL = 500, 5_000
MOST_S = 1.0

SIGNS = (
    "action", "actor_id", "created_at", "ip_address", "actor_name", "login", "user",
    "7", "-7d", "now", "2026-02-01", "2026-02", "10.0.0.0/8", "2001:db8::/32",
    "'x'", '"y"', ":p", "@n", "=", "!=", "<=", "~", "!~*", "in", "not", "between",
    "and", "or", "is", "null", "contains", "starts", "with", "like", "(", ")", ",",
    "|", ";", "-", "+", "*", "order", "by", "limit", "page", "size", "after",
    "before", "param", "let", "tz", "where", "select", "count", "stats", "top",
    "distinct", "timeline", "as", "desc", "last", "this", "week", "days", "ago",
    "hour", "bin", "--", "#", "/*", "*/", "\n", "'", '"', "\\", "\x00", "\ufeff",
    "1,2,3", "99999999999999999999", "“", "[", "==",
)  # fmt: skip
HOSTILE = (
    "\x00\x01\x1b\x7f\x85\x9b\xa0\xad\u0130\u0131\u061c\u200b\u200d\u202e\u2028\u2066"
    "\ufeff\ufffe\ud800\udbff\udc00\udfff\U0001f980\U000e0041\U0010ffff\u0301\u0661²Ⅷ_'\"\\"
)


def with_slips(rng: Random) -> str:
    return slipped(rng.choice(right())["query"][:2_000], rng)


def of_signs(rng: Random) -> str:
    apart = rng.choice((" ", " ", "", "\n", "\t"))
    return apart.join(rng.choices(SIGNS, k=rng.randrange(40)))


def of_code_points(rng: Random) -> str:
    pools: tuple[Callable[[], str], ...] = (
        lambda: chr(rng.randrange(0x110000)),
        lambda: chr(rng.randrange(0x80)),
        lambda: rng.choice(HOSTILE),
        lambda: rng.choice(SIGNS),
    )
    return "".join(rng.choice(pools)() for _ in range(rng.randrange(60)))


DRAWN = (with_slips, of_signs, of_code_points)


def timed(call: Callable[[str], object], text: str) -> auditql.QueryError | None:
    """The error of a call, if that is how it ended; nothing else may come out."""
    began = time.process_time()
    try:
        call(text)
    except auditql.QueryError as error:
        return error
    finally:
        assert time.process_time() - began < MOST_S, text
    return None


def compiled(text: str) -> auditql.Plan:
    given = {"p": 7} if ":p" in text else {}
    return auditql.compile(text, now=NOW, params=given, tz="Europe/Berlin")


def check(text: str) -> bool:
    """Compile, parse and format a text, and show what they say; was it refused?"""
    of_parse = timed(auditql.parse, text)
    of_format = timed(auditql.format, text)
    assert (of_parse is None) == (of_format is None), text
    error = timed(compiled, text)
    assert error is not None or of_parse is None, text
    if of_parse is None:
        assert auditql.parse(auditql.format(text)) == auditql.parse(text)
    for each in filter(None, (of_parse, error)):
        check_error(each, text)
    return error is not None


def check_error(error: auditql.QueryError, text: str) -> None:
    """At least one error and at most five; every place inside; safe to show."""
    errors = [d for d in error.diagnostics if d.is_error]
    assert 1 <= len(errors) <= 5, text
    assert text == error.text
    for found in error.diagnostics:
        for span in (found.span, found.fix and found.fix.span):
            assert span is None or 0 <= span.start <= span.end <= len(text), text
        assert is_safe(render_line(found, text)), text
        assert to_json(found, text)["code"] == found.code.value
    assert is_safe(render_text(error.diagnostics, text).replace("\n", "")), text


def is_safe(text: str) -> bool:
    return all(map(is_harmless, text))


def run(seeds: range) -> tuple[int, int]:
    """How many of the drawn texts were refused, and how many were not."""
    refused = [check(DRAWN[seed % len(DRAWN)](Random(seed))) for seed in seeds]
    return sum(refused), len(refused) - sum(refused)


def test_any_text_is_answered_or_refused() -> None:
    """500 drawn texts, some of them right."""
    refused, taken = run(range(SMALL))
    assert refused > SMALL // 4
    assert taken > SMALL // 25


@pytest.mark.full
@pytest.mark.timeout(900)
def test_any_of_many_texts_is_answered_or_refused() -> None:
    """5,000 more."""
    refused, taken = run(range(SMALL, SMALL + FULL))
    assert refused > FULL // 4
    assert taken > FULL // 25


@pytest.mark.parametrize("sign", HOSTILE)
def test_a_hostile_sign_anywhere(sign: str) -> None:
    """At the start, in a name, between signs, in a text, at the end, and alone."""
    for text in (
        f"{sign}action = login",
        f"act{sign}ion = login",
        f"action {sign} = login",
        f"action = {sign}login",
        f"actor_name = 'a{sign}b' limit 5",
        f"actor_name ~ 'a{sign}b' limit 5",
        f"action = login limit 5{sign}",
        f"action = login limit {sign}",
        f"param {sign}; action = login",
        f"tz '{sign}'; action = login",
        f"action = login after '{sign}'",
        sign,
        sign * 1_000,
    ):
        check(text)


@pytest.mark.parametrize("start", range(0, 256, 16))
def test_every_beginning_of_a_text_is_answered_or_refused(start: int) -> None:
    """A text is typed sign by sign; wherever it is cut, it says what is missing."""
    text = (
        "param n = 5; let @f = action in (create, destroy); @f and created_at "
        "between 2026-01-01 and now - 1d and hour(created_at) not in (1, 2) and "
        "actor_name like 'a%' order by -created_at, id limit :n "
        "| count by actor_name as who | top 3 who"
    )
    assert len(text) < 256
    for cut in range(start, start + 16):
        check(text[:cut])
        check(text[cut:])
