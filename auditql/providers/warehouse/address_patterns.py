"""Patterns of the texts that Python takes for an IP address, and for no other.

In: a network. Out: patterns of whole texts, without the ends.
"""

from ipaddress import IPv4Network

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
V4 = rf"{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}"
_H = "[0-9A-Fa-f]{1,4}"


def four_in(network: IPv4Network) -> str:
    """The pattern of the addresses of a network, each in its one spelling."""
    whole, rest = divmod(network.prefixlen, 8)
    octets = str(network.network_address).split(".")
    parts = octets[:whole]
    if rest:
        first = int(octets[whole])
        last = first + (1 << (8 - rest)) - 1
        parts.append("(" + "|".join(map(str, range(first, last + 1))) + ")")
    parts += [_OCTET] * (4 - len(parts))
    return r"\.".join(parts)


def any_six() -> str:
    """The pattern of an IPv6 address in any spelling."""
    low = f"({_H}:{_H}|{V4})"  # the last 32 bits
    forms = [f"({_H}:){{6}}{low}"]
    for before in range(8):
        head = f"({_H}:){{{before - 1}}}{_H}" if before > 1 else _H if before else ""
        groups = 7 - before
        tails = [""] if groups >= 0 else []
        if groups == 1:
            tails.append(_H)
        elif groups > 1:
            tails.append(f"(({_H}:){{0,{groups - 2}}}{low}|{_H})")
        tail = "|".join(tails)
        forms.append(f"{head}::({tail})" if len(tails) > 1 else f"{head}::")
    return "|".join(forms)
