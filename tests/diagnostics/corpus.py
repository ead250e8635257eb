"""Texts to find fault with: every query of the compliance suite, and slips in them.

* `queries()`: every query text of the suite, right and wrong, with what it needs.
* `found(case)`: the diagnostics of a case.
* `slipped(text, rng)`: the text with one to three slips, by word or by character.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import auditql
from auditql.diagnostics.model import Diagnostic

CASES = Path(__file__).parents[1] / "cases"
NOW = "2026-03-10T12:00:00Z"
_ARROWS = ("diagnostics", "requests", "resolve", "evaluate", "explain", "format")
_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|\w+|\s+|.", re.S)
_SPARE = (
    "and", "or", "not", "in", "(", ")", ",", "|", ";", "=", "==", "!=", "&&", "||", "~",
    "'", '"', "“", "-", "--", "/*", "#", "@", ":", "by", "order", "limit", "page", "is",
    "null", "between", "like", "7d", "2026-02-30", "10.0.0.1/8", "login", "x", "7", "*",
    "[", "]", ".", "now", "last", "week", "count", "select", "where", "\n", " ", "\t",
)  # fmt: skip
_CHARACTERS = (
    "abcxyz019_-'\"`()[]{}<>=!~|&;:,.#@$%^*+/\\? \t\n\r\x00\x1b\x7f\x85\xa0\u0301\u200b"
    "\u202e\u2028\ufeff\ud800\udfff漢🦀ß\U000e0041"
)


@cache
def cases() -> tuple[dict[str, Any], ...]:
    """Every case of the suite that holds a query; the arrow is added to each."""
    found = []
    for arrow in _ARROWS:
        for path in sorted((CASES / arrow).glob("*.toml")):
            found += [
                {"arrow": arrow} | case
                for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
                if "query" in case
            ]
    return tuple(found)


def titles() -> list[str]:
    """A title for each of the cases, no two alike."""
    return [f"{case['arrow']}: {case['name']}" for case in cases()]


@cache
def right() -> tuple[dict[str, Any], ...]:
    """The cases whose query compiles."""
    return tuple(c for c in cases() if not any(d.is_error for d in diagnostics(c)))


def diagnostics(case: dict[str, Any]) -> tuple[Diagnostic, ...]:
    """What is said of a case's query."""
    try:
        plan = auditql.compile(
            case["query"],
            params=case.get("with"),
            now=case.get("now", NOW),
            tz=case.get("tz"),
        )
    except auditql.QueryError as error:
        return error.diagnostics
    return plan.diagnostics


def slipped(text: str, rng: Random) -> str:
    """The text with one to three slips: a word or a sign lost, doubled, changed."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if rng.random() < 0.5:
            pieces = _TOKEN.findall(text) or [""]
            text = "".join(_slip(pieces, rng, _SPARE))
        else:
            text = "".join(_slip(list(text) or [""], rng, _CHARACTERS))
    return text


def _slip(pieces: list[str], rng: Random, spare: tuple[str, ...] | str) -> list[str]:
    at = rng.randrange(len(pieces))
    match rng.randrange(5):
        case 0:
            return pieces[:at] + pieces[at + 1 :]
        case 1:
            return [*pieces[:at], rng.choice(spare), *pieces[at:]]
        case 2:
            return [*pieces[:at], rng.choice(spare), *pieces[at + 1 :]]
        case 3:
            return pieces[: at + 1] + pieces[at:]
        case _:
            other = rng.randrange(len(pieces))
            pieces = list(pieces)
            pieces[at], pieces[other] = pieces[other], pieces[at]
            return pieces
