"""Values as written: text, words, numbers, addresses, parameters, times."""

from dataclasses import field

from auditql.catalog.forms import form
from auditql.catalog.kinds import Unit
from auditql.diagnostics.model import Span


@form
class Text:
    """A quoted string, its escapes read."""

    value: str
    span: Span = field(compare=False, repr=False)


@form
class Word:
    """A bare word, `login` or `zendesk/app_market/app`, as spelled."""

    value: str
    span: Span = field(compare=False, repr=False)


@form
class Integer:
    """A whole number of any size; the resolver bounds it."""

    value: int
    span: Span = field(compare=False, repr=False)


@form
class IntegerRun:
    """Neighbouring integers of a list, kept together because lists are long.

    A list never holds a bare Integer nor two runs side by side: the parser
    joins what stands together. `spans` gives each element's place.
    """

    values: tuple[int, ...]
    spans: "RunSpans" = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


@form
class RunSpans:
    """Where the elements of a run stand; found only when a message needs it.

    Attributes:
        pieces: the source of the run, as (start, text) stretches.
    """

    pieces: tuple[tuple[int, str], ...]

    def of(self, index: int) -> Span:
        """The span of the element at `index`, counted from 0.

        Raises:
            IndexError: there is no such element.
        """
        seen = 0
        for start, text in self.pieces:
            place = 0
            for part in text.split(","):
                if part.strip():
                    if seen == index:
                        lead = len(part) - len(part.lstrip())
                        at = start + place + lead
                        return Span(at, at + len(part.strip()))
                    seen += 1
                place += len(part) + 1
        raise IndexError(index)


def run_of_one(number: Integer) -> IntegerRun:
    """One integer as it stands in a list."""
    piece = ((number.span.start, str(number.value)),)
    return IntegerRun((number.value,), RunSpans(piece), number.span)


@form
class Address:
    """An IP address or network, unquoted, as written: `10.0.0.0/8`."""

    text: str
    span: Span = field(compare=False, repr=False)


@form
class Parameter:
    """`:name`, bound as a value when the query is resolved."""

    name: str
    span: Span = field(compare=False, repr=False)


@form
class Duration:
    """A length of time, `7d` or `24 hours`; no time by itself."""

    count: int
    unit: Unit
    span: Span = field(compare=False, repr=False)


@form
class TimeLiteral:
    """`2026-02`, `2026-02-01`, `2026-02-01T08:00Z`: a time as it is written.

    A year alone is an Integer until the resolver knows better. `text` is
    canonical: `T` and `Z` in upper case, no quotes.
    """

    text: str
    span: Span = field(compare=False, repr=False)


@form
class Shift:
    """`- 7d` or `+ 1 month` behind an anchor."""

    sign: int  # 1 or -1
    count: int
    unit: Unit
    span: Span = field(compare=False, repr=False)


@form
class Anchor:
    """`now`, `today`, `yesterday`, with shifts applied from left to right.

    `text` is the word as spelled, for operands on which it is a plain word;
    with shifts it is in lower case.
    """

    text: str
    shifts: tuple[Shift, ...]
    span: Span = field(compare=False, repr=False)


@form
class Ago:
    """`-7d` or `7d ago`: that long before now."""

    count: int
    unit: Unit
    span: Span = field(compare=False, repr=False)


@form
class Rolling:
    """`last 7d`: the stretch of that length that ends now."""

    count: int
    unit: Unit
    span: Span = field(compare=False, repr=False)


@form
class Calendar:
    """`last week`, `this month`: a period of the calendar."""

    is_last: bool
    unit: Unit
    span: Span = field(compare=False, repr=False)


Moment = TimeLiteral | Anchor | Ago | Rolling | Calendar
"""What only ever is a time (an anchor without shifts may be a plain word)."""

Value = Text | Word | Integer | Address | Parameter | Duration | Moment
"""What may stand on the right of an operator. A Duration there is a mistake
that the resolver explains."""

Item = Text | Word | IntegerRun | Address | Parameter | Duration | Moment
"""What may stand in a list."""
