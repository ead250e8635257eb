r"""Tests of text: contains, starts and ends with, like, ilike, patterns.

In: a node of text, an operator, what was written behind it. Out: a condition. Case
is folded by replacing letters of the column, see `folding`; LIKE is written anew
from its parts, with its escapes, and as GLOB where an engine's LIKE ignores case.
"""

from collections.abc import Sequence
from typing import assert_never

from sqlglot import exp

from auditql.catalog.like import Part, Wild, parse_like
from auditql.catalog.operators import TextOperator
from auditql.catalog.text import fold
from auditql.providers.warehouse.bindings import Bindings
from auditql.providers.warehouse.engines import Functions
from auditql.providers.warehouse.folding import folding_for, folding_of_whole
from auditql.providers.warehouse.nodes import Node, equal, not_null, paren, string
from auditql.providers.warehouse.refusals import READ_HERE, Refused
from auditql.providers.warehouse.regexes import portable
from auditql.providers.warehouse.statement import Dialect

_LIKE = {Wild.ANY: "%", Wild.ONE: "_"}
_GLOB = {Wild.ANY: "*", Wild.ONE: "?"}


class TextTests:
    """Makes conditions of tests of text."""

    def __init__(self, functions: Functions, bindings: Bindings) -> None:
        """Take what all tests of a statement share."""
        self._functions = functions
        self._bindings = bindings

    def match(self, text: Node, op: TextOperator, value: str) -> Node:
        """The condition of an operator.

        Raises:
            Refused: the engine cannot say it exactly.
        """
        match op:
            case TextOperator.CONTAINS:
                return self.contains(text, value)
            case TextOperator.STARTS_WITH:
                return self._folded_like(text, [fold(value), Wild.ANY])
            case TextOperator.ENDS_WITH:
                return self._folded_like(text, [Wild.ANY, fold(value)])
            case TextOperator.LIKE:
                return self._like(text, parse_like(value))
            case TextOperator.ILIKE:
                parts = parse_like(value)
                return self._folded_like(
                    text, [fold(p) if isinstance(p, str) else p for p in parts]
                )
            case TextOperator.MATCHES | TextOperator.IMATCHES:
                engine = self._functions.engine
                ignores = op is TextOperator.IMATCHES
                pattern = portable(value, engine, ignores_case=ignores)
                return self._functions.matches(text, self._bindings.text(pattern))
            case _:
                assert_never(op)

    def contains(self, text: Node, piece: str) -> Node:
        """Whether the piece is in the text, in any case."""
        wanted = fold(piece)
        if not wanted:
            return not_null(text)
        folded = self._functions.replaced(text, folding_for([wanted]))
        return self._functions.contains(folded, self._bindings.text(wanted))

    def _folded_like(self, text: Node, parts: Sequence[Part]) -> Node:
        literals = [p for p in parts if isinstance(p, str) and p]
        parts = [p for p in parts if p != ""]
        whole = len(parts) == 1 and bool(literals)
        letters = (folding_of_whole if whole else folding_for)(literals)
        if letters.several and Wild.ONE in parts:
            shown = ", ".join(letter for letter, _ in letters.several[:3])
            raise Refused(
                f"`_` in a pattern in any case, beside letters that {shown} fold to",
                f"write `%` or the letter itself, use `like`, or {READ_HERE}",
            )
        return self._like(self._functions.replaced(text, letters), parts, text)

    def _like(self, text: Node, parts: Sequence[Part], of: Node | None = None) -> Node:
        """Whether a text is of a pattern.

        Args:
            text: perhaps with its letters replaced.
            parts: of the pattern.
            of: the text as it is; None where it is that.
        """
        if all(isinstance(p, str) for p in parts):
            whole = "".join(p for p in parts if isinstance(p, str))
            return equal(text, self._bindings.text(whole))
        if list(parts) == [Wild.ANY]:
            return not_null(text)
        if self._functions.dialect is Dialect.SQLITE:  # its LIKE ignores case
            return self._glob(text, parts, text if of is None else of)
        pattern = "".join(map(_like_part, parts))
        like = exp.Like(
            this=paren(text.copy()), expression=self._bindings.text(pattern)
        )
        if not self._functions.engine.escapes:
            return like
        return exp.Escape(this=like, expression=string("\\"))

    def _glob(self, text: Node, parts: Sequence[Part], of: Node) -> Node:
        pattern = "".join(map(_glob_part, parts))
        if "\0" in pattern:
            raise Refused("the letter NUL in a pattern", READ_HERE)
        glob = exp.Glob(
            this=paren(text.copy()), expression=self._bindings.text(pattern)
        )
        first, *rest = parts
        if isinstance(first, str) and rest == [Wild.ANY]:
            return glob  # what is behind these letters is equal
        return self._functions.whole(glob, of)


def _like_part(part: Part) -> str:
    if isinstance(part, Wild):
        return _LIKE[part]
    return "".join("\\" + c if c in "\\%_" else c for c in part)


def _glob_part(part: Part) -> str:
    if isinstance(part, Wild):
        return _GLOB[part]
    return "".join(f"[{c}]" if c in "*?[" else c for c in part)
