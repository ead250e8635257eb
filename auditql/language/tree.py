"""Build the syntax tree while the parser runs: one short method a rule.

In: tokens and finished nodes of a rule. Out: its node. Nothing is decided
here that the words on the page do not say; names and values stay as written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lark import Token, Transformer

from auditql.catalog.kinds import Unit
from auditql.catalog.operators import Comparator, TextOperator
from auditql.diagnostics.model import Span
from auditql.language import syntax

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)|''|\"\"", re.S)
_PLAIN = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}
_DURATION = re.compile(r"(\d+)(\w+)")
_COMPARATORS = {c.value: c for c in Comparator}
_UNITS = {u.word: u for u in Unit} | {u.word + "s": u for u in Unit}
_TEXT_OPERATORS = {
    "contains": TextOperator.CONTAINS,
    "starts": TextOperator.STARTS_WITH,
    "ends": TextOperator.ENDS_WITH,
    "like": TextOperator.LIKE,
    "ilike": TextOperator.ILIKE,
    "~": TextOperator.MATCHES,
    "~*": TextOperator.IMATCHES,
}


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


def span(token: Token) -> Span:
    """The place of a token in the text."""
    start = token.start_pos or 0
    return Span(start, start + len(token))


def place(node: object) -> Span:
    """The place of a token or a node."""
    if isinstance(node, Token):
        return span(node)
    found = getattr(node, "span", None)
    assert isinstance(found, Span), node
    return found


def over(nodes: Sequence[object]) -> Span:
    """From the start of the first node or token to the end of the last."""
    return place(nodes[0]).to(place(nodes[-1]))


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause as it was met; the parser says so when a kind comes twice."""

    kind: str
    value: object
    span: Span


@dataclass(frozen=True, slots=True)
class Draft:
    """A query whose clauses are not yet sorted out."""

    filter: syntax.Expr | None
    clauses: tuple[Clause, ...]
    stages: tuple[syntax.Stage, ...]
    span: Span


class TreeBuilder(Transformer[Token, object]):
    """The callbacks of the parser: the children of a rule to its node.

    The grammar fixes what the children are, so they are taken apart by place;
    keywords without a name in the grammar are not among them.
    """

    # --- values

    def text(self, c):
        return syntax.Text(unquote(c[0]), span(c[0]))

    def word(self, c):
        return syntax.Word(str(c[0]), span(c[0]))

    def name(self, c):
        return syntax.Name(c[0].lower(), span(c[0]))

    def address(self, c):
        return syntax.Address(str(c[0]), span(c[0]))

    def parameter(self, c):
        return syntax.Parameter(str(c[0])[1:], span(c[0]))

    def integer(self, c):
        return syntax.Integer(whole(c[0]), span(c[0]))

    def negative(self, c):
        return syntax.Integer(-whole(c[1]), over(c))

    def integers(self, c):
        (token,) = c
        at = span(token)
        spans = syntax.RunSpans(((at.start, str(token)),))
        values = tuple(whole(part) for part in token.split(","))
        return syntax.IntegerRun(values, spans, at)

    def unit(self, c):
        return c[0]

    def duration(self, c):
        if len(c) == 1:
            match = _DURATION.fullmatch(c[0])
            assert match is not None
            return syntax.Duration(whole(match[1]), Unit(match[2]), span(c[0]))
        return syntax.Duration(whole(c[0]), _UNITS[c[1].lower()], over(c))

    def time(self, c):
        return syntax.TimeLiteral(c[0].upper(), span(c[0]))

    def shift(self, c):
        sign = 1 if c[0] == "+" else -1
        return syntax.Shift(sign, c[1].count, c[1].unit, over(c))

    def anchor(self, c):
        text = c[0].lower() if len(c) > 1 else str(c[0])
        return syntax.Anchor(text, tuple(c[1:]), over(c))

    def ago(self, c):
        length = next(node for node in c if isinstance(node, syntax.Duration))
        return syntax.Ago(length.count, length.unit, over(c))

    def rolling(self, c):
        return syntax.Rolling(c[1].count, c[1].unit, over(c))

    def calendar(self, c):
        return syntax.Calendar(c[0].lower() == "last", _UNITS[c[1].lower()], over(c))

    def items(self, c):
        return tuple(joined(c))

    def default_list(self, c):
        return c[1]

    # --- filters

    def call(self, c):
        function = syntax.Name(c[0].lower(), span(c[0]))
        return syntax.Call(function, tuple(c[2:-1]), over(c))

    def or_(self, c):
        return syntax.Or(tuple(flat(c, syntax.Or)), over(c))

    def and_(self, c):
        return syntax.And(tuple(flat(c, syntax.And)), over(c))

    def not_(self, c):
        return syntax.Not(c[1], over(c))

    def group(self, c):
        inner = c[1]
        if isinstance(inner, syntax.And):
            return replace(inner, parenthesised=True)
        return inner

    def comparison(self, c):
        return syntax.Comparison(c[0], _COMPARATORS[c[1]], c[2], over(c), span(c[1]))

    def in_list(self, c):
        negated, at = self._operator(c[1:-3])
        return syntax.In(c[0], c[-2], negated, over(c), at)

    def in_one(self, c):
        negated, at = self._operator(c[1:-1])
        return syntax.InOne(c[0], c[-1], negated, over(c), at)

    def during(self, c):
        return syntax.InOne(c[0], c[2], False, over(c), span(c[1]))

    def between(self, c):
        negated, at = self._operator(c[1:-2])
        return syntax.Between(c[0], c[-2], c[-1], negated, over(c), at)

    def text_test(self, c):
        negated, at = self._operator(c[1:-1])
        word = c[2 if negated else 1].lower()
        if word.startswith("!"):
            negated, word = True, word[1:]
        return syntax.TextTest(c[0], _TEXT_OPERATORS[word], c[-1], negated, over(c), at)

    def is_null(self, c):
        return syntax.IsNull(c[0], len(c) == 3, over(c))

    def search(self, c):
        at = span(c[0])
        return syntax.Search(syntax.Text(unquote(c[0]), at), at)

    def reference(self, c):
        return syntax.Reference(str(c[0])[1:], span(c[0]))

    @staticmethod
    def _operator(tokens):
        """Whether the operator's words begin with `not`, and where they stand."""
        return tokens[0].type == "NOT", over(tokens)

    # --- clauses

    def order_key(self, c):
        operand = next(n for n in c if isinstance(n, syntax.Name | syntax.Call))
        descending = c[0] is not operand or (
            c[-1] is not operand and c[-1].type == "DESC"
        )
        return syntax.OrderKey(operand, descending, over(c))

    def order(self, c):
        return Clause("order by", tuple(c[1:]), over(c))

    def limit(self, c):
        return Clause("limit", c[1], over(c))

    def offset(self, c):
        return Clause("offset", c[1], over(c))

    def page_size(self, c):
        return Clause("page size", c[1], over(c))

    def page(self, c):
        size = c[2] if len(c) > 2 else None
        return Clause("page", syntax.Page(c[1], size, over(c)), over(c))

    def cursor(self, c):
        is_after = c[0].type == "AFTER"
        kind = "after" if is_after else "before"
        return Clause(kind, syntax.Cursor(is_after, c[1], over(c)), over(c))

    # --- stages

    def key(self, c):
        alias = syntax.Name(c[1].lower(), span(c[1])) if len(c) > 1 else None
        return syntax.Key(c[0], alias, over(c))

    def keys(self, c):
        return tuple(c)

    def aggregate(self, c):
        function = syntax.Name(c[0].lower(), span(c[0]))
        operand = next((n for n in c if isinstance(n, syntax.Name | syntax.Call)), None)
        last = c[-1]
        alias = None if last.type == "RPAR" else syntax.Name(last.lower(), span(last))
        return syntax.AggregateCall(function, operand, alias, over(c))

    def where(self, c):
        return syntax.Where(c[1], over(c))

    def select(self, c):
        return syntax.Select(c[1], _stage(c))

    def count(self, c):
        return syntax.Count(c[1] if len(c) > 1 else (), _stage(c))

    def stats(self, c):
        calls = tuple(n for n in c if isinstance(n, syntax.AggregateCall))
        keys = c[-1] if isinstance(c[-1], tuple) else ()
        return syntax.Stats(calls, keys, _stage(c))

    def top(self, c):
        return syntax.Top(c[1], c[2], _stage(c))

    def distinct(self, c):
        return syntax.Distinct(c[1], _stage(c))

    def timeline(self, c):
        step = next((n for n in c if isinstance(n, syntax.Duration)), None)
        keys = c[-1] if isinstance(c[-1], tuple) else ()
        return syntax.Timeline(step, keys, _stage(c))

    def stage_order(self, c):
        return syntax.OrderBy(tuple(c[1:]), over(c))

    def stage_limit(self, c):
        return syntax.LimitTo(c[1], over(c))

    # --- statements

    def query(self, c):
        stages = tuple(n for n in c if isinstance(n, syntax.Stage))
        clauses = tuple(n for n in c if isinstance(n, Clause))
        first = c[0]
        has_filter = not isinstance(first, syntax.Stage | Clause)
        return Draft(first if has_filter else None, clauses, stages, over(c))

    def param(self, c):
        default = c[2] if len(c) > 2 else None
        end = c[1] if default is None or default == () else default
        at = _stage((c[0], end))
        return syntax.Param(str(c[1]), default, at)

    def let(self, c):
        return syntax.Let(str(c[1])[1:], c[2], over(c))

    def zone(self, c):
        return syntax.Zone(syntax.Text(unquote(c[1]), span(c[1])), over(c))

    def script(self, c):
        return tuple(c)


def _stage(children):
    """The place of a stage or statement whose last child may be a tuple of nodes."""
    last = children[-1]
    while isinstance(last, tuple):
        last = last[-1]
    return place(children[0]).to(place(last))


def flat(terms, kind):
    """The terms with those of nested nodes of the same kind in their place."""
    for term in terms:
        if isinstance(term, kind):
            yield from term.terms
        else:
            yield term


def whole(digits):
    """The integer that the digits write; blanks around them do not count.

    More than 4,300 digits are more than Python reads: what is that large is
    out of range anyway, and stays so when it is cut.
    """
    return int(digits.strip()[:4000])


def joined(items):
    """The items of a list with neighbouring integers joined to runs."""
    run: list = []
    for item in items:
        if isinstance(item, syntax.IntegerRun):
            run.append(item)
            continue
        if isinstance(item, syntax.Integer):
            text = str(item.value)
            run.append(
                syntax.IntegerRun(
                    (item.value,),
                    syntax.RunSpans(((item.span.start, text),)),
                    item.span,
                )
            )
            continue
        if run:
            yield one_run(run)
            run = []
        yield item
    if run:
        yield one_run(run)


def one_run(runs):
    """Several runs that stand side by side as one."""
    if len(runs) == 1:
        return runs[0]
    return syntax.IntegerRun(
        tuple(v for run in runs for v in run.values),
        syntax.RunSpans(tuple(p for run in runs for p in run.spans.pieces)),
        over(runs),
    )
