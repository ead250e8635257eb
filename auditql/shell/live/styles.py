"""The classes of style, and which terminal of the grammar has which.

A class says what a piece of text is; how it looks is a theme's business.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Style(StrEnum):
    """What a piece of text is."""

    BLANK = "blank"
    KEYWORD = "keyword"
    FIELD = "field"
    FUNCTION = "function"
    OPERATOR = "operator"
    NUMBER = "number"
    STRING = "string"
    WORD = "word"
    TIME = "time"
    ADDRESS = "address"
    PARAMETER = "parameter"
    NAME = "name"
    COMMENT = "comment"
    PUNCTUATION = "punctuation"
    ERROR = "error"
    COMMAND = "command"
    BAR = "bar"
    BAR_OK = "bar.ok"
    BAR_MORE = "bar.more"
    BAR_WARNING = "bar.warning"
    BAR_ERROR = "bar.error"


_TERMINALS: Mapping[Style, str] = {
    Style.KEYWORD: "AND OR NOT ORDER BY LIMIT OFFSET PAGE SIZE AFTER BEFORE ASC DESC "
    "WHERE SELECT COUNT STATS TOP DISTINCT TIMELINE AS PARAM LET TZ NULL",
    Style.OPERATOR: "COMPARATOR PATTERN PLUS MINUS EQUAL IN DURING BETWEEN CONTAINS "
    "STARTS ENDS WITH LIKE ILIKE IS",
    Style.NUMBER: "INTEGER INTEGERS",
    Style.STRING: "STRING",
    Style.WORD: "WORD",
    Style.TIME: "TIME ANCHOR DURATION AGO LAST THIS SECOND SECONDS MINUTE MINUTES "
    "HOUR HOURS DAY DAYS WEEK WEEKS MONTH MONTHS QUARTER QUARTERS YEAR YEARS",
    Style.ADDRESS: "ADDRESS",
    Style.PARAMETER: "PARAMETER",
    Style.NAME: "REFERENCE",
    Style.COMMENT: "COMMENT",
    Style.PUNCTUATION: "LPAR RPAR COMMA VBAR SEMICOLON",
    Style.ERROR: "JUNK",
    Style.BLANK: "WS",
}

STYLE_OF: Mapping[str, Style] = MappingProxyType(
    {name: style for style, names in _TERMINALS.items() for name in names.split()}
)
"""The class of each terminal of the grammar; a word's place may give it another."""
