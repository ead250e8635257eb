"""Build the syntax tree while the parser runs: one short function a rule.

In: tokens and finished nodes of a rule. Out: its node. Nothing is decided
here that the words on the page do not say; names and values stay as written.

The grammar fixes what the children of a rule are, and each function's
parameters say the same: keywords without a name in the grammar are not among
them. `builders` is what lark is handed: an attribute for each rule.
"""

from collections.abc import Callable
from types import SimpleNamespace

from auditql.language.tree import filters, stages, statements, values
from auditql.language.tree.stages import Clause, Limit, Offset, Ordering, PageSize
from auditql.language.tree.statements import Draft

__all__ = [
    "RULES",
    "Clause",
    "Draft",
    "Limit",
    "Offset",
    "Ordering",
    "PageSize",
    "builders",
]

RULES: dict[str, Callable[..., object]] = {
    made.__name__: made
    for made in (
        values.text,
        values.word,
        values.address,
        values.parameter,
        values.integer,
        values.negative,
        values.integers,
        values.glued,
        values.spelled,
        values.time,
        values.shift,
        values.anchor,
        values.ago,
        values.before_now,
        values.rolling,
        values.calendar,
        values.items,
        values.default_list,
        filters.name,
        filters.arguments,
        filters.call,
        filters.or_,
        filters.and_,
        filters.not_,
        filters.group,
        filters.comparison,
        filters.sign,
        filters.text_sign,
        filters.in_list,
        filters.in_one,
        filters.between,
        filters.text_test,
        filters.is_null,
        filters.search,
        filters.reference,
        stages.minus_key,
        stages.plain_key,
        stages.order,
        stages.limit,
        stages.offset,
        stages.page_size,
        stages.page,
        stages.cursor,
        stages.key,
        stages.keys,
        stages.aggregated,
        stages.aggregate,
        stages.aggregates,
        stages.where,
        stages.select,
        stages.count,
        stages.stats,
        stages.top,
        stages.distinct,
        stages.timeline,
        stages.stage_order,
        stages.stage_limit,
        statements.filtered,
        statements.unfiltered,
        statements.param,
        statements.param_list,
        statements.let,
        statements.zone,
        statements.script,
    )
}
"""What builds the node of a rule, by the rule's name in the grammar."""


def builders() -> SimpleNamespace:
    """The callbacks of the parser: children in a list to the node of a rule."""
    return SimpleNamespace(**{name: _spread(made) for name, made in RULES.items()})


def _spread(made: Callable[..., object]) -> Callable[[list[object]], object]:
    return lambda children: made(*children)
