"""Why a part of a filter is checked here and not by the source.

In: a filter, a plan. Out: lines for a person. What a source can take is read
off its capabilities, so the lines stay true when a row of them changes.
"""

from collections.abc import Iterator, Mapping
from typing import assert_never

from auditql.language.query import (
    And,
    Apply,
    Between,
    Column,
    Compare,
    Filter,
    InNetworks,
    InRange,
    Missing,
    Not,
    OneOf,
    Or,
    Search,
    Test,
    TextMatch,
)
from auditql.language.wrong_kind import operand_text
from auditql.plan.capability import Capability, Form
from auditql.plan.cover import MOST_NETWORK, sendable
from auditql.plan.lines import counted
from auditql.plan.model import Mode
from auditql.plan.plan import Plan

Able = Mapping[str, Capability]


def parts(residual: Filter) -> tuple[Filter, ...]:
    """The conditions of a residual, each of which has its own reason."""
    return residual.terms if isinstance(residual, And) else (residual,)


def why_here(part: Filter, plan: Plan) -> str:
    """Why a part of the residual is checked here; one line, no full stop."""
    able = plan.source.capabilities
    found = list(dict.fromkeys(_reasons(part, able)))
    if found:
        return "; ".join(found[:2])
    if any(scan.request.mode is Mode.LOOKUP for scan in plan.scans):
        return "a record that is looked up by its id comes unfiltered"
    if plan.widened:
        number = counted(len(plan.scans), "wider request")
        return f"the alternatives are asked in {number}"
    if isinstance(part, OneOf):
        return "of two long lists only the shorter is cut and asked for"
    return "some requests promise a part of it, none the whole"


def _reasons(part: Filter, able: Able) -> Iterator[str]:
    match part:
        case And(terms) | Or(terms):
            for term in terms:
                yield from _reasons(term, able)
        case Not(And() | Or() | Not() as term):
            yield from _reasons(term, able)
        case Not(InRange(Column(name))) if _takes(name, Form.RANGE, able):
            return
        case Not(Missing(operand)):
            yield _unasked(operand, able) or (
                f"the API cannot be asked whether `{operand_text(operand)}` is there"
            )
        case Not(term):
            yield _foreign(term, able) or (
                "the API filters by what is there, never by what is not"
            )
        case _:
            reason = _foreign(part, able)
            if reason is not None:
                yield reason


def _foreign(test: Test | And | Or | Not, able: Able) -> str | None:
    """Why the API cannot take a test at all; None where it can."""
    match test:
        case And() | Or() | Not():
            return None
        case Search():
            return "the API searches no text"
        case Missing(operand):
            return _unasked(operand, able) or (
                f"the API cannot be asked whether `{operand_text(operand)}` is missing"
            )
        case Compare(operand) | Between(operand):
            return _unasked(operand, able) or (
                f"the API takes single values of `{operand_text(operand)}`, no range"
            )
        case TextMatch(operand):
            return _unasked(operand, able) or (
                f"the API compares `{operand_text(operand)}` with whole values only"
            )
        case InRange(operand):
            return _unasked(operand, able)
        case InNetworks(operand):
            return _unasked(operand, able) or _too_wide(test, able)
        case OneOf(operand):
            return _unasked(operand, able) or _unsent(test, able)
        case _:
            assert_never(test)


def _too_wide(test: InNetworks, able: Able) -> str | None:
    """Why the addresses of networks are not sent; None where they are."""
    if any(n.version == 6 for n in test.networks):
        assert isinstance(test.operand, Column)
        return able[test.operand.name].why
    if any(n.num_addresses > MOST_NETWORK for n in test.networks):
        return f"a network of more than {MOST_NETWORK} addresses is not sent as a list"
    return None


def _unasked(operand: Column | Apply, able: Able) -> str | None:
    """Why nothing of an operand can be asked for; None where something can."""
    if isinstance(operand, Apply):
        return f"the API filters fields, no function such as `{operand_text(operand)}`"
    if operand.name not in able:
        return f"the API has no filter for `{operand.name}`"
    return None


def _unsent(test: OneOf, able: Able) -> str | None:
    """Why the values of a set are not sent; None where they are."""
    assert isinstance(test.operand, Column)
    row = able[test.operand.name]
    if row.needs is not None or row.form is Form.RANGE:
        return row.why
    if any(sendable(value, row, row.field) is None for value in test.values):
        return row.why
    if row.most is not None and len(test.values) > row.most:
        return f"more than {row.most:,} of `{row.field}` are not asked for one by one"
    return None


def _takes(name: str, form: Form, able: Able) -> bool:
    return name in able and able[name].form is form
