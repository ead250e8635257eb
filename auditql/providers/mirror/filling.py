"""A window of time that is being read, page by page, newest first.

In: pages of records, each with how far down it reaches. Out: rows, and the time they
cover, in one transaction each. The slice at the lower end stays open, so that a page
costs no look at the one before it.
"""

from collections.abc import Iterable, Sequence

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.providers.mirror.digests import Digest, Kept, Slice
from auditql.providers.mirror.store import Sorted, Store

MOST_IN_SLICE = 10_000
"""Records after which a slice is closed: what has to be read again where one of them
is damaged."""


@form
class Added:
    """What a page brought.

    Attributes:
        new: records that were not held.
        known: records that were held already, just so.
        conflicts: ids of those among the new that were held with other content; both
            are kept.
    """

    new: int
    known: int
    conflicts: tuple[int, ...]


class Filling:
    """One window; several may be read at a time.

    Attributes:
        start_s: where it is to end.
        top_s: all time from here to its end is covered.
    """

    def __init__(self, store: Store, start_s: int | None, top_s: int, now_s: int):  # noqa: D107
        self.start_s = start_s
        self.top_s = top_s
        self._store = store
        self._now_s = now_s
        self._open: tuple[Slice, Digest] | None = None

    def page(self, records: Sequence[Record], down_to: int) -> Added:
        """Keep the next page; once this returns, it is durable.

        Args:
            records: all with `down_to <= created_s < top_s`, in any order, as often
                as they came. Those of other time are left out: they are not covered,
                or have not settled.
            down_to: where the page ends; the next one begins there.

        Raises:
            OutputError: the disk is full or fails; nothing of the page is kept.
            MirrorDamaged: the mirror does not hold what was put into it.
        """
        top_s = self.top_s
        if down_to >= top_s:
            return Added(0, 0, ())
        store = self._store
        mine = [r for r in records if down_to <= r.created_s < top_s]
        with store.transaction():
            page = store.sort(mine)
            there = store.ledger.within(down_to, top_s)
            made = None if there else self._extend(page.new, down_to)
            if made is None:
                self._mend(page, there, down_to)
            store.ledger.meta["last_sync_s"] = self._now_s
        self._open = made
        self.top_s = down_to
        return Added(len(page.new), page.known, page.conflicts)

    def _extend(self, new: Sequence[Kept], down_to: int) -> tuple[Slice, Digest]:
        """Let the open slice, or a new one, reach down; nothing is there yet."""
        self._store.add(new)
        ledger = self._store.ledger
        old, digest = self._open or (None, Digest())
        if old is None or digest.count >= MOST_IN_SLICE or not ledger.holds(old):
            old, digest = None, Digest()  # full, or another window changed it
        digest = digest.copy()
        digest.add(new)
        if old is None:
            made = digest.slice(down_to, self.top_s, self._now_s)
            ledger.put(made)
        else:
            made = digest.slice(down_to, old.end_s, old.read_s)
            ledger.replace(old, made)
        return made, digest

    def _mend(self, page: Sorted, there: Sequence[Slice], down_to: int) -> None:
        """Cover what is not, and add to slices that lacked a record."""
        store, ledger = self._store, self._store.ledger
        touched = [
            one
            for one in there
            if any(_is_in(kept, one.start_s, one.end_s) for kept in page.new)
        ]
        for one in touched:
            store.check(one)
        store.add(page.new)
        for one in touched:
            digest = store.digest(one.start_s, one.end_s)
            ledger.replace(one, digest.slice(one.start_s, one.end_s, one.read_s))
        for start_s, end_s in _gaps(there, down_to, self.top_s):
            digest = store.digest(start_s, end_s)
            ledger.put(digest.slice(start_s, end_s, self._now_s))


def _is_in(kept: Kept, start_s: int, end_s: int) -> bool:
    return start_s <= kept[0].created_s < end_s


def _gaps(
    there: Sequence[Slice], start_s: int, end_s: int
) -> Iterable[tuple[int, int]]:
    """The time of an interval that no slice covers, ascending."""
    for one in there:
        if one.start_s > start_s:
            yield start_s, one.start_s
        start_s = max(start_s, one.end_s)
    if start_s < end_s:
        yield start_s, end_s
