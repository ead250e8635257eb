"""What each engine calls the few functions that a statement is made of.

In: a dialect. Out: its row of names and limits.
"""

from collections.abc import Mapping
from types import MappingProxyType

from auditql.catalog.forms import form
from auditql.providers.warehouse.statement import Dialect


@form
class Engine:
    """The names of one engine; an empty name is a function that it lacks.

    Attributes:
        group: how a replacement names the first group of a pattern.
        end: how a pattern names the very end of a text.
        begin: how it names the very beginning.
        most_repeats: of a counted repetition in a pattern.
        escapes: LIKE takes ESCAPE; else a backslash escapes by itself.
        placeholder: how a parameter is written, by its name and its type.
        anything: how a pattern says any letter, line breaks too.
        most_nested: calls in one another, with room for what stands around them.
        needs_limit: an offset stands behind a limit only.
        most_rows: that a limit and an offset can count together.
    """

    length: str = "LENGTH"
    bytes: str = "OCTET_LENGTH"
    substring: str = "SUBSTR"
    position: str = "STRPOS"
    position_of_letters: str = "STRPOS"
    translate: str = "TRANSLATE"
    replace: str = "REPLACE"
    lower: str = "LOWER"
    pad_left: str = "LPAD"
    greatest: str = "GREATEST"
    least: str = "LEAST"
    matches: str = "REGEXP_LIKE"
    replace_pattern: str = "REGEXP_REPLACE"
    group: str = "$1"
    end: str = r"\z"
    begin: str = "^"
    most_repeats: int = 1000
    escapes: bool = True
    collates: bool = False
    placeholder: str = ":{0}"
    anything: str = r"[\s\S]"
    most_nested: int = 1000
    needs_limit: bool = False
    most_rows: int = 2**63 - 1


ENGINES: Mapping[Dialect, Engine] = MappingProxyType(
    {
        Dialect.DUCKDB: Engine(
            bytes="STRLEN", matches="REGEXP_MATCHES", group=r"\1", placeholder="${0}"
        ),
        Dialect.POSTGRES: Engine(
            group=r"\1", end="$", most_repeats=255, collates=True, anything="."
        ),
        Dialect.CLICKHOUSE: Engine(
            length="lengthUTF8",
            bytes="length",
            substring="substringUTF8",
            position="position",
            position_of_letters="positionUTF8",
            translate="translateUTF8",
            replace="replaceAll",
            lower="lower",
            pad_left="leftPad",
            greatest="greatest",
            least="least",
            matches="match",
            replace_pattern="replaceRegexpAll",
            group=r"\1",
            escapes=False,
            placeholder="{{{0}:{1}}}",
        ),
        Dialect.SPARK: Engine(
            position="INSTR", position_of_letters="INSTR", most_rows=2**31 - 1
        ),
        Dialect.TRINO: Engine(bytes="", begin=r"\A"),
        Dialect.BIGQUERY: Engine(
            bytes="BYTE_LENGTH",
            matches="REGEXP_CONTAINS",
            group=r"\1",
            escapes=False,
            placeholder="@{0}",
            needs_limit=True,
        ),
        Dialect.SNOWFLAKE: Engine(
            position="",
            position_of_letters="",
            matches="",
            group=r"\1",
            end="$",
            needs_limit=True,
        ),
        Dialect.SQLITE: Engine(
            bytes="",
            position="INSTR",
            position_of_letters="INSTR",
            translate="",
            pad_left="",
            greatest="MAX",
            least="MIN",
            matches="",
            replace_pattern="",
            needs_limit=True,
            most_nested=20,  # of 27 its parser's stack overflows
        ),
    }
)
