"""IP addresses in SQL: what lies in what, what equals what, and one spelling.

In: a column of text. Out: nodes. An engine's own functions of addresses take other
texts for addresses than Python does, so a text is first tested by a pattern, and an
IPv6 address made 32 hexadecimal digits by replacing alone. Of those, a network is
a range.
"""

from collections.abc import Callable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    collapse_addresses,
)

from sqlglot import exp

from auditql.providers.warehouse.address_patterns import V4, any_six, four_in
from auditql.providers.warehouse.engines import Functions
from auditql.providers.warehouse.folding import Letters
from auditql.providers.warehouse.nodes import (
    Node,
    between,
    call,
    cases,
    cast,
    equal,
    is_null,
    joined,
    minus,
    number,
    one_of,
    plus,
    some,
    string,
    times,
)
from auditql.providers.warehouse.refusals import READ_HERE, Refused
from auditql.providers.warehouse.statement import Dialect

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Step = Callable[[Node, Node], Node]

_FEW = 256
"""Addresses of a network up to which an engine without patterns gets a list."""
_CAPITALS = Letters("ABCDEF", "abcdef", ())
_HEX = "0123456789abcdef"


class Addresses:
    """Makes nodes of tests of addresses."""

    def __init__(self, functions: Functions) -> None:
        """Take the engine."""
        self._functions = functions

    def one_of(self, text: Node, values: Sequence[Address]) -> Node:
        """Whether a text is one of the addresses, in any spelling."""
        fours = [v for v in values if isinstance(v, IPv4Address)]
        sixes = [v for v in values if isinstance(v, IPv6Address)]
        made = []
        if fours:  # these have one spelling
            made.append(one_of(text, [string(str(v)) for v in fours]))
        if sixes:
            digits = [string(f"{int(v):032x}") for v in sixes]
            made.append(one_of(self._digits(text), digits))
        return some(made)

    def inside(self, text: Node, networks: Sequence[Network]) -> Node:
        """Whether a text is an address in one of the networks."""
        fours = [n for n in networks if isinstance(n, IPv4Network)]
        sixes = [n for n in networks if isinstance(n, IPv6Network)]
        made = self._inside_fours(text, list(collapse_addresses(fours)))
        digits = self._digits(text) if sixes else None
        for network in collapse_addresses(sixes):
            assert digits is not None
            low = string(f"{int(network.network_address):032x}")
            high = string(f"{int(network.broadcast_address):032x}")
            if low == high:
                made.append(equal(digits, low))
            else:
                made.append(between(self._functions.ordered(digits), low, high))
        return some(made)

    def _inside_fours(self, text: Node, networks: Sequence[IPv4Network]) -> list[Node]:
        """Tests that together say whether it is in one of the IPv4 networks."""
        if not networks:
            return []
        if self._functions.dialect is not Dialect.SQLITE:
            return [self._matches(text, four_in(n)) for n in networks]
        count = sum(n.num_addresses for n in networks)
        if count > _FEW:
            raise Refused(
                f"networks of more than {_FEW} addresses",
                f"name smaller ones, or {READ_HERE}",
            )
        return [one_of(text, [string(str(a)) for n in networks for a in n])]

    def _matches(self, text: Node, pattern: str) -> Node:
        """Whether the whole text is of the pattern."""
        engine = self._functions.engine
        whole = string(f"{engine.begin}({pattern}){engine.end}")
        return self._functions.matches(text, whole)

    # --- IPv6

    def _digits(self, text: Node) -> Node:
        """The 32 hexadecimal digits of an IPv6 address; NULL of any other text."""
        return self.digits_of(text, self.plain(text))

    def plain(self, text: Node) -> Node:
        """A text in small hexadecimal, without an end that is written as IPv4.

        Raises:
            Refused: the engine has no patterns.
        """
        if self._functions.dialect is Dialect.SQLITE:
            raise Refused(
                "IPv6 addresses, each of which has many spellings",
                f"test the text with `like`, or {READ_HERE}",
            )
        functions = self._functions
        small = functions.replaced(text, _CAPITALS)
        four = r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}"
        has_four = self._matches(text, f"[0-9A-Fa-f:]*:{four}")
        return cases([(has_four, self._without_four(small))], small)

    def digits_of(self, text: Node, plain: Node) -> Node:
        """The 32 digits of a text, of what `plain` made of it."""
        functions = self._functions
        head = self._groups(self._piece(plain, "::", 1))
        tail = self._groups(self._piece(plain, "::", 2))
        size = minus(number(32), functions.length(joined(head, tail)))
        between_them = functions.substring(string("0" * 32), number(1), size)
        made = joined(head, between_them, tail)
        return cases([(self._matches(text, any_six()), made)])

    def _without_four(self, text: Node) -> Node:
        """An address whose end is written as IPv4, that end in hexadecimal."""
        functions = self._functions
        ends = r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+" + functions.engine.end
        head = functions.replace_pattern(text, ends, "")
        four = functions.replace_pattern(
            text, functions.engine.begin + "[0-9a-f:]*:", ""
        )
        octets = [self._octet(four, n) for n in (1, 2, 3, 4)]
        hexadecimal = [self._hexadecimal(octet) for octet in octets]
        return joined(head, *hexadecimal[:2], string(":"), *hexadecimal[2:])

    def _hexadecimal(self, octet: Node) -> Node:
        """Two digits of a number from 0 to 255."""
        functions = self._functions
        high = plus(functions.divided(octet, 16), number(1))
        low = plus(functions.remainder(octet, 16), number(1))
        digits = string(_HEX)
        return joined(
            functions.substring(digits, high, number(1)),
            functions.substring(digits, low, number(1)),
        )

    def _groups(self, text: Node) -> Node:
        """Groups between colons, each of four digits, side by side."""
        functions = self._functions
        colons = joined(string(":"), text)
        long = functions.replace(colons, string(":"), string(":000"))
        made = functions.replace_pattern(long, "[:][0-9a-f]*([0-9a-f]{4})", "{}")
        return cases([(equal(text, string("")), string(""))], made)

    def _piece(self, text: Node, sign: str, place: int) -> Node:
        """The piece between signs, by its place; empty where there is none."""
        match self._functions.dialect:
            case Dialect.CLICKHOUSE:
                # Of an Array, which cannot be NULL, a text that is there is split.
                there = call("ifNull", text, string(""))
                pieces = call("splitByString", string(sign), there)
                return exp.Bracket(this=pieces, expressions=[number(place)], offset=1)
            case Dialect.BIGQUERY:
                pieces = call("SPLIT", text, string(sign))
                found: Node = exp.Bracket(
                    this=pieces,
                    expressions=[number(place - 1)],
                    offset=0,
                    safe=True,
                )
                return exp.Coalesce(this=found, expressions=[string("")])
            case Dialect.TRINO:
                found = call("SPLIT_PART", text, string(sign), number(place))
                return exp.Coalesce(this=found, expressions=[string("")])
            case _:
                return call("SPLIT_PART", text, string(sign), number(place))

    def _octet(self, four: Node, place: int) -> Node:
        return cast(self._piece(four, ".", place), "INT")

    # --- one spelling, and an order

    @property
    def steps(self) -> tuple[Step, ...]:
        """From a text to its one spelling; each step is of the text and the last.

        One behind the other in relations of their own, since each names what it is
        made of several times.
        """
        return (
            lambda text, _: self.plain(text),
            lambda text, plain: self.digits_of(text, plain),
            lambda text, digits: cases(
                [(is_null(digits), string(""))],
                joined(self._grouped(digits), string(":")),
            ),
            lambda text, grouped: self._spelled(text, grouped),
        )

    def _grouped(self, digits: Node) -> Node:
        """Groups without zeros in front, a colon before each."""
        functions = self._functions
        groups = functions.replace_pattern(digits, "([0-9a-f]{4})", ":{}")
        return functions.replace_pattern(groups, ":0{1,3}", ":")

    def _spelled(self, text: Node, grouped: Node) -> Node:
        """The one spelling, of groups with colons around them."""
        mapped = ":0:0:0:0:0:ffff:"
        is_mapped = self._matches(grouped, mapped + "[0-9a-f]{1,4}:[0-9a-f]{1,4}:")
        four = joined(string("::ffff:"), self._dotted(grouped))
        is_six = self._matches(grouped, "(:[0-9a-f]{1,4}){8}:")
        return cases([(is_mapped, four), (is_six, self._short(grouped))], text)

    def _dotted(self, grouped: Node) -> Node:
        """The last two of eight groups as IPv4."""
        functions = self._functions
        octets = []
        for place in (8, 9):
            group = functions.padded(self._piece(grouped, ":", place), 4)
            for at in (1, 3):
                high, low = self._digit(group, at), self._digit(group, at + 1)
                octets.append(cast(plus(times(high, number(16)), low), "TEXT"))
        dot = string(".")
        return joined(octets[0], dot, octets[1], dot, octets[2], dot, octets[3])

    def _digit(self, digits: Node, place: int) -> Node:
        functions = self._functions
        one = functions.substring(digits, number(place), number(1))
        return minus(functions.position(string(_HEX), one), number(1))

    def _short(self, grouped: Node) -> Node:
        """The longest run of zero groups, the first of such, as `::`."""
        functions = self._functions
        pairs = []
        for length in range(8, 1, -1):
            run = string(":0" * length + ":")
            place = functions.position(grouped, run)
            before = functions.substring(grouped, number(1), minus(place, number(1)))
            after = functions.substring(
                grouped, plus(place, number(2 * length + 1)), number(40)
            )
            cut = joined(before, string("::"), after)
            pairs.append((functions.contains(grouped, run), cut))
        engine = functions.engine
        made = cases(pairs, grouped)
        made = functions.replace_pattern(made, f"{engine.begin}:([^:])", "{}")
        return functions.replace_pattern(made, f"([^:]):{engine.end}", "{}")

    def rank(self, spelled: Node, digits: Node) -> Node:
        """A text that puts addresses in order: IPv4, IPv6 by number, other text."""
        functions = self._functions
        octets = [
            functions.padded(self._piece(spelled, ".", n), 3) for n in (1, 2, 3, 4)
        ]
        four = joined(string("4"), *octets)
        other = cases(
            [(is_null(digits), joined(string("9"), spelled))],
            joined(string("6"), digits),
        )
        return cases([(self._matches(spelled, V4), four)], other)
