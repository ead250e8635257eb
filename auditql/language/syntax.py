"""The syntax tree: what a text says, names and values as written.

Built by the parser, printed by the printer, read by the resolver and by
nothing after it. Two trees are equal when they say the same thing: spans are
left out, a keyword's letter case too.
"""

from dataclasses import field

from auditql.catalog.forms import form
from auditql.catalog.kinds import Unit
from auditql.catalog.operators import Comparator, TextOperator
from auditql.diagnostics.model import Diagnostic, Span

# --- values ---------------------------------------------------------------


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

    A year alone is an Integer until the resolver knows better. `text` is canonical: `T` and `Z` in upper case, no quotes.
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


# --- operands and filters -------------------------------------------------


@form
class Name:
    """A field, function or column, in lower case."""

    value: str
    span: Span = field(compare=False, repr=False)


@form
class Call:
    """`date(created_at)`, `bin(created_at, 1h)`: a function of a field."""

    function: Name
    arguments: "tuple[Name | Duration, ...]"
    span: Span = field(compare=False, repr=False)


Operand = Name | Call


@form
class Or:
    """Two or more alternatives; no term is an Or."""

    terms: "tuple[Expr, ...]"
    span: Span = field(compare=False, repr=False)


@form
class And:
    """Two or more conditions; no term is an And.

    `parenthesised` says that the person wrote parentheses around it, so
    mixing it with `or` needs no warning.
    """

    terms: "tuple[Expr, ...]"
    span: Span = field(compare=False, repr=False)
    parenthesised: bool = field(default=False, compare=False, repr=False)


@form
class Not:
    """`not` before a filter; a test's own `not in`, `!=` is in the test."""

    term: "Expr"
    span: Span = field(compare=False, repr=False)


@form
class Comparison:
    """`actor_id = 42`."""

    operand: Operand
    op: Comparator
    value: Value
    span: Span = field(compare=False, repr=False)
    op_span: Span = field(compare=False, repr=False)


@form
class In:
    """`action in (create, destroy)`."""

    operand: Operand
    items: tuple[Item, ...]
    negated: bool
    span: Span = field(compare=False, repr=False)
    op_span: Span = field(compare=False, repr=False)


@form
class InOne:
    """`created_at in 2026-02`, `during`, `in 10.0.0.0/8`, `in :list`."""

    operand: Operand
    value: Value
    negated: bool
    span: Span = field(compare=False, repr=False)
    op_span: Span = field(compare=False, repr=False)


@form
class Between:
    """`created_at between a and b`."""

    operand: Operand
    low: Value
    high: Value
    negated: bool
    span: Span = field(compare=False, repr=False)
    op_span: Span = field(compare=False, repr=False)


@form
class TextTest:
    """`actor_name like 'J%'`, `!~`, `not contains`."""

    operand: Operand
    op: TextOperator
    value: Value
    negated: bool
    span: Span = field(compare=False, repr=False)
    op_span: Span = field(compare=False, repr=False)


@form
class IsNull:
    """`ip_address is null`, `is not null`."""

    operand: Operand
    negated: bool
    span: Span = field(compare=False, repr=False)


@form
class Search:
    """A quoted string alone: any of several fields contains it."""

    text: Text
    span: Span = field(compare=False, repr=False)


@form
class Reference:
    """`@name`: a filter named with `let`."""

    name: str
    span: Span = field(compare=False, repr=False)


Test = Comparison | In | InOne | Between | TextTest | IsNull | Search | Reference
Expr = Or | And | Not | Test


# --- clauses and stages ---------------------------------------------------


@form
class OrderKey:
    """One key of `order by`."""

    operand: Operand
    descending: bool
    span: Span = field(compare=False, repr=False)


@form
class Page:
    """`page 3 size 50`."""

    number: Integer | Parameter
    size: Integer | Parameter | None
    span: Span = field(compare=False, repr=False)


@form
class Cursor:
    """`after 'token'`, `before 'token'`."""

    is_after: bool
    token: Text | Parameter
    span: Span = field(compare=False, repr=False)


@form
class Key:
    """A grouping key or selected column: `hour(created_at) as h`."""

    operand: Operand
    alias: Name | None
    span: Span = field(compare=False, repr=False)


@form
class AggregateCall:
    """`count_distinct(ip_address) as ips`, `count()`."""

    function: Name
    operand: Operand | None
    alias: Name | None
    span: Span = field(compare=False, repr=False)


@form
class Where:
    """`| where FILTER`."""

    filter: Expr
    span: Span = field(compare=False, repr=False)


@form
class Select:
    """`| select a, b as c`."""

    keys: tuple[Key, ...]
    span: Span = field(compare=False, repr=False)


@form
class Count:
    """`| count [by k, …]`."""

    keys: tuple[Key, ...]
    span: Span = field(compare=False, repr=False)


@form
class Stats:
    """`| stats count(), min(created_at) by k`."""

    aggregates: tuple[AggregateCall, ...]
    keys: tuple[Key, ...]
    span: Span = field(compare=False, repr=False)


@form
class Top:
    """`| top 10 k, …`."""

    number: Integer | Parameter
    keys: tuple[Key, ...]
    span: Span = field(compare=False, repr=False)


@form
class Distinct:
    """`| distinct k, …`."""

    keys: tuple[Key, ...]
    span: Span = field(compare=False, repr=False)


@form
class Timeline:
    """`| timeline [1d] [by k, …]`."""

    step: Duration | None
    keys: tuple[Key, ...]
    span: Span = field(compare=False, repr=False)


@form
class OrderBy:
    """`| order by …`."""

    keys: tuple[OrderKey, ...]
    span: Span = field(compare=False, repr=False)


@form
class LimitTo:
    """`| limit n`."""

    number: Integer | Parameter
    span: Span = field(compare=False, repr=False)


Stage = Where | Select | Count | Stats | Top | Distinct | Timeline | OrderBy | LimitTo


# --- statements -----------------------------------------------------------


@form
class Query:
    """One query; a clause that was not written is None."""

    filter: Expr | None = None
    order: tuple[OrderKey, ...] = ()
    limit: Integer | Parameter | None = None
    offset: Integer | Parameter | None = None
    page: Page | None = None
    page_size: Integer | Parameter | None = None
    cursor: Cursor | None = None
    stages: tuple[Stage, ...] = ()
    span: Span = field(default=Span(0, 0), compare=False, repr=False)


@form
class Param:
    """`param since = -7d` or `param who`; a list default is a tuple."""

    name: str
    default: Value | tuple[Item, ...] | None
    span: Span = field(compare=False, repr=False)


@form
class Let:
    """`let @name = FILTER`."""

    name: str
    filter: Expr
    span: Span = field(compare=False, repr=False)


@form
class Zone:
    """`tz 'Europe/Berlin'`."""

    name: Text
    span: Span = field(compare=False, repr=False)


Statement = Param | Let | Zone | Query


@form
class Script:
    """A whole text: its statements in order and its first comment.

    Attributes:
        statements: empty for a text that says nothing; the resolver reads
            that as the query for every record.
        description: the first comment, if it stands before every statement.
        warnings: what the words alone give reason to say.
    """

    statements: tuple[Statement, ...]
    description: str | None = field(default=None, compare=False, repr=False)
    warnings: tuple[Diagnostic, ...] = field(default=(), compare=False, repr=False)
