"""The values that answers held: how often each, found by how they begin.

In: values as records come. Out: those that begin with what is typed, most used
first, from sorted lists and not by a walk over all. Rows come in on one thread
while keys are typed on another, so a lock guards what changes.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from heapq import nsmallest
from threading import Lock

from auditql.catalog.forms import form

KEPT = (
    "action",
    "source_type",
    "actor_name",
    "source_label",
    "action_label",
    "actor_id",
    "source_id",
    "ip_address",
    "id",
)
"""The fields whose values are kept."""

MOST_VALUES = 50_000
"""Values kept of a field; further new ones are not."""

LONGEST = 200
"""Characters of a value that is kept; nobody picks a longer one from a list."""

_FEW = 200  # values that are sorted anew in no time
_SCANNED = 400  # of the most used values, those looked through letter by letter
_LAST = "\U0010ffff"
_WORD_STARTS = re.compile(r"(?<=[^\w])\w")


@form
class SeenValue:
    """A value as text, and how many records held it."""

    value: str
    count: int


class Seen:
    """The values of each field that were met in answers.

    What `note` and `note_records` take in is listed by `settle`, which whoever reads
    the records calls when an answer ends; of few values, by the next look as well.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._lock = Lock()
        self._counts: dict[str, dict[str, int]] = {}
        self._indexes: dict[str, _Index] = {}
        self._changed: set[str] = set()

    def note(self, name: str, value: str, times: int = 1) -> None:
        """Take in one value of a field; none that is blank or too long."""
        with self._lock:
            self._add(name, value, times)

    def note_records(self, records: Iterable[Mapping[str, object]]) -> None:
        """Take in the values of records as the API sent them."""
        with self._lock:
            for record in records:
                for name in KEPT:
                    value = record.get(name)
                    if type(value) is str:
                        self._add(name, value, 1)
                    elif type(value) is int:
                        self._add(name, str(value), 1)

    def settle(self) -> None:
        """List what was taken in; some milliseconds a thousand values."""
        for name in sorted(self._changed):
            self._list(name)

    def count(self, name: str, value: str) -> int:
        """How many records held a value."""
        return self._counts.get(name, {}).get(value, 0)

    def most_used(self, name: str, most: int) -> Sequence[SeenValue]:
        """The values of a field, most used first."""
        index = self._index(name)
        return index.values[:most] if index is not None else ()

    def beginning(self, name: str, typed: str, most: int) -> Sequence[SeenValue]:
        """The values that begin so in any letter case, most used first."""
        if not typed:
            return self.most_used(name, most)
        index = self._index(name)
        return index.beginning(typed.casefold(), most) if index is not None else ()

    def holding(self, name: str, typed: str, most: int) -> Sequence[SeenValue]:
        """Values a word of which begins so, or that hold its letters in their order.

        Words of all values are looked at, letters only in those most used.
        """
        if len(typed) > LONGEST:
            return ()
        index = self._index(name)
        return index.holding(typed.casefold(), most) if index is not None else ()

    def _add(self, name: str, value: str, times: int) -> None:
        counts = self._counts.setdefault(name, {})
        if not value.strip() or len(value) > LONGEST:
            return
        if value in counts or len(counts) < MOST_VALUES:
            counts[value] = counts.get(value, 0) + times
            self._changed.add(name)

    def _index(self, name: str) -> "_Index | None":
        """The sorted lists of a field; those of many values may lag."""
        index = self._indexes.get(name)
        if name in self._changed and (index is None or len(index.values) < _FEW):
            return self._list(name)
        return index

    def _list(self, name: str) -> "_Index":
        """The sorted lists of a field, made anew."""
        with self._lock:
            self._changed.discard(name)
            counts = dict(self._counts[name])
        index = self._indexes[name] = _Index(counts)
        return index


class _Index:
    """The values of a field at one time: by rank, by beginning, by inner words."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        self.values = tuple(SeenValue(value, count) for value, count in ranked)
        folded = [value.casefold() for value, _ in ranked]
        self._whole = _Ranks((text, rank) for rank, text in enumerate(folded))
        self._inner = _Ranks(
            (text[match.start() :], rank)
            for rank, text in enumerate(folded)
            for match in _WORD_STARTS.finditer(text)
        )
        self._folded = folded[:_SCANNED]
        self.beginning = lru_cache(256)(self._beginning)
        self.holding = lru_cache(256)(self._holding)

    def _beginning(self, typed: str, most: int) -> Sequence[SeenValue]:
        return [self.values[rank] for rank in self._whole.beginning(typed, most)]

    def _holding(self, typed: str, most: int) -> Sequence[SeenValue]:
        # Atomic, so that no letter is looked for twice.
        held = re.compile("".join(f"(?>.*?{re.escape(c)})" for c in typed), re.S)
        ranks = dict.fromkeys(self._inner.beginning(typed, most))
        for rank, text in enumerate(self._folded):
            if held.match(text):
                ranks[rank] = None
        return [self.values[rank] for rank in list(ranks)[:most]]


class _Ranks:
    """Texts in their order, each with a rank."""

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        ordered = sorted(pairs)
        self._texts = [text for text, _ in ordered]
        self._ranks = [rank for _, rank in ordered]

    def beginning(self, typed: str, most: int) -> Sequence[int]:
        """The best ranks of the texts that begin so, best first."""
        low = bisect_left(self._texts, typed)
        high = bisect_left(self._texts, typed + _LAST, low)
        return nsmallest(most, self._ranks[low:high])
