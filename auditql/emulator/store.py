"""All records of an account, indexed so that no request is a scan.

In: records in any order. Out: their JSON bytes, and the positions that match a
filter. The index says exactly what `Filter.accepts` says of each record. A
store never changes, so several emulators may share one.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from json import loads

from auditql.emulator.answers import encode
from auditql.emulator.filters import Filter, Tests
from auditql.emulator.listing import Listing, Order
from auditql.emulator.records import FILTER_FIELDS, Record, key_of

REMEMBERED_FILTERS = 64


class RecordStore:
    """Records by time, with the positions of every filterable value.

    Attributes:
        times: second of each record, rising.
        ids: id of each record, rising within a second.
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
        self._records: list[Record | None] = []
        self._bodies: list[bytes | None] = []
        for record in records:
            keys.append(key_of(record))
            for name, column in columns.items():
                column.append(record.get(name))
            self._records.append(None if encode_now else record)
            self._bodies.append(encode(record) if encode_now else None)
        if any(left > right for left, right in pairwise(keys)):
            places = sorted(range(len(keys)), key=keys.__getitem__)
            keys = [keys[p] for p in places]
            columns = {n: [c[p] for p in places] for n, c in columns.items()}
            self._records = [self._records[p] for p in places]
            self._bodies = [self._bodies[p] for p in places]
        self.times = array("q", [second for second, _ in keys])
        self.ids = array("q", [number for _, number in keys])
        self._by_id = {number: place for place, number in enumerate(self.ids)}
        if len(self._by_id) != len(keys):
            raise ValueError("an id is used twice")
        self._columns = columns
        self._postings: dict[str, dict[object, array[int]]] = {}
        self._remembered: OrderedDict[Tests, Sequence[int]] = OrderedDict()

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.times)

    def record(self, place: int) -> Record:
        """The record at a place, equal as JSON to the one handed in."""
        record = self._records[place]
        if record is not None:
            return record
        loaded = loads(self._bodies[place] or b"{}")
        assert isinstance(loaded, dict)  # noqa: S101 - encoded here, an object
        return loaded

    def place_of(self, number: int) -> int | None:
        """The place of an id; None if no record has it."""
        return self._by_id.get(number)

    def bodies(self, places: Iterable[int]) -> list[bytes]:
        """The JSON of the records at these places."""
        bodies = self._bodies
        return [bodies[place] or self._encode(place) for place in places]

    def listing(self, wanted: Filter, order: Order) -> Listing:
        """The rows that pass a filter, in an order."""
        positions = self._matching(wanted.tests)
        low, high = 0, len(positions)
        second_at = self.times.__getitem__
        if wanted.first_s is not None:
            low = bisect_left(positions, wanted.first_s, key=second_at)
        if wanted.last_s is not None:
            high = bisect_right(positions, wanted.last_s, lo=low, key=second_at)
        return Listing(positions, low, high, self.times, self.ids, order)

    def scan(self, wanted: Filter) -> list[int]:
        """The places that pass, found by trying every record: for checking."""
        return [p for p in range(len(self)) if wanted.accepts(self.record(p))]

    def value(self, place: int, name: str) -> object:
        """What a record has in one of the filterable fields; None if nothing."""
        return self._columns[name][place]

    def _encode(self, place: int) -> bytes:
        body = encode(self._records[place])
        self._bodies[place] = body
        return body

    def _matching(self, tests: Tests) -> Sequence[int]:
        """Rising positions that pass all tests; the last few are remembered."""
        if not tests:
            return range(len(self))
        found = self._remembered.get(tests)
        if found is None:
            found = self._search(tests)
            self._remembered[tests] = found
            if len(self._remembered) > REMEMBERED_FILTERS:
                self._remembered.popitem(last=False)
        return found

    def _search(self, tests: Tests) -> Sequence[int]:
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
        return array("q", rows)

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
