"""Records in memory that the collector of garbage passes over.

In: how many records came. Out: nothing. A full collection walks over all that is
held, a million records for a second in which nothing else runs, Ctrl-C neither.
Records hold no cycles: they go when the answer that holds them goes.
"""

import gc

EVERY = 10_000
"""Records after which those held are set aside."""


class Heap:
    """What one answer holds."""

    def __init__(self) -> None:
        """Hold nothing; what answers before held is looked at again."""
        gc.unfreeze()
        self._new = 0

    def grew(self, records: int) -> None:
        """Know that so many records came."""
        self._new += records
        if self._new >= EVERY:
            self._new = 0
            gc.freeze()
