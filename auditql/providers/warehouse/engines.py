"""The few functions that a statement is made of, as each engine has them.

In: a dialect. Out: nodes of its functions. Nothing else of an engine
is ever used; each of these was executed where the engine can be had.
"""

from typing import assert_never

from sqlglot import exp

from auditql.providers.warehouse.engine_names import ENGINES
from auditql.providers.warehouse.folding import Letters
from auditql.providers.warehouse.nodes import (
    Node,
    binary,
    call,
    cases,
    cast,
    equal,
    joined,
    number,
    string,
)
from auditql.providers.warehouse.refusals import READ_HERE, Refused
from auditql.providers.warehouse.statement import Dialect

_BEHIND_NUL = "auditql cannot look behind a NUL within a text in SQLite"


class Functions:
    """Makes nodes of one engine's functions."""

    def __init__(self, dialect: Dialect) -> None:
        """Take the engine's row."""
        self.dialect = dialect
        self.engine = ENGINES[dialect]

    # --- text

    def length(self, text: Node) -> Node:
        """Its number of code points."""
        return self.whole(call(self.engine.length, text), text)

    def substring(self, text: Node, start: Node, length: Node) -> Node:
        """So many code points from a place on, the first being 1."""
        return call(self.engine.substring, text, start, length)

    def position(self, text: Node, piece: Node) -> Node:
        """Where the piece begins, above 0; 0 if it is not there."""
        if not self.engine.position:
            return call("POSITION", piece, text)
        return call(self.engine.position_of_letters, text, piece)

    def contains(self, text: Node, piece: Node) -> Node:
        """Whether the piece, which is not empty, is there."""
        if not self.engine.position:
            found = call("POSITION", piece, text)
        else:
            found = call(self.engine.position, text, piece)
        return binary(exp.GT, found, number(0))

    def replaced(self, text: Node, letters: Letters) -> Node:
        """The text with letters replaced.

        Raises:
            Refused: the engine can hold no statement that is nested so deeply.
        """
        made = text
        nested = len(letters.several)
        nested += 0 if self.engine.translate else len(letters.singles)
        if nested > self.engine.most_nested:
            raise Refused(
                f"letters of {nested} kinds, each replaced by itself",
                f"compare with a shorter text, or with `like`, or {READ_HERE}",
            )
        for letter, becoming in letters.several:
            made = self.replace(made, string(letter), string(becoming))
        if not letters.singles:
            return made
        if self.engine.translate:
            singles, small = string(letters.singles), string(letters.becoming)
            return call(self.engine.translate, made, singles, small)
        for letter, becoming in zip(letters.singles, letters.becoming, strict=True):
            made = self.replace(made, string(letter), string(becoming))
        return made

    def padded(self, text: Node, size: int) -> Node:
        """The text with zeros in front, so long."""
        return call(self.engine.pad_left, text, number(size), string("0"))

    def replace(self, text: Node, piece: Node, becoming: Node) -> Node:
        """The text with every such piece replaced."""
        return call(self.engine.replace, text, piece, becoming)

    def is_ascii(self, text: Node) -> Node:
        """Whether it has no letter beyond ASCII."""
        match self.dialect:
            case Dialect.TRINO:
                size = call("LENGTH", call("TO_UTF8", text))
            case Dialect.SQLITE:
                size = call("LENGTH", cast(text, "BLOB"))
            case _:
                size = call(self.engine.bytes, text)
        return equal(size, call(self.engine.length, text))

    def lower_ascii(self, text: Node) -> Node:
        """A text of ASCII in small letters, whatever the session's language."""
        return call(self.engine.lower, self.ordered(text))

    def exact(self, text: Node) -> Node:
        """A column of text that is compared letter by letter, as it is declared or not.

        SQLite's declaration of a column may say that it ignores case.
        """
        if self.dialect is not Dialect.SQLITE:
            return text
        return exp.Collate(this=text, expression=exp.Var(this="BINARY"))

    def whole(self, value: Node, text: Node) -> Node:
        """What hangs on all letters of a text; the statement fails where it would not.

        SQLite keeps texts with NUL, and its LENGTH and GLOB take them to end there.
        """
        if self.dialect is not Dialect.SQLITE:
            return value
        wrong = self.contains(text, call("CHAR", number(0)))
        return self.checked(value, wrong, _BEHIND_NUL, text)

    def plain(self, text: Node) -> Node:
        """An odd column as text that is compared letter by letter.

        PostgreSQL has collations that ignore case, texts padded with spaces, and
        enumerations; DuckDB such collations.
        """
        match self.dialect:
            case Dialect.POSTGRES:
                return self.ordered(cast(text, "TEXT"))
            case Dialect.DUCKDB:
                collation = exp.Var(this="C")
                plain = exp.Collate(this=cast(text, "TEXT"), expression=collation)
                return exp.Paren(this=plain)
            case _:
                return text

    def ordered(self, text: Node) -> Node:
        """The text as it is put in order by code point."""
        if not self.engine.collates:
            return text
        return exp.Collate(
            this=exp.Paren(this=text.copy()),
            expression=exp.to_identifier("C", quoted=True),
        )

    # --- patterns

    def matches(self, text: Node, pattern: Node) -> Node:
        """Whether the pattern is found anywhere.

        Raises:
            Refused: the engine has no regular expressions.
        """
        match self.dialect:
            case Dialect.SQLITE:
                raise Refused(
                    "it has no regular expressions",
                    f"write it with `like`, or {READ_HERE}",
                )
            case Dialect.POSTGRES | Dialect.SPARK:
                return binary(exp.RegexpLike, text, pattern)
            case Dialect.SNOWFLAKE:  # REGEXP_LIKE there is of the whole text
                found = call("REGEXP_INSTR", text, pattern)
                return binary(exp.GT, found, number(0))
            case _:
                return call(self.engine.matches, text, pattern)

    def replace_pattern(self, text: Node, pattern: str, becoming: str) -> Node:
        """The text with every match replaced; `{}` stands for the first group."""
        made = becoming.replace("{}", self.engine.group)
        arguments = [text, string(pattern), string(made)]
        if self.dialect in (Dialect.DUCKDB, Dialect.POSTGRES):
            arguments.append(string("g"))
        return call(self.engine.replace_pattern, *arguments)

    # --- numbers

    def divided(self, dividend: Node, divisor: int) -> Node:
        """A number of at least 0 divided by another, rounded down."""
        if divisor == 1:
            return dividend
        by = number(divisor)
        match self.dialect:
            case Dialect.DUCKDB | Dialect.SPARK:
                return exp.Paren(this=binary(exp.IntDiv, dividend, by))
            case Dialect.CLICKHOUSE:
                return call("intDiv", dividend, by)
            case Dialect.BIGQUERY:
                return call("DIV", dividend, by)
            case Dialect.SNOWFLAKE:
                rest = self.remainder(dividend, divisor)
                made = binary(exp.Div, binary(exp.Sub, dividend, rest), by)
                return cast(made, "BIGINT")
            case Dialect.POSTGRES | Dialect.TRINO | Dialect.SQLITE:
                made = binary(exp.Div, dividend, by)
                made.set("typed", True)
                return exp.Paren(this=made)

    def remainder(self, dividend: Node, divisor: int) -> Node:
        """What is left of a number of at least 0."""
        return exp.Paren(this=binary(exp.Mod, dividend, number(divisor)))

    def larger(self, one: Node, other: Node) -> Node:
        """The larger of two numbers that are there."""
        return call(self.engine.greatest, one, other)

    def smaller(self, one: Node, other: Node) -> Node:
        """The smaller of two numbers that are there."""
        return call(self.engine.least, one, other)

    def checked(self, value: Node, wrong: Node, words: str, shown: Node) -> Node:
        """The value; the statement fails with words where something is wrong.

        Args:
            value: what is wanted.
            wrong: a condition, never NULL.
            words: why it fails.
            shown: a text that the words end in; the failure hangs on it.
        """
        said = joined(string(f"{words}: "), shown)
        match self.dialect:
            case Dialect.DUCKDB:
                fails = cast(call("ERROR", said), "BIGINT")
            case Dialect.SPARK:
                fails = cast(call("RAISE_ERROR", said), "BIGINT")
            case Dialect.TRINO:
                fails = cast(call("FAIL", said), "BIGINT")
            case Dialect.BIGQUERY:
                fails = cast(call("ERROR", said), "BIGINT")
            case Dialect.CLICKHOUSE:
                thrown = call(
                    "throwIf", call("ifNull", wrong, number(1)), string(words)
                )
                return cases([(equal(thrown, number(0)), value)])
            case Dialect.SQLITE:
                fails = call("JSON_EXTRACT", string("{}"), said)  # no path: it is told
            case Dialect.POSTGRES | Dialect.SNOWFLAKE:
                fails = cast(said, "BIGINT")
            case _:
                assert_never(self.dialect)
        thrown = cases([(wrong, fails)], number(0))
        return cases([(equal(thrown, number(0)), value)])
