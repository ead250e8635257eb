"""Small slices put together: a sync a minute would leave half a million a year.

In: the open file of the one who writes. Out: the same time and records in fewer
slices. What is put together is looked at before, so that damage is never sealed in.
"""

from collections.abc import Iterator, Sequence

from auditql.providers.mirror.digests import Digest, Slice
from auditql.providers.mirror.store import Store

FEWEST = 8
"""Slices that follow one another before it is worth the work."""

MOST_RECORDS = 5_000
"""Records of what is put together."""

_ALL = (-(2**62), 2**62)


def tidy(store: Store) -> None:
    """Put small slices together that follow one another.

    Raises:
        MirrorDamaged: one of them does not hold what was put into it.
        OutputError: the disk is full.
    """
    for group in _groups(store.ledger.within(*_ALL)):
        with store.transaction():
            digest = Digest()
            for one in reversed(group):
                store.check(one)
                digest.add(store.between(one.start_s, one.end_s))
                store.ledger.take(one)
            read_s = min(one.read_s for one in group)
            store.ledger.put(digest.slice(group[0].start_s, group[-1].end_s, read_s))


def _groups(slices: Sequence[Slice]) -> Iterator[Sequence[Slice]]:
    """Runs of slices to put together; of ascending slices."""
    group: list[Slice] = []
    count = 0
    for one in slices:
        follows = not group or group[-1].end_s == one.start_s
        if not follows or count + one.count > MOST_RECORDS:
            if len(group) >= FEWEST:
                yield group
            group, count = [], 0
        group.append(one)
        count += one.count
    if len(group) >= FEWEST:
        yield group
