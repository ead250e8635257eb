"""Ranks and keys agree with a plain sort, in all three orders."""

from hypothesis import given
from hypothesis import strategies as st

from auditql.emulator.listing import Key, Listing, Order, Rows

KEYS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 30)), unique_by=lambda key: key[1]
)


def ordered(keys: list[Key], order: Order) -> list[Key]:
    """The keys in an order, by its plain meaning."""
    match order:
        case Order.RISING:
            return sorted(keys)
        case Order.FALLING:
            return sorted(keys, key=lambda key: (-key[0], key[1]))
        case Order.MIRRORED:
            return sorted(keys, reverse=True)


def listing_of(keys: list[Key], first: int, last: int, order: Order) -> Listing:
    """A listing of the seconds from `first` to `last`."""
    keys = sorted(keys)
    seconds = [second for second, _ in keys]
    rows = Rows(range(len(keys)), seconds)
    low = sum(second < first for second in seconds)
    high = max(low, sum(second <= last for second in seconds))
    return Listing(rows, low, high, [number for _, number in keys], order)


@given(
    KEYS,
    st.integers(0, 6),
    st.integers(0, 6),
    st.sampled_from(Order),
    st.integers(0, 12),
    st.integers(0, 12),
)
def test_take_is_a_slice_of_the_sorted_rows(
    keys: list[Key], first: int, last: int, order: Order, rank: int, count: int
) -> None:
    """Any stretch of ranks holds what a sort puts there."""
    listing = listing_of(keys, first, last, order)
    inside = [key for key in keys if first <= key[0] <= last]
    wanted = ordered(inside, order)
    assert len(listing) == len(wanted)
    places = sorted(keys)
    taken = [places[place] for place in listing.take(rank, count)]
    assert wanted[rank : rank + count] == taken


@given(
    KEYS,
    st.tuples(st.integers(-1, 7), st.integers(-1, 31)),
    st.integers(0, 6),
    st.integers(0, 6),
    st.sampled_from(Order),
)
def test_ranks_count_the_rows_in_front_of_a_key(
    keys: list[Key], key: Key, first: int, last: int, order: Order
) -> None:
    """A key that is no row has a rank too: where it would stand."""
    inside = [other for other in keys if first <= other[0] <= last]
    listing = listing_of(keys, first, last, order)
    among = ordered([*inside, key] if key not in inside else inside, order)
    before = among.index(key)
    assert before == listing.rank_before(key)
    assert before + (key in inside) == listing.rank_after(key)
