"""IP addresses and networks: what equals what, what lies in what.

In: text of a record, addresses and networks of a query. Out: whether they
meet. Any spelling of an IPv6 address is that address; an IPv4 address has one
spelling. `::ffff:a.b.c.d` is an IPv6 address and not a.b.c.d. Text that is no
address (a scope such as `%eth0`, leading zeros, blanks) equals nothing and
lies in nothing; it is still a value, not a missing one.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

REMEMBERED = 8192
"""Texts of records whose address is remembered: few addresses write most."""

_V6 = 1 << 128
"""Added to IPv6 numbers, so that both families fit one row of numbers."""

_LONGEST = 45
"""Characters of the longest spelling of an address."""


@lru_cache(maxsize=REMEMBERED)
def address(text: str) -> Address | None:
    """The address that a text is; None if it is none."""
    if len(text) > _LONGEST or "%" in text:
        return None
    try:
        return ip_address(text)
    except ValueError:
        return None


@lru_cache(maxsize=REMEMBERED)
def _number(text: str) -> int:
    """The address as a number, IPv6 behind IPv4; -1 if it is none."""
    found = address(text)
    return -1 if found is None else _number_of(found)


def _number_of(found: Address) -> int:
    return int(found) + (_V6 if isinstance(found, IPv6Address) else 0)


def one_of(values: Iterable[Address]) -> Callable[[str], bool]:
    """A test whether a text is one of the addresses, in any spelling."""
    wanted = tuple(values)
    if all(isinstance(value, IPv4Address) for value in wanted):
        return frozenset(str(value) for value in wanted).__contains__
    numbers = frozenset(_number_of(value) for value in wanted)
    return lambda text: _number(text) in numbers


def inside(networks: Iterable[Network]) -> Callable[[str], bool]:
    """A test whether a text is an address in one of the networks.

    One look-up by bisection, however many networks there are.
    """
    starts: list[int] = []
    ends: list[int] = []  # the last address of each stretch
    for low, high in sorted(map(_stretch, networks)):
        if ends and low <= ends[-1] + 1:
            ends[-1] = max(ends[-1], high)
        else:
            starts.append(low)
            ends.append(high)

    def lies_inside(text: str) -> bool:
        number = _number(text)
        place = bisect_right(starts, number) - 1
        return place >= 0 and number <= ends[place]

    return lies_inside


def _stretch(network: Network) -> tuple[int, int]:
    """The numbers of the first and the last address."""
    return _number_of(network.network_address), _number_of(network.broadcast_address)
