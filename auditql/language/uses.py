"""How a text uses its parameters: what each must stand for.

In: the place where a parameter stands, as the resolver meets it. Out: the kind
that its value must be of, and a value of that kind for who wants to look for
mistakes before there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind
from auditql.diagnostics.model import Span
from auditql.language import syntax

_NOWHERE = Span(0, 0)


@form
class Use:
    """One place where a parameter stands.

    Attributes:
        kind: of the value that is needed.
        span: the place.
        takes_list: a list may stand there too.
        is_count: it is the number of `limit`, `offset`, `top` or a page.
    """

    kind: Kind
    span: Span
    takes_list: bool = False
    is_count: bool = False


_ASSUMED: Mapping[Kind, syntax.Value] = MappingProxyType(
    {
        Kind.INTEGER: syntax.Integer(1, _NOWHERE),
        Kind.WORD: syntax.Text("login", _NOWHERE),
        Kind.TEXT: syntax.Text("text", _NOWHERE),
        Kind.ADDRESS: syntax.Address("192.0.2.1", _NOWHERE),
        Kind.TIME: syntax.Anchor("today", (), _NOWHERE),
        Kind.WEEKDAY: syntax.Word("mon", _NOWHERE),
    }
)


def assumed(use: Use) -> syntax.Value:
    """A value that a parameter can stand for there."""
    return _ASSUMED[use.kind]


def agreed(uses: Sequence[Use]) -> str:
    """What a value must be for all these uses, in words; all it may be, else.

    Args:
        uses: of one parameter; without any, its value may be anything.
    """
    if not uses:
        return "any"
    if all(use.is_count for use in uses):
        return "count"
    return " or ".join(dict.fromkeys(use.kind.value for use in uses))


def at_odds(uses: Sequence[Use]) -> tuple[Use, Use] | None:
    """Two uses that no value serves, the later second; None where there are none.

    A number is never text. Else there is a text that says what is needed, and a
    time may be the number of its year.
    """
    strict = [use for use in uses if use.kind is not Kind.TIME]
    for use in strict[1:]:
        if (use.kind is Kind.INTEGER) is not (strict[0].kind is Kind.INTEGER):
            return strict[0], use
    return None
