"""Bounds on what a query may be, so that every text ends in an answer or an error."""

TEXT_BYTES = 256 * 1024
"""Longest query text, in bytes of UTF-8."""

FILE_BYTES = 1024 * 1024
"""Longest saved query file, in bytes."""

TOKENS = 40_000
"""Most tokens in one text; a run of integers is one token."""

NESTING = 100
"""Deepest nesting of parentheses and `not`."""

LIST_VALUES = 10_000
"""Most values in one list."""

PATTERN_CHARACTERS = 1_000
"""Longest regular expression, in characters."""

ERRORS_SHOWN = 5
"""Most errors collected from one text."""

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
"""Ids in the audit log are 64-bit integers."""
