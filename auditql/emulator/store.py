"""All records of an account, indexed so that no request is a scan.

In: records in any order. Out: their JSON bytes, and the positions that match a
filter. The index says exactly what `Filter.accepts` says of each record. A
store never changes, so several emulators may share one.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterable
from itertools import pairwise

from auditql.emulator.answers import encode
from auditql.emulator.bodies import Bodies, EncodedBodies, LazyBodies
from auditql.emulator.filters import Filter, Tests
from auditql.emulator.listing import Listing, Order, Rows
from auditql.emulator.records import FILTER_FIELDS, Record, key_of

REMEMBERED_FILTERS = 64


class RecordStore:
    """Records by time, with the positions of every filterable value.

    Attributes:
        times: second of each record, rising.
        ids: id of each record, rising within a second.
        bodies: the records themselves.
    """

    def __init__(self, records: Iterable[Record], *, encode_now: bool = False) -> None:
        """Sort and index `records`.

        Args:
            records: objects with at least an integer `id` of their own and a
                `created_at` of whole seconds.
            encode_now: turn every record into JSON at once and let the object
                go: slower to start, less memory, even page times. Otherwise a
                record becomes JSON when a page first needs it.

        Raises:
            ValueError: on a record without id or time, or an id used twice.
        """
        keys: list[tuple[int, int]] = []
        columns: dict[str, list[object]] = {name: [] for name in FILTER_FIELDS}
        kept: list[Record] = []
        encoded: list[bytes] = []
        for record in records:
            keys.append(key_of(record))
            for name, column in columns.items():
                column.append(record.get(name))
            if encode_now:
                encoded.append(encode(record))
            else:
                kept.append(record)
        if any(left > right for left, right in pairwise(keys)):
            places = sorted(range(len(keys)), key=keys.__getitem__)
            keys = [keys[p] for p in places]
            columns = {n: [c[p] for p in places] for n, c in columns.items()}
            kept = [kept[p] for p in places] if kept else []
            encoded = [encoded[p] for p in places] if encoded else []
        self.times = array("q", [second for second, _ in keys])
        self.ids = array("q", [number for _, number in keys])
        self._by_id = {number: place for place, number in enumerate(self.ids)}
        if len(self._by_id) != len(keys):
            raise ValueError("an id is used twice")
        self.bodies: Bodies = EncodedBodies(encoded) if encode_now else LazyBodies(kept)
        self._columns = columns
        self._postings: dict[str, dict[object, array[int]]] = {}
        self._remembered: OrderedDict[Tests, Rows] = OrderedDict()
        self._everything = Rows(range(len(keys)), self.times)

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.times)

    def having(self, record: Record) -> "RecordStore":
        """A store of these records and one more.

        Raises:
            ValueError: it has no id or time, or its id is used.
        """
        records = [self.bodies.record(place) for place in range(len(self))]
        return RecordStore([*records, record])

    def place_of(self, number: int) -> int | None:
        """The place of an id; None if no record has it."""
        return self._by_id.get(number)

    def listing(self, wanted: Filter, order: Order) -> Listing:
        """The rows that pass a filter, in an order."""
        rows = self._matching(wanted.tests)
        low, high = 0, len(rows.places)
        if wanted.first_s is not None:
            low = bisect_left(rows.seconds, wanted.first_s)
        if wanted.last_s is not None:
            high = bisect_right(rows.seconds, wanted.last_s, low)
        return Listing(rows, low, high, self.ids, order)

    def scan(self, wanted: Filter) -> list[int]:
        """The places that pass, found by trying every record: for checking."""
        return [p for p in range(len(self)) if wanted.accepts(self.bodies.record(p))]

    def value(self, place: int, name: str) -> object:
        """What a record has in one of the filterable fields; None if nothing."""
        return self._columns[name][place]

    def _matching(self, tests: Tests) -> Rows:
        """The rows that pass all tests; those of a few filters are remembered."""
        if not tests:
            return self._everything
        found = self._remembered.get(tests)
        if found is None:
            places = array("q", self._search(tests))
            found = Rows(places, array("q", map(self.times.__getitem__, places)))
            self._remembered[tests] = found
            if len(self._remembered) > REMEMBERED_FILTERS:
                self._remembered.popitem(last=False)
        return found

    def _search(self, tests: Tests) -> list[int]:
        """Start from the rarest field, then look the others up by position."""
        candidates = [
            [self._posting(name)[value] for value in values if value in posting]
            for name, values in tests
            for posting in (self._posting(name),)
        ]
        sizes = [sum(map(len, lists)) for lists in candidates]
        rarest = sizes.index(min(sizes))
        rows = sorted(place for rows in candidates[rarest] for place in rows)
        for number, (name, values) in enumerate(tests):
            if number != rarest:
                column = self._columns[name]
                rows = [place for place in rows if column[place] in values]
        return rows

    def _posting(self, name: str) -> dict[object, "array[int]"]:
        """Positions by value of one field, made when first asked for."""
        posting = self._postings.get(name)
        if posting is None:
            posting = {}
            for place, value in enumerate(self._columns[name]):
                if value is not None:
                    posting.setdefault(value, array("q")).append(place)
            self._postings[name] = posting
        return posting
