"""What is wrong with an answer that need not be all that was asked for.

In: what was asked, the answer, what is wanted, what is claimed. Out: what is wrong, in
words. A mirror alone gives what it covers; an answer as of an earlier now what was
read up to a while beyond it. Whatever is called complete is.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import generate
import naive
from end_to_end import Raw

from auditql.language.query import Query
from auditql.plan.model import REACH_S, Interval
from auditql.results.completeness import Completeness


def of_a_part(
    query: Query,
    got: Sequence[str],
    wanted: Sequence[str],
    covered: Sequence[Interval],
    claim: Completeness,
) -> list[str]:
    """What is wrong with the answer of a mirror alone that holds a part.

    Args:
        query: that is not cut short, and has no stages.
        got: the lines of the answer.
        wanted: of a naive scan.
        covered: by the mirror.
        claim: what is claimed.
    """
    held = [line for line in wanted if _is_covered(_second(line), covered)]
    wrong = [] if list(got) == held else [f"gave {got}, of {held}"]
    return wrong + _lost(got, wanted, claim)


def as_of_a_now(
    query: Query,
    got: Sequence[str],
    wanted: Sequence[str],
    covered: Sequence[Interval] | None,
    claim: Completeness,
) -> list[str]:
    """The same where the query's now is over: what is behind it may be left out.

    Args:
        query: as above.
        got: as above.
        wanted: as above.
        covered: None where the API is asked for what is not.
        claim: as above.
    """
    held = [
        line
        for line in wanted
        if covered is None or _is_covered(_second(line), covered)
    ]
    there = set(got)
    known = [line for line in held if _second(line) < query.now_s + REACH_S]
    more = [line for line in known if line not in there]
    wrong = [f"as of {query.now_s} without {line}" for line in more]
    if list(got) != [line for line in held if line in there]:
        wrong.append(f"as of {query.now_s} gave {got}, of {held}")
    if covered is None and not claim.complete:
        wrong.append(f"as of {query.now_s}: {claim}")
    return wrong + _lost(got, wanted, claim)


def earlier_now(
    rng: Random, records: Sequence[Raw], covered: Sequence[Interval]
) -> int:
    """A now before, within or behind covered time, often beside one of its ends."""
    ends = [edge for time in covered for edge in (time.start, time.end)]
    ends += [naive.second_of(r["created_at"]) for r in records[:1]]
    near = rng.choice(ends or [generate.NOW_S])
    return near + rng.choice((-REACH_S, -301, -1, 0, 1, 301, -rng.randrange(10**7)))


def whole(query: Query, now_s: int) -> Query:
    """A query with another now, not cut short."""
    return replace(query, now_s=now_s, limit=None, offset=0, page_size=None, order=())


def _lost(got: Sequence[str], wanted: Sequence[str], claim: Completeness) -> list[str]:
    """What an answer lacks though it is called complete up to behind it."""
    if not claim.complete:
        return []
    until, there = claim.until_s, set(got)
    lost = (line for line in wanted if line not in there)
    return [
        f"complete up to {until}, without {line}"
        for line in lost
        if until is None or _second(line) < until
    ]


def _second(line: str) -> int:
    return naive.second_of(json.loads(line)["created_at"])


def _is_covered(second: int, covered: Sequence[Interval]) -> bool:
    return any(time.start <= second < time.end for time in covered)
