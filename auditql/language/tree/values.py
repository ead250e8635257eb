"""Values and times, from their tokens to their nodes.

In: the children of a rule. Out: its node, text unquoted and numbers read;
what a word or a number is to mean is not asked.
"""

import re
from collections.abc import Iterator, Sequence

from lark import Token

from auditql.catalog.kinds import Unit
from auditql.language import syntax
from auditql.language.tree.places import over, span

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)|''|\"\"", re.S)
_PLAIN = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}
_UNITS = {u.name: u for u in Unit} | {u.name + "S": u for u in Unit}
"""Units by the terminal of their word; `week` and `weeks` say the same."""


def unquote(literal: str) -> str:
    """The text that a quoted string stands for; unknown escapes stay as they are."""
    quote, body = literal[0], literal[1:-1]
    if "\\" not in body and quote not in body:
        return body

    def one(match: re.Match[str]) -> str:
        escape = match[1]
        if escape is None:
            return quote if match[0] == quote * 2 else match[0]
        if escape in _PLAIN:
            return _PLAIN[escape]
        if len(escape) == 5:
            return chr(int(escape[1:], 16))
        return match[0]

    text = _ESCAPE.sub(one, body)
    if "\\u" in body:  # a pair of \\u escapes is one character beyond U+FFFF
        pairs = text.encode("utf-16-le", "surrogatepass")
        text = pairs.decode("utf-16-le", "surrogatepass")
    return text


def whole(digits: str) -> int:
    """The integer that the digits write; blanks around them do not count.

    More than 4,300 digits are more than Python reads: what is that large is
    out of range anyway, and stays so when it is cut.
    """
    return int(digits.strip()[:4000])


def text(token: Token) -> syntax.Text:
    """`'api token'`."""
    return syntax.Text(unquote(token), span(token))


def word(token: Token) -> syntax.Word:
    """`login`; `last` and `this` too, where they begin no period."""
    return syntax.Word(str(token), span(token))


def address(token: Token) -> syntax.Address:
    """`203.0.113.9`, `2001:db8::/32`."""
    return syntax.Address(str(token), span(token))


def parameter(token: Token) -> syntax.Parameter:
    """`:since`."""
    return syntax.Parameter(str(token)[1:], span(token))


def integer(token: Token) -> syntax.Integer:
    """`42`."""
    return syntax.Integer(whole(token), span(token))


def negative(minus: Token, digits: Token) -> syntax.Integer:
    """`-42`, blanks or comments between its two tokens or not."""
    return syntax.Integer(-whole(digits), over(minus, digits))


def integers(token: Token) -> syntax.IntegerRun:
    """`1, 2, 3`: one token, so that long lists are read quickly."""
    at = span(token)
    spans = syntax.RunSpans(((at.start, str(token)),))
    return syntax.IntegerRun(tuple(map(whole, token.split(","))), spans, at)


# --- times


def glued(token: Token) -> syntax.Duration:
    """`7d`."""
    letters = token.lstrip("0123456789")
    count = whole(token[: len(token) - len(letters)])
    return syntax.Duration(count, Unit(letters), span(token))


def spelled(count: Token, unit: Token) -> syntax.Duration:
    """`24 hours`."""
    return syntax.Duration(whole(count), _UNITS[unit.type], over(count, unit))


def time(token: Token) -> syntax.TimeLiteral:
    """`2026-02-01T08:00Z`."""
    return syntax.TimeLiteral(token.upper(), span(token))


def shift(sign: Token, length: syntax.Duration) -> syntax.Shift:
    """`- 7d` behind an anchor."""
    direction = 1 if sign == "+" else -1
    return syntax.Shift(direction, length.count, length.unit, over(sign, length))


def anchor(token: Token, *shifts: syntax.Shift) -> syntax.Anchor:
    """`now`, `today - 7d`."""
    if not shifts:
        return syntax.Anchor(str(token), (), span(token))
    return syntax.Anchor(token.casefold(), shifts, over(token, shifts[-1]))


def ago(length: syntax.Duration, ago_: Token) -> syntax.Ago:
    """`7d ago`."""
    return syntax.Ago(length.count, length.unit, over(length, ago_))


def before_now(minus: Token, length: syntax.Duration) -> syntax.Ago:
    """`-7d`."""
    return syntax.Ago(length.count, length.unit, over(minus, length))


def rolling(last: Token, length: syntax.Duration) -> syntax.Rolling:
    """`last 24 hours`."""
    return syntax.Rolling(length.count, length.unit, over(last, length))


def calendar(which: Token, unit: Token) -> syntax.Calendar:
    """`last week`, `this month`."""
    is_last = which.type == "LAST"
    return syntax.Calendar(is_last, _UNITS[unit.type], over(which, unit))


# --- lists


def items(*values: syntax.Value | syntax.IntegerRun) -> tuple[syntax.Item, ...]:
    """The items of a list, neighbouring integers joined to runs."""
    if len(values) == 1 and isinstance(only := values[0], syntax.IntegerRun):
        return (only,)
    return tuple(joined(values))


def joined(
    values: Sequence[syntax.Value | syntax.IntegerRun],
) -> Iterator[syntax.Item]:
    """The values of a list with neighbouring integers joined to runs."""
    runs: list[syntax.IntegerRun] = []
    for value in values:
        if isinstance(value, syntax.IntegerRun):
            runs.append(value)
        elif isinstance(value, syntax.Integer):
            runs.append(syntax.run_of_one(value))
        else:
            if runs:
                yield _one_run(runs)
                runs = []
            yield value
    if runs:
        yield _one_run(runs)


def _one_run(runs: Sequence[syntax.IntegerRun]) -> syntax.IntegerRun:
    """Several runs that stand side by side as one."""
    if len(runs) == 1:
        return runs[0]
    return syntax.IntegerRun(
        tuple(value for run in runs for value in run.values),
        syntax.RunSpans(tuple(piece for run in runs for piece in run.spans.pieces)),
        over(runs[0], runs[-1]),
    )


def default_list(
    _open: Token, values: tuple[syntax.Item, ...], _close: Token
) -> tuple[syntax.Item, ...]:
    """`(1, 2)` as the default of a parameter."""
    return values
