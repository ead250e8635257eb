"""The generated code of a filter means what a plain walk of its tree means."""

from random import Random

import generate
import naive
import pytest

from auditql.catalog.record import Record
from auditql.plan.matcher import Matcher

RECORDS = 40


def differences(seed: int) -> tuple[list[str], bool]:
    """What differs for a seed, and whether some records passed and some did not."""
    rng = Random(seed)
    filter_ = generate.random_filter(rng, rng.randint(0, 4))
    zone = rng.choice(generate.ZONES)
    raws = generate.random_records(rng, RECORDS)
    records = [Record.from_json(raw) for raw in raws]
    expected = [naive.passes(filter_, raw, zone) for raw in raws]
    matcher = Matcher(filter_, zone)
    said = [
        f"seed {seed}: {filter_} in {zone} says {not wanted} of {record.raw}"
        for record, wanted in zip(records, expected, strict=True)
        if matcher(record) != wanted
    ]
    kept = [r for r, wanted in zip(records, expected, strict=True) if wanted]
    if matcher.keep(records) != kept:
        said.append(f"seed {seed}: {filter_} in {zone} keeps others than it passes")
    return said, 0 < sum(expected) < RECORDS


def check(seeds: range) -> None:
    """No difference, and enough filters that say something."""
    telling = 0
    for seed in seeds:
        said, tells = differences(seed)
        assert [] == said[:3]
        telling += tells
    assert telling >= 0.7 * len(seeds), (
        f"only {telling} of {len(seeds)} part the records"
    )


def test_the_matcher_means_what_the_tree_says() -> None:
    """A record passes the generated code exactly if it passes the plain walk."""
    check(range(1_000))


@pytest.mark.full
@pytest.mark.timeout(600)
def test_the_matcher_means_what_many_trees_say() -> None:
    """The same for many more filters."""
    check(range(1_000, 6_000))
