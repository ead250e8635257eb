"""A filter written out as the source text of Python functions.

In: a checked filter and its zone. Out: source text and the constants it names.
The text holds names that are made here, names of fields that stand in the
catalog, and operators; a value of a query is only ever a constant `k6`, `k7`, ...
so nothing that a person wrote becomes code. Nothing is compiled here.

Terms of `and` and `or` are ordered by what they cost, cheap ones first; tests
have no effect, so that changes nothing but the time. No step recurses, and
what is nested deeply is written as functions of its own, because Python's
parser has a bound on nesting.
"""

from collections.abc import Sequence

from auditql.catalog.forms import form
from auditql.language import query
from auditql.plan.codegen_tests import CALL_COST, Code, Writer

MOST_NESTED = 40
"""Levels of parentheses in one expression; Python's parser takes 200."""


@form
class Source:
    """What was written.

    Attributes:
        text: defines `run(records, keep)`, which calls `keep` with each record
            that passes, in order.
        names: the constants and functions that the text uses, by name.
    """

    text: str
    names: dict[str, object]


def write(
    whole: query.Filter, zone: str, columns: Sequence[query.Column] | None = None
) -> Source:
    """The filter as source text and the constants it names.

    Args:
        whole: the filter.
        zone: name of the IANA zone that days and hours are read in.
        columns: of the rows that are tested; None where they are records.

    Raises:
        AssertionError: of records, and the filter names a column of a stage.
        KeyError: no zone has that name, or the rows have no such column.
    """
    writer = Writer(zone, columns)
    condition = _condition(whole, writer)
    values = "r.raw.get" if columns is None else "None"
    loop = (
        "def run(records, keep):\n"
        " for r in records:\n"
        f"  g = {values}\n"
        f"  if {condition.text}:\n"
        "   keep(r)\n"
    )
    return Source("".join(writer.functions) + loop, writer.names)


def _condition(whole: query.Filter, writer: Writer) -> Code:
    """The expression of a filter, built from the leaves up."""
    waiting: list[tuple[query.Filter, bool]] = [(whole, False)]
    done: list[Code] = []
    while waiting:
        node, has_terms = waiting.pop()
        match node:
            case query.And(terms) | query.Or(terms):
                if not has_terms:
                    waiting.append((node, True))
                    waiting.extend((term, False) for term in reversed(terms))
                    continue
                split = len(done) - len(terms)
                parts = done[split:]
                del done[split:]
                done.append(_joined(isinstance(node, query.And), parts, writer))
            case query.Not(term):
                if not has_terms:
                    waiting.append((node, True))
                    waiting.append((term, False))
                    continue
                inner = done.pop()
                done.append(_bounded(f"(not {inner.text})", [inner], writer))
            case _:
                done.append(writer.test(node))
    (code,) = done
    return code


def _joined(is_and: bool, parts: list[Code], writer: Writer) -> Code:
    """Terms under one `and` or `or`, cheap ones first."""
    if not parts:
        return Code("True" if is_and else "False", 0)
    if len(parts) == 1:
        return parts[0]
    parts = sorted(parts, key=lambda part: part.cost)
    word = " and " if is_and else " or "
    return _bounded(f"({word.join(part.text for part in parts)})", parts, writer)


def _bounded(text: str, parts: list[Code], writer: Writer) -> Code:
    """The expression, put into a function if it is nested too deeply."""
    depth = 1 + max(part.depth for part in parts)
    cost = sum(part.cost for part in parts)
    if depth < MOST_NESTED:
        return Code(text, cost, depth)
    return Code(f"{writer.function('r, g', text)}(r, g)", cost + CALL_COST)
