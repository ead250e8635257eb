"""Time taken out of a mirror: what is too old to keep, or is damaged.

In: the open file of the one who writes. Out: the same without the records of that
time and without its claim to cover it, a slice at a time, each at once. Texts that no
record has any more go as well, and what is freed is overwritten.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from auditql.catalog.forms import form
from auditql.plan.model import Interval
from auditql.providers.mirror.digests import Slice
from auditql.providers.mirror.faults import mapped
from auditql.providers.mirror.schema import DICTIONARIES
from auditql.providers.mirror.store import Store

# ruff: noqa: S608 - the names of tables are our own, of `schema.py`
_DROP = "DELETE FROM record WHERE created_s >= ? AND created_s < ?"
_DROP_OUTSIDE = (
    "DELETE FROM record WHERE NOT EXISTS (SELECT 1 FROM slice WHERE end_s > created_s "
    "AND start_s = (SELECT max(start_s) FROM slice WHERE start_s <= created_s))"
)
"""What damage has moved out of every slice."""


@form
class Pruned:
    """What was taken out.

    Attributes:
        records: how many.
        intervals: the time that is covered no more, ascending.
        is_overwritten: nothing of it is in the file any more; a program that reads the
            mirror is in the way of that, until this is done once more.
    """

    records: int
    intervals: tuple[Interval, ...]
    is_overwritten: bool = True


def prune(store: Store, before_s: int) -> Pruned:
    """Take out all time before a moment; the file gets smaller.

    What an earlier run took out and did not come to free is freed as well.

    Raises:
        MirrorDamaged: the slice that is cut does not hold what was put into it.
        OutputError: the disk is full; what was taken out until then is out.
    """
    records = 0
    intervals = []
    with _overwriting(store):
        for one in store.ledger.within(_FIRST_S, before_s):
            end_s = min(one.end_s, before_s)
            records += _cut(store, one, end_s)
            intervals.append(Interval(one.start_s, end_s))
        _forget_texts(store)
    if intervals or _has_room(store):
        _shrink(store)
    return Pruned(records, tuple(intervals), _is_written_back(store))


def drop(store: Store, intervals: Sequence[Interval]) -> int:
    """Take out slices, whatever they hold; how many records went.

    Args:
        store: the file.
        intervals: of whole slices, as `verify` names them.

    Raises:
        MirrorDamaged: it cannot be done: the file has to be made anew.
    """
    gone = 0
    for interval in intervals:
        assert interval.start is not None, "a slice has two ends"
        assert interval.end is not None, "a slice has two ends"
        with store.transaction():
            for one in store.ledger.within(interval.start, interval.end):
                gone += _delete(store, one.start_s, one.end_s)
                store.ledger.take(one)
    with store.transaction():
        gone += store.connection.execute(_DROP_OUTSIDE).rowcount
    _forget_texts(store)
    return gone


_FIRST_S = -(2**62)


def _cut(store: Store, one: Slice, end_s: int) -> int:
    """Take out the part of a slice that is before a moment."""
    with store.transaction():
        if end_s < one.end_s:
            store.check(one)
        gone = _delete(store, one.start_s, end_s)
        if end_s == one.end_s:
            store.ledger.take(one)
        else:
            rest = store.digest(end_s, one.end_s)
            store.ledger.replace(one, rest.slice(end_s, one.end_s, one.read_s))
        return gone


def _delete(store: Store, start_s: int, end_s: int) -> int:
    return store.connection.execute(_DROP, (start_s, end_s)).rowcount


def _forget_texts(store: Store) -> None:
    """Take texts out that no record has; their codes may be given out again."""
    with store.transaction():
        for table in DICTIONARIES:
            name = table.removeprefix("text_")
            store.connection.execute(
                f"DELETE FROM {table} WHERE code NOT IN "
                f"(SELECT {name} FROM record WHERE {name} IS NOT NULL)"
            )
        store.forget()


@contextmanager
def _overwriting(store: Store) -> Iterator[None]:
    """Within it, what is taken out is overwritten."""
    with mapped(store.place.path, is_writing=True):
        store.connection.execute("PRAGMA secure_delete = ON")
        try:
            yield
        finally:
            store.connection.execute("PRAGMA secure_delete = OFF")


def _has_room(store: Store) -> bool:
    """Whether parts of the file are of no use, as a run that failed left them."""
    with mapped(store.place.path):
        (pages,) = store.connection.execute("PRAGMA freelist_count").fetchone()
    return bool(pages)


def _shrink(store: Store) -> None:
    with mapped(store.place.path, is_writing=True):
        store.connection.execute("VACUUM")


def _is_written_back(store: Store) -> bool:
    """Put the log into the file; False where a program still reads what was there."""
    with mapped(store.place.path, is_writing=True):
        row = store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    is_busy, _, _ = row
    return not is_busy
