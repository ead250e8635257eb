"""The codes: one name per fault, which never changes its meaning."""

from enum import Enum


class Severity(Enum):
    """How much a diagnostic weighs."""

    ERROR = "error"
    WARNING = "warning"


class Code(Enum):
    """The stable name of a fault. Wording may change; a code never does."""

    # Errors of the text's form.
    UNEXPECTED_WORD = "unexpected-word"
    KEYWORD_TYPO = "keyword-typo"
    ENDS_EARLY = "ends-early"
    UNCLOSED_STRING = "unclosed-string"
    UNCLOSED_COMMENT = "unclosed-comment"
    MISSING_AND = "missing-and"
    NEEDS_QUOTES = "needs-quotes"
    CURLY_QUOTES = "curly-quotes"
    FOREIGN_OPERATOR = "foreign-operator"  # && || == <>
    FOREIGN_SYNTAX = "foreign-syntax"  # SELECT … WHERE
    STRAY_COMMA = "stray-comma"  # before a clause
    BAD_NUMBER = "bad-number"
    EMPTY_LIST = "empty-list"
    CLAUSE_TWICE = "clause-twice"
    STRAY_CHARACTER = "stray-character"
    TEXT_TOO_LONG = "text-too-long"
    TOO_MANY_TOKENS = "too-many-tokens"
    NESTED_TOO_DEEP = "nested-too-deep"
    LIST_TOO_LONG = "list-too-long"
    # Errors of meaning.
    UNKNOWN_FIELD = "unknown-field"
    UNKNOWN_FUNCTION = "unknown-function"
    UNKNOWN_STAGE = "unknown-stage"
    UNKNOWN_VALUE = "unknown-value"  # a warning where the value is quoted
    UNKNOWN_NAME = "unknown-name"
    UNKNOWN_ZONE = "unknown-zone"
    UNKNOWN_COLUMN = "unknown-column"
    UNKNOWN_PARAMETER = "unknown-parameter"
    UNBOUND_PARAMETER = "unbound-parameter"
    RECURSIVE_NAME = "recursive-name"
    NAME_TWICE = "name-twice"
    WRONG_TYPE = "wrong-type"
    WRONG_OPERATOR = "wrong-operator"
    WRONG_ARGUMENT = "wrong-argument"
    NOT_A_LIST = "not-a-list"
    LIST_AS_VALUE = "list-as-value"
    BAD_DATE = "bad-date"
    BAD_NETWORK = "bad-network"
    HOST_BITS = "host-bits"
    BAD_PATTERN = "bad-pattern"
    PATTERN_TOO_LONG = "pattern-too-long"
    BARE_DURATION = "bare-duration"  # 7d
    TIME_ARITHMETIC = "time-arithmetic"
    TIME_IN_GAP = "time-in-gap"
    NUMBER_OUT_OF_RANGE = "number-out-of-range"
    DIRECTION_TWICE = "direction-twice"  # -x desc
    PAGING_MIXED = "paging-mixed"
    PAGE_TOO_DEEP = "page-too-deep"
    PAGE_SIZE = "page-size"
    PAGING_NEEDS_ONE_REQUEST = "paging-needs-one-request"
    PAGING_ORDER = "paging-order"
    NOT_IN_ENGINE = "not-in-engine"  # what SQL of an engine cannot say exactly
    ROWS_NO_RECORDS = "rows-no-records"  # a program wants records of stages
    NOT_FOLLOWED = "not-followed"  # of a query that is followed
    NO_QUERY = "no-query"  # definitions only, where a query is wanted
    SEVERAL_QUERIES = "several-queries"  # where one is wanted
    # Warnings.
    REVERSED_RANGE = "reversed-range"
    TIME_TWICE = "time-twice"  # an overlap when clocks go back
    FIELD_AS_VALUE = "field-as-value"
    DASHES_BEFORE_DIGIT = "dashes-before-digit"
    READS_EVERYTHING = "reads-everything"
    NOTHING_PUSHED = "nothing-pushed"
    MISSING_COMPANION = "missing-companion"  # source_id without source_type
    NEVER_TRUE = "never-true"
    ALWAYS_TRUE = "always-true"
    MIXED_AND_OR = "mixed-and-or"
    SORTED_HERE = "sorted-here"
    AGGREGATED_HERE = "aggregated-here"
    WIDENED = "widened"
    NO_WILDCARD = "no-wildcard"
    LITERAL_WILDCARD = "literal-wildcard"  # = 'Bob*'
    ONE_SECOND = "one-second"  # created_at = -7d
    MANY_LOOKUPS = "many-lookups"
    OUTSIDE_FILTER = "outside-filter"
    OUT_OF_ORDER = "out-of-order"
    SAME_ID = "same-id"
    BAD_LINE = "bad-line"  # of a file that is read
    MORE_RECORDS = "more-records"  # of a file that ends before its last page
    COUNT_NOT_BELIEVED = "count-not-believed"
    MIRROR_NOT_USED = "mirror-not-used"  # it is damaged, or of a newer format

    @property
    def severity(self) -> Severity:
        """Error for every code up to the warnings, warning from there on."""
        return _SEVERITY[self]


_FIRST_WARNING = Code.REVERSED_RANGE
_CODES = tuple(Code)
_SEVERITY = {
    code: (
        Severity.WARNING if place >= _CODES.index(_FIRST_WARNING) else Severity.ERROR
    )
    for place, code in enumerate(_CODES)
}
