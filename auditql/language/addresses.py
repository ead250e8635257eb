"""Addresses and networks as written to those of `ipaddress`.

In: a value of the syntax tree. Out: an address, a network, or None and a
diagnostic in the scope. A network with bits set behind it is offered mended.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Fix
from auditql.language import syntax
from auditql.language.query import Network, Operand
from auditql.language.scope import Scope
from auditql.language.wrong_kind import wrong_type


def address(
    value: syntax.Value, operand: Operand, scope: Scope
) -> IPv4Address | IPv6Address | Network | None:
    """The address or network of a value, else None and a diagnostic."""
    match value:
        case syntax.Address(text):
            pass
        case syntax.Text(text) | syntax.Word(text):
            text = text.strip()
        case _:
            wrong_type(value, operand, scope)
            return None
    found = _address(text)
    if found is not None:
        return found
    network = _network_around(text)
    if network is not None:
        written = str(network)
        quote = scope.written(value.span)[:1]
        quote = quote if quote in ("'", '"') else ""
        scope.error(
            Code.HOST_BITS,
            f"`{text}` has bits set behind the network",
            value.span,
            f"the network is {written}",
            f"write `{written}`",
            fix=Fix(value.span, f"{quote}{written}{quote}"),
        )
        return None
    parts = [_address(p) or _network_around(p) for p in map(str.strip, text.split(","))]
    is_list = len(parts) > 1 and None not in parts
    clock = text.count(":") in (1, 2) and text.replace(":", "").isdigit()
    scope.error(
        Code.BAD_NETWORK,
        f"`{text[:60]}` is no address and no network",
        value.span,
        "a time of day" if clock else "not IPv4, not IPv6",
        f"a list stands in parentheses: `({', '.join(map(str, parts))})`"
        if is_list
        else "write it like 203.0.113.9, 10.0.0.0/8 or 2001:db8::/32",
    )
    return None


def _address(text: str) -> IPv4Address | IPv6Address | Network | None:
    """What a text says; the zone of a link-local address means nothing here."""
    if "%" in text:
        return None
    try:
        return ip_network(text) if "/" in text else ip_address(text)
    except ValueError:
        return None


def _network_around(text: str) -> Network | None:
    """The network that a text means if it forgets the bits behind it."""
    if "%" in text:
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
