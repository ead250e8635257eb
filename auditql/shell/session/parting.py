"""What an answer takes out of the mirror, from its first row to its last.

In: what the mirror held when the answer was begun. Out: plans as they are read. An
answer that goes on reads the same times out of the mirror, so that its rows stay in
one order whatever a sync has added since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.errors import ConfigurationError

if TYPE_CHECKING:
    from auditql.plan.model import Interval
    from auditql.plan.plan import Plan
    from auditql.runtime.client_settings import MirrorUse


@form
class Parting:
    """How plans are read.

    Attributes:
        use: whether the mirror answers where it can, never, or alone; None before
            the answer is begun.
        covered: what it held then.
    """

    use: MirrorUse | None = None
    covered: tuple[Interval, ...] = ()

    def __call__(self, plan: Plan) -> Plan:
        """A plan as it is read.

        Raises:
            ConfigurationError: it asks for a page, and nobody may be asked.
        """
        if self.use != "mirror" and not self.covered:
            return plan
        from auditql.plan.coverage import covered_plan, page_fault

        asks_api = self.use != "mirror"
        fault = page_fault(plan, asks_api=asks_api)
        if fault is not None:
            raise ConfigurationError(f"{fault.message}; {fault.help}")
        return covered_plan(plan, self.covered, asks_api=asks_api)
