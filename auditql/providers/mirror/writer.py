"""The one who writes a mirror.

In: windows of time, and the pages read of them. Out: rows and the time that they
cover, kept together. Time that has not settled by the server's clock is never covered.
"""

import time
from collections.abc import Callable, Sequence

from auditql.catalog.record import Record
from auditql.errors import RunError
from auditql.plan.model import Interval
from auditql.providers.mirror.faults import mapped
from auditql.providers.mirror.filling import Added, Filling
from auditql.providers.mirror.lock import Lock
from auditql.providers.mirror.opening import covered
from auditql.providers.mirror.place import Place, make_folder
from auditql.providers.mirror.pruning import Pruned, drop, prune
from auditql.providers.mirror.schema import AIM
from auditql.providers.mirror.store import Store
from auditql.providers.mirror.tidying import tidy

__all__ = ["SETTLE_S", "Added", "Filling", "MirrorWriter"]

SETTLE_S = 300
"""Records become readable minutes after their time: seconds that are not covered."""

_APART_S = 86_400


class MirrorWriter:
    """Writes one mirror; makes it where there is none."""

    def __init__(self, place: Place, *, clock: Callable[[], float] = time.time) -> None:
        """Take the lock and open the file.

        Args:
            place: of the mirror.
            clock: this machine's time, in seconds since 1970 UTC.

        Raises:
            ConfigurationError: another process holds it, or it cannot be made, or
                something else is there.
            MirrorDamaged: it does not hold what was put into it.
            OutputError: the disk is full.
        """
        self._place = place
        self._clock = clock
        make_folder(place.path.parent)
        self._lock = Lock(place.lock)
        try:
            self._store = Store(place, clock)
        except BaseException:
            self._lock.close()
            raise
        self._filling: Filling | None = None

    def begin(self, window: Interval, server_s: int) -> Filling:
        """Begin to read a window, newest first; several may be read at a time.

        Args:
            window: an open end is the time that has settled, and so is a later one.
            server_s: the server's time.

        Raises:
            RunError: the server's clock and what is known disagree by far, or another
                program holds the file.
            MirrorDamaged: the mirror does not hold what was put into it.
            OutputError: the disk is full, or fails.
        """
        self._check_clocks(server_s)
        with mapped(self._place.path, is_writing=True):
            tidy(self._store)
        settled_s = server_s - SETTLE_S
        top_s = settled_s if window.end is None else min(window.end, settled_s)
        self._filling = Filling(self._store, window.start, top_s, server_s)
        return self._filling

    def page(self, records: Sequence[Record], down_to: int) -> Added:
        """Keep the next page of the window that was begun last; see `Filling.page`."""
        assert self._filling is not None, "a window is begun first"
        return self._filling.page(records, down_to)

    @property
    def aim_s(self) -> int | None:
        """From when on it is meant to hold everything; None where nobody said."""
        found = self._store.ledger.meta.get(AIM)
        return found if isinstance(found, int) else None

    def aim(self, start_s: int) -> None:
        """Say from when on it is meant to hold everything, however far it is.

        A first read that is stopped would else be taken for all that was wanted.

        Raises:
            OutputError: the disk is full.
        """
        if start_s != self.aim_s:
            with self._store.transaction():
                self._store.ledger.meta[AIM] = start_s

    def covered(self) -> tuple[Interval, ...]:
        """The time that was read whole: disjoint, ascending, nothing that touches."""
        with mapped(self._place.path):
            return covered(self._store.connection, self._place.path)

    def prune(self, before_s: int) -> Pruned:
        """Take out all time before a moment; see `pruning.prune`.

        Raises:
            MirrorDamaged: the mirror does not hold what was put into it.
            OutputError: the disk is full.
        """
        self._filling = None
        return prune(self._store, before_s)

    def drop(self, damaged: Sequence[Interval]) -> int:
        """Take out slices that `verify` found damaged; how many records went.

        Raises:
            MirrorDamaged: it has to be made anew; see `rebuilding`.
        """
        self._filling = None
        return drop(self._store, damaged)

    def close(self) -> None:
        """Close the file and let the lock go."""
        self._store.close()
        self._lock.close()

    def _check_clocks(self, server_s: int) -> None:
        """Refuse a server's time that cannot be.

        Raises:
            RunError: it is far ahead of ours, or behind what it was.
        """
        if server_s > self._clock() + _APART_S:
            raise RunError(
                "the server's clock is more than a day ahead of this machine's; "
                "what has settled cannot be said until they agree"
            )
        ends = [interval.end for interval in self.covered()]
        if ends and ends[-1] is not None and ends[-1] > server_s:
            raise RunError(
                f"the mirror {self._place.path} covers time that the server's clock "
                "has not reached: it went back, or was ahead; if it is right now, "
                "`auditql mirror rebuild`"
            )
