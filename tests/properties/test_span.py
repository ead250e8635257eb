"""The range of time that a filter leaves holds every record that passes."""

from dataclasses import replace
from random import Random

import generate
import naive

import auditql
from auditql.plan.model import ALWAYS, Interval
from auditql.plan.span import span_of

EVERYTHING = auditql.compile("", now=generate.NOW_S).query


def spanned(seed: int) -> tuple[Interval, list[int]]:
    """The span of a drawn filter, and the times of the records that pass."""
    rng = Random(seed)
    zone = rng.choice(generate.ZONES)
    filter_ = generate.random_filter(rng, rng.randint(0, 4))
    passing = [
        naive.second_of(raw["created_at"])
        for raw in generate.random_records(rng, 60)
        if naive.passes(filter_, raw, zone)
    ]
    return span_of(replace(EVERYTHING, filter=filter_, zone=zone)), passing


def test_every_record_that_passes_lies_inside() -> None:
    """Whatever the filter says of time; records are never later than now."""
    bounded = 0
    for seed in range(600):
        span, passing = spanned(seed)
        bounded += span != ALWAYS
        outside = [
            second
            for second in passing
            if (span.start is not None and second < span.start)
            or (span.end is not None and second >= span.end)
        ]
        assert (seed, []) == (seed, outside)
    assert bounded > 60
