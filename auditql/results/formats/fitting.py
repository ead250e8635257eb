"""Which columns a screen has room for, and how wide each may be.

In: the columns of a table with the widths they would like, the width of the
screen. Out: those that fit, with their widths, or None where a table makes no
sense. Ids, times, actions and IPv4 addresses are shown whole or not at all; an
IPv6 address and other text may be cut down, marked.
"""

from collections.abc import Mapping, Sequence

from auditql.catalog.fields import BY_NAME
from auditql.catalog.kinds import Kind

GAP = 2
"""Blanks between two columns."""

SHORTEST = 12
"""Columns that a text is left at least, where it is that wide."""

IPV4 = 15
"""Columns that an address is left at least, where it is that wide."""

FEWEST = 3
"""Fewer columns than these say too little: better one field a line."""

# What a narrow screen keeps longest comes first; fields not named go before all.
_IMPORTANT = (
    "created_at", "actor_name", "action", "source_label", "ip_address",
    "change_description", "source_type", "id", "actor_id", "source_id", "action_label",
    "url",
)  # fmt: skip


def fit(
    liked: Mapping[str, int],
    kinds: Mapping[str, Kind],
    screen: int,
    *,
    keep_all: bool,
) -> Mapping[str, int] | None:
    """The columns that are shown, in their order, with their widths.

    Args:
        liked: width of the widest cell of each column.
        kinds: what they hold.
        screen: columns of the screen.
        keep_all: every column was asked for: none is left out.
    """
    least = {name: _least(name, kinds.get(name), wide) for name, wide in liked.items()}
    shown = list(liked)
    fewest = len(shown) if keep_all else min(FEWEST, len(shown))
    while _total(least, shown) > screen:
        if len(shown) <= fewest:
            return None
        shown.remove(max(shown, key=_place))
    return _shared_out({n: liked[n] for n in shown}, least, screen)


def _shared_out(
    liked: Mapping[str, int], least: Mapping[str, int], screen: int
) -> Mapping[str, int]:
    """Widths between least and liked; what is left goes to the narrowest first."""
    widths = {name: least[name] for name in liked}
    room = screen - _total(widths, list(widths))
    wanting = sorted(liked, key=lambda name: liked[name] - widths[name])
    for place, name in enumerate(wanting):
        more = min(liked[name] - widths[name], room // (len(wanting) - place))
        widths[name] += more
        room -= more
    return widths


def _total(widths: Mapping[str, int], names: Sequence[str]) -> int:
    """Columns that a line of these takes."""
    return sum(widths[name] for name in names) + GAP * (len(names) - 1)


def _least(name: str, kind: Kind | None, liked: int) -> int:
    """How narrow a column may become."""
    match kind:
        case Kind.ADDRESS:
            return min(liked, IPV4)
        case Kind.INTEGER | Kind.TIME | Kind.WEEKDAY:
            return liked
        case Kind.WORD if name in BY_NAME and BY_NAME[name].closed:
            return liked
        case _:
            return min(liked, max(SHORTEST, len(name)))


def _place(name: str) -> int:
    return _IMPORTANT.index(name) if name in _IMPORTANT else len(_IMPORTANT)
