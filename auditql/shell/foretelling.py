"""What is said of a run before it begins.

In: a plan as it is read. Out: a note, where it takes many requests.
"""

from auditql.plan.cost import MANY, cost_of
from auditql.plan.plan import Plan
from auditql.shell.output import Output


def tell_cost(plan: Plan, output: Output) -> None:
    """Say that it takes many requests, where that is known before it starts."""
    cost = cost_of(plan)
    if max(cost.least, cost.likely) <= MANY:
        return
    if cost.least > MANY:
        number = f"{cost.least:,}" if cost.is_all else f"at least {cost.least:,}"
    else:
        number = f"about {cost.likely:,}"
    output.note(f"note: {number} requests: {cost.why}")
