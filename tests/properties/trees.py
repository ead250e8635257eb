"""Drawn syntax trees: every node, every value that a text can hold.

In: a `random.Random`. Out: trees as the parser builds them (a list holds runs
of integers, no term of an And is an And); names and values need not exist.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from auditql.catalog.kinds import Unit
from auditql.catalog.operators import Comparator, TextOperator
from auditql.diagnostics.model import Span
from auditql.language import syntax

AT = Span(0, 0)
T = TypeVar("T")

NAMES = ("action", "actor_id", "x", "_y1", "größe", "last", "count", "orders", "notes")
WORDS = (
    "login", "User", "group", "a-b.c", "zendesk/app_market/app", "last", "This", "by",
    "order", "and", "not", "null", "now-shop", "räumung", "now.x", "andy", "like", "_",
)  # fmt: skip
TEXTS = (
    "", "a", "it's", 'say "x"', "\\", "\\\\", "\\n", "a\nb\tc\r", "\\d+", "\\'", "''",
    "-- no comment", "/* x */", "\x00\x1b\x7f\x85", "\ud800", "\udd80\ud83e",
    "🦀 東京 e\u0301", "\u202e\u2028\ufeff", "\\u0041", "a\\", "%_\\%", "# ; | ( ,",
)  # fmt: skip
ADDRESSES = (
    "10.0.0.1", "0.0.0.0/0", "203.0.113.0/24", "::", "::1", "2001:DB8::/32",
    "::ffff:10.0.0.1", "fe80::1/128", "1:2:3:4:5:6:7:8", "999.1.1.1",
)  # fmt: skip
TIMES = (
    "2026-02", "2026-02-01", "2026-02-01T08:00", "2026-02-01T08:00Z",
    "2026-02-01T08:00:30", "2026-02-01T08:00:30+05:30", "9999-99-99",
)  # fmt: skip
NUMBERS = (0, 1, -1, 7, 2026, 10**18, -(2**63), 10**30)
COUNTS = (0, 1, 7, 90, 10**6)


def random_script(rng: Random) -> syntax.Script:
    """A whole text: definitions and queries in any order."""
    count = rng.choice((1, 1, 1, 2, 3, 5))
    return syntax.Script(tuple(_statement(rng) for _ in range(count)))


def random_expression(rng: Random, depth: int) -> syntax.Expr:
    """A filter, at most `depth` levels of logic above its tests."""
    luck = rng.random()
    if depth <= 0 or luck < 0.35:
        return random_test(rng)
    if luck < 0.55:
        return syntax.Not(random_expression(rng, depth - 1), AT)
    kind = syntax.And if luck < 0.78 else syntax.Or
    terms: list[syntax.Expr] = []
    while len(terms) < rng.choice((2, 2, 3, 4)):
        term = random_expression(rng, depth - 1)
        terms += term.terms if isinstance(term, kind) else (term,)
    return kind(tuple(terms), AT)


def random_test(rng: Random) -> syntax.Test:
    """One test of any sort."""
    return rng.choice(_TESTS)(rng)


def random_value(rng: Random) -> syntax.Value:
    """A value of any sort."""
    return rng.choice(_VALUES)(rng)


def _statement(rng: Random) -> syntax.Statement:
    luck = rng.random()
    if luck < 0.15:
        default = rng.choice((None, random_value(rng), _items(rng)))
        return syntax.Param(rng.choice(NAMES), default, AT, AT)
    if luck < 0.3:
        return syntax.Let(rng.choice(NAMES), random_expression(rng, 3), AT)
    if luck < 0.35:
        return syntax.Zone(_text(rng), AT)
    return _query(rng)


def _query(rng: Random) -> syntax.Query:
    """A query that says something: the empty one is no statement."""
    made = syntax.Query(
        filter=_maybe(rng, lambda r: random_expression(r, 4), 0.8),
        order=_some(rng, _order_key) if rng.random() < 0.3 else (),
        limit=_maybe(rng, _number, 0.3),
        offset=_maybe(rng, _number, 0.2),
        page=_maybe(rng, _page, 0.15),
        page_size=_maybe(rng, _number, 0.2),
        cursor=_maybe(rng, _cursor, 0.15),
        stages=_some(rng, _stage) if rng.random() < 0.4 else (),
    )
    return made if made != syntax.Query() else _query(rng)


def _maybe(rng: Random, make: Callable[[Random], T], chance: float) -> T | None:
    return make(rng) if rng.random() < chance else None


def _some(rng: Random, make: Callable[[Random], T], most: int = 3) -> tuple[T, ...]:
    return tuple(make(rng) for _ in range(rng.randint(1, most)))


# --- values


def _text(rng: Random) -> syntax.Text:
    if rng.random() < 0.5:
        return syntax.Text(rng.choice(TEXTS), AT)
    pool = "ab'\"\\nu0041%_ \n\t\r\x07\x7f\x85\ud83e\udd80é\u2028;|#-/*"
    text = "".join(rng.choice(pool) for _ in range(rng.randint(0, 12)))
    # Two surrogates that meet are one character, in Python as in the text.
    joined = text.encode("utf-16-le", "surrogatepass")
    return syntax.Text(joined.decode("utf-16-le", "surrogatepass"), AT)


def _word(rng: Random) -> syntax.Word:
    return syntax.Word(rng.choice(WORDS), AT)


def _integer(rng: Random) -> syntax.Integer:
    return syntax.Integer(rng.choice(NUMBERS), AT)


def _address(rng: Random) -> syntax.Address:
    return syntax.Address(rng.choice(ADDRESSES), AT)


def _parameter(rng: Random) -> syntax.Parameter:
    return syntax.Parameter(rng.choice(NAMES), AT)


def _duration(rng: Random) -> syntax.Duration:
    return syntax.Duration(rng.choice(COUNTS), rng.choice(tuple(Unit)), AT)


def _time(rng: Random) -> syntax.TimeLiteral:
    return syntax.TimeLiteral(rng.choice(TIMES), AT)


def _anchor(rng: Random) -> syntax.Anchor:
    word = rng.choice(("now", "today", "yesterday"))
    if rng.random() < 0.4:
        return syntax.Anchor(rng.choice((word, word.upper())), (), AT)
    return syntax.Anchor(word, _some(rng, _shift), AT)


def _shift(rng: Random) -> syntax.Shift:
    unit = rng.choice(tuple(Unit))
    return syntax.Shift(rng.choice((1, -1)), rng.choice(COUNTS), unit, AT)


def _ago(rng: Random) -> syntax.Ago:
    return syntax.Ago(rng.choice(COUNTS), rng.choice(tuple(Unit)), AT)


def _rolling(rng: Random) -> syntax.Rolling:
    return syntax.Rolling(rng.choice(COUNTS), rng.choice(tuple(Unit)), AT)


def _calendar(rng: Random) -> syntax.Calendar:
    return syntax.Calendar(rng.random() < 0.5, rng.choice(tuple(Unit)), AT)


_ITEMS: tuple[Callable[[Random], syntax.Value], ...] = (
    _text, _text, _word, _address, _parameter, _duration, _time, _anchor, _ago,
    _rolling, _calendar,
)  # fmt: skip
_VALUES = (*_ITEMS, _integer, _integer)


def _items(rng: Random) -> tuple[syntax.Item, ...]:
    """A list as the parser gives it: no two runs stand side by side."""
    made: list[syntax.Item] = []
    for _ in range(rng.randint(1, 5)):
        after_run = bool(made) and isinstance(made[-1], syntax.IntegerRun)
        if rng.random() < 0.4 and not after_run:
            numbers = tuple(rng.choice(NUMBERS) for _ in range(rng.randint(1, 4)))
            made.append(syntax.IntegerRun(numbers, syntax.RunSpans(()), AT))
        else:
            item = rng.choice(_ITEMS)(rng)
            assert not isinstance(item, syntax.Integer)
            made.append(item)
    return tuple(made)


# --- operands and tests


def _name(rng: Random) -> syntax.Name:
    return syntax.Name(rng.choice(NAMES), AT)


def _operand(rng: Random) -> syntax.Operand:
    if rng.random() < 0.75:
        return _name(rng)
    arguments = _some(rng, lambda r: r.choice((_name, _name, _duration))(r), 2)
    return syntax.Call(_name(rng), arguments, AT)


def _negated(rng: Random) -> bool:
    return rng.random() < 0.4


def _comparison(rng: Random) -> syntax.Comparison:
    op = rng.choice(tuple(Comparator))
    return syntax.Comparison(_operand(rng), op, random_value(rng), AT, AT)


def _in(rng: Random) -> syntax.In:
    return syntax.In(_operand(rng), _items(rng), _negated(rng), AT, AT)


def _in_one(rng: Random) -> syntax.InOne:
    return syntax.InOne(_operand(rng), random_value(rng), _negated(rng), AT, AT)


def _between(rng: Random) -> syntax.Between:
    low, high = random_value(rng), random_value(rng)
    return syntax.Between(_operand(rng), low, high, _negated(rng), AT, AT)


def _text_test(rng: Random) -> syntax.TextTest:
    op = rng.choice(tuple(TextOperator))
    return syntax.TextTest(_operand(rng), op, random_value(rng), _negated(rng), AT, AT)


def _is_null(rng: Random) -> syntax.IsNull:
    return syntax.IsNull(_operand(rng), _negated(rng), AT)


def _search(rng: Random) -> syntax.Search:
    return syntax.Search(_text(rng), AT)


def _reference(rng: Random) -> syntax.Reference:
    return syntax.Reference(rng.choice(NAMES), AT)


_TESTS: tuple[Callable[[Random], syntax.Test], ...] = (
    _comparison, _comparison, _in, _in, _in_one, _between, _text_test, _is_null,
    _search, _reference,
)  # fmt: skip


# --- clauses and stages


def _number(rng: Random) -> syntax.Integer | syntax.Parameter:
    if rng.random() < 0.3:
        return _parameter(rng)
    return syntax.Integer(rng.choice((0, 1, 50, 10**12)), AT)


def _order_key(rng: Random) -> syntax.OrderKey:
    return syntax.OrderKey(_operand(rng), rng.random() < 0.5, AT)


def _page(rng: Random) -> syntax.Page:
    return syntax.Page(_number(rng), _maybe(rng, _number, 0.5), AT)


def _cursor(rng: Random) -> syntax.Cursor:
    token = rng.choice((_text, _parameter))(rng)
    return syntax.Cursor(rng.random() < 0.5, token, AT)


def _key(rng: Random) -> syntax.Key:
    return syntax.Key(_operand(rng), _maybe(rng, _name, 0.4), AT)


def _keys(rng: Random) -> Sequence[syntax.Key]:
    return _some(rng, _key) if rng.random() < 0.7 else ()


def _aggregate(rng: Random) -> syntax.AggregateCall:
    operand, alias = _maybe(rng, _operand, 0.6), _maybe(rng, _name, 0.4)
    return syntax.AggregateCall(_name(rng), operand, alias, AT)


_STAGES: tuple[Callable[[Random], syntax.Stage], ...] = (
    lambda r: syntax.Where(random_expression(r, 2), AT),
    lambda r: syntax.Select(_some(r, _key), AT),
    lambda r: syntax.Count(tuple(_keys(r)), AT),
    lambda r: syntax.Stats(_some(r, _aggregate), tuple(_keys(r)), AT),
    lambda r: syntax.Top(_number(r), _some(r, _key), AT),
    lambda r: syntax.Distinct(_some(r, _key), AT),
    lambda r: syntax.Timeline(_maybe(r, _duration, 0.5), tuple(_keys(r)), AT),
    lambda r: syntax.OrderBy(_some(r, _order_key), AT),
    lambda r: syntax.LimitTo(_number(r), AT),
)


def _stage(rng: Random) -> syntax.Stage:
    return rng.choice(_STAGES)(rng)
