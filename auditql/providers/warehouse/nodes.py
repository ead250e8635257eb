"""Nodes of SQL, each put together by hand; the tree is never made of text.

In: nodes and values. Out: nodes of sqlglot. Every connective is put in parentheses
here, since a generator writes a tree as it is. Whole numbers are written so that
the smallest of 64 bits is one too.
"""

from collections.abc import Iterable, Sequence

from sqlglot import exp

from auditql.catalog.limits import INT64_MIN

Node = exp.Expr


def number(value: int) -> Node:
    """A whole number."""
    if value == INT64_MIN:  # its digits alone are no number of 64 bits
        return paren(exp.Sub(this=number(value + 1), expression=number(1)))
    digits = exp.Literal.number(str(abs(value)))
    return digits if value >= 0 else exp.Neg(this=digits)


def string(value: str) -> Node:
    """A text that stands in the statement, quoted by the dialect's generator."""
    return exp.Literal.string(value)


def name(word: str) -> exp.Identifier:
    """A quoted name."""
    return exp.to_identifier(word, quoted=True)


def column(of: str, table: str) -> Node:
    """A column of a relation that was made here."""
    return exp.Column(this=name(of), table=name(table))


def call(function: str, *arguments: Node) -> Node:
    """A function of the engine by its own name."""
    return exp.Anonymous(this=function, expressions=[a.copy() for a in arguments])


def paren(node: Node) -> Node:
    """The node in parentheses, unless it needs none."""
    if isinstance(node, exp.Binary | exp.Connector | exp.Not | exp.Neg | exp.Predicate):
        return exp.Paren(this=node)
    return node


def is_null(node: Node) -> Node:
    """Whether there is no value."""
    return exp.Is(this=paren(node.copy()), expression=exp.null())


def not_null(node: Node) -> Node:
    """Whether there is a value."""
    return exp.Not(this=exp.Paren(this=is_null(node)))


def binary(kind: type[exp.Binary], left: Node, right: Node) -> Node:
    """Two operands and what stands between them."""
    return kind(this=paren(left.copy()), expression=paren(right.copy()))


def equal(left: Node, right: Node) -> Node:
    """Whether both are equal."""
    return binary(exp.EQ, left, right)


def plus(left: Node, right: Node) -> Node:
    """The sum."""
    if right == number(0):
        return left
    return binary(exp.Add, left, right)


def minus(left: Node, right: Node) -> Node:
    """The difference."""
    if right == number(0):
        return left
    return binary(exp.Sub, left, right)


def times(left: Node, right: Node) -> Node:
    """The product."""
    if right == number(1):
        return left
    return binary(exp.Mul, left, right)


def less(left: Node, right: Node) -> Node:
    """Whether the first is smaller."""
    return binary(exp.LT, left, right)


def between(node: Node, low: Node, high: Node) -> Node:
    """Whether it lies between the two, both included."""
    return exp.Between(this=paren(node.copy()), low=low, high=high)


def joined(*parts: Node) -> Node:
    """Texts one behind the other."""
    made = paren(parts[0].copy())
    for part in parts[1:]:
        made = exp.DPipe(this=made, expression=paren(part.copy()))
    return exp.Paren(this=made)


def every(terms: Sequence[Node]) -> Node:
    """All of them; with none, true."""
    return _connected(exp.And, terms, exp.true())


def some(terms: Sequence[Node]) -> Node:
    """At least one; with none, false."""
    return _connected(exp.Or, terms, exp.false())


def _connected(kind: type[exp.Connector], terms: Sequence[Node], none: Node) -> Node:
    """Terms side by side, which a generator writes without nesting."""
    if not terms:
        return none
    if len(terms) == 1:
        return terms[0]
    made = None
    for term in terms:
        inner = term if isinstance(term, kind) else paren(term)
        made = inner if made is None else kind(this=made, expression=inner)
    assert made is not None
    return made


def opposite(term: Node, *, nullable: bool) -> Node:
    """What holds exactly where the term does not; NULL counts as not holding."""
    inner = exp.Coalesce(this=term, expressions=[exp.false()]) if nullable else term
    return exp.Not(this=paren(inner))


def one_of(node: Node, values: Iterable[Node]) -> Node:
    """Whether it is one of the values; at least one."""
    wanted = list(values)
    if len(wanted) == 1:
        return equal(node, wanted[0])
    return exp.In(this=paren(node.copy()), expressions=wanted)


def cases(pairs: Iterable[tuple[Node, Node]], default: Node | None = None) -> Node:
    """The value of the first condition that holds; else the default or NULL."""
    ifs = [exp.If(this=condition, true=value) for condition, value in pairs]
    return exp.Case(ifs=ifs, default=default)


def cast(node: Node, to: str) -> Node:
    """The value as another type, by sqlglot's name of it: BIGINT, TEXT."""
    return exp.Cast(this=node.copy(), to=exp.DataType.build(to))


def named(node: Node, word: str) -> exp.Alias:
    """A column of a SELECT."""
    return exp.Alias(this=node.copy(), alias=name(word))


def ascending(node: Node, *, nullable: bool, descending: bool = False) -> list[Node]:
    """Keys of an order, NULL last in both directions whatever a session says."""
    key = exp.Ordered(this=node.copy(), desc=descending, nulls_first=False)
    if not nullable:
        return [key]
    first = cases([(is_null(node), number(1))], number(0))
    return [exp.Ordered(this=first, desc=False, nulls_first=False), key]
