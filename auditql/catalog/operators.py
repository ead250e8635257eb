"""The operators, one row each: which kinds they test and what they mean."""

from enum import Enum

from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind


class Comparator(Enum):
    """An order or equality between a column and one value."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


class TextOperator(Enum):
    """A test of text against a piece of text or a pattern."""

    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    ENDS_WITH = "ends with"
    LIKE = "like"
    ILIKE = "ilike"
    MATCHES = "~"
    IMATCHES = "~*"


_ANY = tuple(Kind)
_ALL = tuple(k for k in Kind if k.is_single)
_ORDERED = tuple(k for k in Kind if k.is_ordered)
_TEXT = tuple(k for k in Kind if k.is_text)


@form
class Operator:
    """One operator as a person writes it.

    Attributes:
        spelling: in lower case, one blank between words.
        kinds: the kinds of operand it applies to.
        meaning: one line for the reference and the completion.
        example: a filter that uses it.
    """

    spelling: str
    kinds: tuple[Kind, ...]
    meaning: str
    example: str


OPERATORS: tuple[Operator, ...] = (
    Operator("=", _ALL, "equal; text minds case, `action` does not", "action = login"),
    Operator("!=", _ALL, "not equal, or missing", "actor_id != -1"),
    Operator("<", _ORDERED, "before, smaller", "created_at < 2026-02-01"),
    Operator("<=", _ORDERED, "up to the end of", "created_at <= 2026-02"),
    Operator(">", _ORDERED, "after the end of, larger", "source_id > 1000"),
    Operator(">=", _ORDERED, "from the start of", "created_at >= -7d"),
    Operator(
        "in",
        _ALL,
        "one of a list, inside a network or a period",
        "action in (create, destroy)",
    ),
    Operator("not in", _ALL, "none of these, or missing", "actor_id not in (-1, 7)"),
    Operator("during", (Kind.TIME,), "inside the period", "created_at during 2026-02"),
    Operator(
        "between",
        _ORDERED,
        "from a to b, both included",
        "created_at between 2026-01-01 and 2026-02-01",
    ),
    Operator(
        "not between",
        _ORDERED,
        "outside, or missing",
        "hour(created_at) not between 7 and 19",
    ),
    Operator(
        "contains", _TEXT, "holds the text, any case", "source_label contains 'vip'"
    ),
    Operator(
        "starts with",
        _TEXT,
        "begins with the text, any case",
        "source_label starts with 'Role:'",
    ),
    Operator(
        "ends with", _TEXT, "ends with the text, any case", "actor_name ends with 'bot'"
    ),
    Operator(
        "like",
        _TEXT,
        "SQL wildcards % and _, minds case",
        "source_label like 'Role: %'",
    ),
    Operator("ilike", _TEXT, "like, any case", "actor_name ilike 'jane%'"),
    Operator(
        "~", _TEXT, "RE2 pattern found anywhere", r"change_description ~ 'from \d+'"
    ),
    Operator("~*", _TEXT, "the same, any case", "actor_name ~* '^(jane|joe)'"),
    Operator("!~", _TEXT, "not ~", "actor_name !~ '^svc-'"),
    Operator("!~*", _TEXT, "not ~*", "actor_name !~* 'bot$'"),
    Operator("is null", _ANY, "missing", "ip_address is null"),
    Operator("is not null", _ANY, "there", "ip_address is not null"),
)
"""`not` may stand before contains, starts with, ends with, like and ilike too."""
