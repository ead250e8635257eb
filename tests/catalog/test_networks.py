"""Addresses and networks of both families."""

from ipaddress import ip_address, ip_network

import pytest

from auditql.catalog.networks import address, inside, one_of


@pytest.mark.parametrize(
    "text",
    [
        "",
        "unknown",
        "203.0.113",
        "203.0.113.256",
        "010.0.0.1",
        "203.0.113.9 ",
        "203.0.113.9\n",
        "203.0.113.9/32",
        "٣.٣.٣.٣",
        "fe80::1%eth0",
        "1::2::3",
        "[::1]",
        "1" * 100_000,
        "\ud800",
    ],
)
def test_what_is_no_address(text: str) -> None:
    """It is no address, equals none, and lies in no network."""
    assert address(text) is None
    everything = [ip_network("0.0.0.0/0"), ip_network("::/0")]
    assert not inside(everything)(text)
    assert not one_of([ip_address("0.0.0.0"), ip_address("::")])(text)


@pytest.mark.parametrize(
    "text",
    ["2001:db8::1", "2001:DB8::1", "2001:0db8:0:0:0:0:0:0001", "2001:db8::0.0.0.1"],
)
def test_every_spelling_of_an_address_is_that_address(text: str) -> None:
    """IPv6 is compared as a number, not as text."""
    assert one_of([ip_address("2001:db8::1")])(text)
    assert inside([ip_network("2001:db8::/127")])(text)


def test_a_mapped_address_is_not_the_address_it_maps() -> None:
    """`::ffff:a.b.c.d` is an IPv6 address."""
    assert not one_of([ip_address("203.0.113.9")])("::ffff:203.0.113.9")
    assert not one_of([ip_address("::ffff:203.0.113.9")])("203.0.113.9")
    assert not inside([ip_network("203.0.113.0/24")])("::ffff:203.0.113.9")
    assert not inside([ip_network("::/0")])("203.0.113.9")


@pytest.mark.parametrize(
    ("network", "first", "last", "before", "behind"),
    [
        (
            "203.0.113.8/30",
            "203.0.113.8",
            "203.0.113.11",
            "203.0.113.7",
            "203.0.113.12",
        ),
        ("10.0.0.0/8", "10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"),
        ("2001:db8::/32", "2001:db8::", "2001:db8:ffff::", "2001:db7::", "2001:db9::"),
        ("203.0.113.9/32", "203.0.113.9", "203.0.113.9", "203.0.113.8", "203.0.113.10"),
    ],
)
def test_a_network_ends_where_it_says(
    network: str, first: str, last: str, before: str, behind: str
) -> None:
    """The first and the last address lie inside, their neighbours do not."""
    lies = inside([ip_network(network)])
    assert [True, True, False, False] == [
        lies(t) for t in (first, last, before, behind)
    ]


def test_several_networks_are_as_one() -> None:
    """Overlapping, neighbouring and apart, in any order and both families."""
    names = ("10.0.1.0/24", "10.0.0.0/24", "10.0.0.0/16", "192.0.2.0/31", "::1/128")
    lies = inside([ip_network(n) for n in names])
    assert all(map(lies, ("10.0.0.1", "10.0.255.255", "192.0.2.1", "::1")))
    assert not any(map(lies, ("10.1.0.0", "192.0.2.2", "::2", "0.0.0.1")))


def test_the_ends_of_all_addresses() -> None:
    """The whole of one family is not a part of the other."""
    assert inside([ip_network("0.0.0.0/0")])("255.255.255.255")
    assert not inside([ip_network("0.0.0.0/0")])("::")
    assert inside([ip_network("::/0")])("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
    assert not inside([ip_network("::/0")])("0.0.0.0")
