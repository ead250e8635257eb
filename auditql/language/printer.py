"""From a syntax tree to its canonical text.

In: a Script or a filter. Out: text that parses to an equal tree: keywords in
lower case, one blank between words, no parentheses but those that count and
those around an `and` beside an `or`, which nobody should have to think about.
Comments are not in the tree; who wants them back finds them with `comments`.
"""

from collections.abc import Sequence
from typing import assert_never

from auditql.catalog.kinds import Unit
from auditql.catalog.limits import NESTING
from auditql.catalog.operators import TextOperator
from auditql.language import syntax

LINE = 88
"""Longest line that is left whole; a longer query gets one clause a line."""


def format_script(script: syntax.Script) -> str:
    """The canonical text of a script; one statement a line where there are more."""
    lines = [format_statement(s) for s in script.statements]
    return ";\n".join(lines)


def format_statement(statement: syntax.Statement) -> str:
    """The canonical text of one statement, without a semicolon."""
    match statement:
        case syntax.Param(name, default):
            if default is None:
                return f"param {name}"
            return f"param {name} = {format_value(default)}"
        case syntax.Let(name, filter_):
            return f"let @{name} = {format_filter(filter_)}"
        case syntax.Zone(zone):
            return f"tz {quoted(zone.value)}"
        case syntax.Query():
            return _query(statement)
        case _:
            assert_never(statement)


def format_filter(expr: syntax.Expr) -> str:
    """The canonical text of a filter."""
    return _filter(expr, grouped=_levels(expr) <= NESTING)


def _filter(expr: syntax.Expr, *, grouped: bool) -> str:
    """The text of a filter, an `and` in an `or` in parentheses if grouped."""
    match expr:
        case syntax.Or(terms) if grouped:
            return " or ".join(_term(t, syntax.And, grouped=True) for t in terms)
        case syntax.Or(terms):
            return " or ".join(_filter(t, grouped=False) for t in terms)
        case syntax.And(terms):
            return " and ".join(_term(t, syntax.Or, grouped=grouped) for t in terms)
        case syntax.Not(term):
            both = syntax.Or | syntax.And
            return "not " + _term(term, both, grouped=grouped)
        case _:
            return _test(expr)


def _levels(expr: syntax.Expr) -> int:
    """How deeply the text of a filter is nested at most, if grouped."""
    deepest = 0
    waiting = [(expr, 0)]
    while waiting:
        node, depth = waiting.pop()
        match node:
            case syntax.Or(terms) | syntax.And(terms):
                waiting.extend((term, depth + 1) for term in terms)
            case syntax.Not(term):
                waiting.append((term, depth + 1))
            case _:
                deepest = max(deepest, depth)
    return deepest


def format_value(value: syntax.Value | tuple[syntax.Item, ...]) -> str:
    """The canonical text of a value, or of a list in its parentheses."""
    return _items(value) if isinstance(value, tuple) else _value(value)


def quoted(text: str) -> str:
    """The text between single quotes, so that it is read back unchanged."""
    made = []
    for place, character in enumerate(text):
        code = ord(character)
        if character == "'":
            made.append("''")
        elif character == "\\":
            following = text[place + 1 : place + 2]
            doubled = following in ("", *"nt\\'\"u") or not following.isprintable()
            made.append("\\\\" if doubled else "\\")
        elif character in _ESCAPES:
            made.append(_ESCAPES[character])
        elif code < 0x20 or code == 0x7F or 0xD800 <= code <= 0xDFFF:
            made.append(f"\\u{code:04x}")
        else:
            made.append(character)
    return "'" + "".join(made) + "'"


_ESCAPES = {"\n": "\\n", "\t": "\\t"}


def _term(term: syntax.Expr, kinds: object, *, grouped: bool) -> str:
    """A term, in parentheses if it is one of these kinds."""
    text = _filter(term, grouped=grouped)
    if isinstance(term, kinds):  # type: ignore[arg-type] # a union of classes
        return f"({text})"
    return text


def _test(test: syntax.Test) -> str:
    match test:
        case syntax.Comparison(operand, op, value):
            return f"{_operand(operand)} {op.value} {_value(value)}"
        case syntax.In(operand, items, negated):
            return f"{_operand(operand)} {_not(negated)}in {_items(items)}"
        case syntax.InOne(operand, value, negated):
            return f"{_operand(operand)} {_not(negated)}in {_value(value)}"
        case syntax.Between(operand, low, high, negated):
            ends = f"{_value(low)} and {_value(high)}"
            return f"{_operand(operand)} {_not(negated)}between {ends}"
        case syntax.TextTest(operand, op, value, negated):
            return f"{_operand(operand)} {_text_operator(op, negated)} {_value(value)}"
        case syntax.IsNull(operand, negated):
            return f"{_operand(operand)} is {_not(negated)}null"
        case syntax.Search(text):
            return quoted(text.value)
        case syntax.Reference(name):
            return f"@{name}"
        case _:
            assert_never(test)


def _not(negated: bool) -> str:
    return "not " if negated else ""


def _text_operator(op: TextOperator, negated: bool) -> str:
    if op in (TextOperator.MATCHES, TextOperator.IMATCHES):
        return f"{'!' if negated else ''}{op.value}"
    return f"{_not(negated)}{op.value}"


def _operand(operand: syntax.Operand) -> str:
    match operand:
        case syntax.Name(name):
            return name
        case syntax.Call(function, arguments):
            inner = ", ".join(
                a.value if isinstance(a, syntax.Name) else _duration(a.count, a.unit)
                for a in arguments
            )
            return f"{function.value}({inner})"
        case _:
            assert_never(operand)


def _items(items: Sequence[syntax.Item]) -> str:
    return "(" + ", ".join(_item(item) for item in items) + ")"


def _item(item: syntax.Item) -> str:
    if isinstance(item, syntax.IntegerRun):
        return ", ".join(map(str, item.values))
    return _value(item)


def _value(value: syntax.Value) -> str:
    match value:
        case syntax.Text(text):
            return quoted(text)
        case syntax.Word(word):
            return word
        case syntax.Integer(number):
            return str(number)
        case syntax.Address(text):
            return text
        case syntax.Parameter(name):
            return f":{name}"
        case syntax.Duration(count, unit):
            return _duration(count, unit)
        case _:
            return _moment(value)


def _moment(moment: syntax.Moment) -> str:
    match moment:
        case syntax.TimeLiteral(text):
            return text
        case syntax.Anchor(text, shifts):
            return text + "".join(
                f" {'+' if s.sign > 0 else '-'} {_duration(s.count, s.unit)}"
                for s in shifts
            )
        case syntax.Ago(count, unit):
            return f"-{_duration(count, unit)}"
        case syntax.Rolling(count, unit):
            return f"last {_duration(count, unit)}"
        case syntax.Calendar(is_last, unit):
            return f"{'last' if is_last else 'this'} {unit.word}"
        case _:
            assert_never(moment)


def _duration(count: int, unit: Unit) -> str:
    if unit is Unit.QUARTER:
        return f"{count} quarters"
    return f"{count}{unit.value}"


# --- clauses and stages ---------------------------------------------------


def _query(query: syntax.Query) -> str:
    parts = [] if query.filter is None else [format_filter(query.filter)]
    if query.order:
        parts.append("order by " + _order(query.order))
    if query.limit is not None:
        parts.append(f"limit {_value(query.limit)}")
    if query.offset is not None:
        parts.append(f"offset {_value(query.offset)}")
    if query.page is not None:
        parts.append(f"page {_value(query.page.number)}")
        if query.page.size is not None:
            parts[-1] += f" size {_value(query.page.size)}"
    if query.page_size is not None:
        parts.append(f"page size {_value(query.page_size)}")
    if query.cursor is not None:
        word = "after" if query.cursor.is_after else "before"
        parts.append(f"{word} {_value(query.cursor.token)}")
    parts += [f"| {_stage(stage)}" for stage in query.stages]
    whole = " ".join(parts)
    return whole if len(whole) <= LINE else "\n".join(parts)


def _order(keys: Sequence[syntax.OrderKey]) -> str:
    return ", ".join(("-" if k.descending else "") + _operand(k.operand) for k in keys)


def _keys(keys: Sequence[syntax.Key]) -> str:
    return ", ".join(
        _operand(k.operand) + (f" as {k.alias.value}" if k.alias else "") for k in keys
    )


def _by(keys: Sequence[syntax.Key]) -> str:
    return f" by {_keys(keys)}" if keys else ""


def _aggregate(call: syntax.AggregateCall) -> str:
    inner = _operand(call.operand) if call.operand else ""
    alias = f" as {call.alias.value}" if call.alias else ""
    return f"{call.function.value}({inner}){alias}"


def _stage(stage: syntax.Stage) -> str:
    match stage:
        case syntax.Where(filter_):
            return f"where {format_filter(filter_)}"
        case syntax.Select(keys):
            return f"select {_keys(keys)}"
        case syntax.Count(keys):
            return "count" + _by(keys)
        case syntax.Stats(aggregates, keys):
            return "stats " + ", ".join(map(_aggregate, aggregates)) + _by(keys)
        case syntax.Top(number, keys):
            return f"top {_value(number)} {_keys(keys)}"
        case syntax.Distinct(keys):
            return f"distinct {_keys(keys)}"
        case syntax.Timeline(step, keys):
            length = f" {_value(step)}" if step else ""
            return "timeline" + length + _by(keys)
        case syntax.OrderBy(keys):
            return "order by " + _order(keys)
        case syntax.LimitTo(number):
            return f"limit {_value(number)}"
        case _:
            assert_never(stage)
