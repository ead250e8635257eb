"""Which names a text mentions: its parameters, its filters with a name.

In: a node of the syntax tree, or several. Out: the nodes that name something,
wherever they stand. What a name means is not decided here.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from auditql.language import syntax

Mention = syntax.Parameter | syntax.Param | syntax.Reference
"""`:name` used, `param name` declared, `@name` used."""


def mentions(node: object) -> Iterator[Mention]:
    """The mentions in a node, in the order of its parts."""
    match node:
        case syntax.Parameter() | syntax.Reference():
            yield node
        case syntax.Param():
            yield node
            yield from mentions(node.default)
        case syntax.IntegerRun():
            return  # thousands of numbers, and no name
        case tuple():
            for item in node:
                yield from mentions(item)
        case _ if is_dataclass(node):
            for part in fields(node):
                yield from mentions(getattr(node, part.name))
        case _:
            return


def parameters_in(node: object) -> frozenset[str]:
    """The parameters that a node declares or uses, without the colon."""
    kinds = (syntax.Parameter, syntax.Param)
    return frozenset(m.name for m in mentions(node) if isinstance(m, kinds))
