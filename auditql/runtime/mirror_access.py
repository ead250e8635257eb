"""The mirror of an account: looked for, opened, done without where it cannot be used.

In: an account, whether its mirror is wanted. Out: the mirror in one snapshot, what it
covers, plans parted by that. SQLite is loaded only where there is a file.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity
from auditql.errors import AuditQLError, ConfigurationError, RunError
from auditql.plan.model import Interval
from auditql.plan.plan import Plan

if TYPE_CHECKING:
    from auditql.providers.mirror.opening import Mirror
    from auditql.providers.zendesk.origin import Origin
    from auditql.runtime.client_settings import MirrorUse
    from auditql.runtime.connection import Connection


_PAGE = 100


@form
class Saved:
    """What need not be asked for, as far as that can be told.

    Attributes:
        records: that the mirror has of what the requests would have asked for.
        requests: for them, those that stand at the ends of its times taken off.
    """

    records: int
    requests: int


class MirrorAccess:
    """The way to one mirror.

    Attributes:
        use: whether it answers where it can, never, or alone.
        held: what may be taken out of it at most, because an answer was begun so;
            None for all that it covers.
    """

    def __init__(
        self,
        origin: "Origin",
        path: Path | None,
        use: "MirrorUse",
        on_warning: Callable[[Diagnostic], object],
    ) -> None:
        """Look for nothing yet.

        Args:
            origin: of the account.
            path: of the mirror; None for the usual one.
            use: whether it is wanted.
            on_warning: is told, once, that it cannot be used.

        Raises:
            ConfigurationError: `use` is none that there is.
        """
        if use not in ("auto", "api", "mirror"):
            raise ConfigurationError(f"source is auto, api or mirror, not {use!r}")
        self.use = use
        self.held: Sequence[Interval] | None = None
        self._origin = origin
        self._path = path
        self._on_warning = on_warning
        self._has_warned = False

    @classmethod
    def of(
        cls,
        connection: "Connection",
        use: "MirrorUse",
        on_warning: Callable[[Diagnostic], object],
    ) -> "MirrorAccess":
        """The way to the mirror of the account that is connected to."""
        return cls(connection.origin, connection.mirror, use, on_warning)

    @property
    def asks_api(self) -> bool:
        """Whether the account is asked for what the mirror does not hold."""
        return self.use != "mirror"

    def covered(self) -> Sequence[Interval]:
        """What may be read out of the mirror now; nothing where there is none.

        Raises:
            ConfigurationError: it cannot be used, and nothing else is to be read.
            RunError: as well.
        """
        with self.opened() as mirror:
            return () if mirror is None else self.covered_by(mirror)

    def covered_by(self, mirror: "Mirror") -> Sequence[Interval]:
        """What may be read out of an open mirror; raises as `covered`."""
        try:
            found = mirror.covered()
        except (ConfigurationError, RunError) as error:
            self.refuse(error)
            return ()
        if self.held is None:
            return found
        from auditql.plan.intervals import intersection

        both = (intersection(a, b) for a in found for b in self.held)
        return tuple(time for time in both if not time.is_empty)

    def parted(self, plan: Plan, covered: Sequence[Interval]) -> Plan:
        """The plan as it is read where so much is covered.

        Raises:
            ConfigurationError: it asks for a page, and nobody may be asked.
        """
        if self.asks_api and not covered:
            return plan
        from auditql.plan.coverage import covered_plan, page_fault

        fault = page_fault(plan, asks_api=self.asks_api)
        if fault is not None:
            raise ConfigurationError(f"{fault.message}; {fault.help}")
        return covered_plan(plan, covered, asks_api=self.asks_api)

    def saved(self, plan: Plan, parted: Plan) -> "Saved":
        """What a parted plan saves, as far as the mirror can say.

        Raises:
            ConfigurationError: it cannot be used, and nothing else is to be read.
            RunError: as well.
        """
        with self.opened() as mirror:
            if mirror is None or parted is plan:
                return Saved(0, 0)
            from auditql.providers.mirror.held import held_for

            try:
                numbers = held_for(mirror, parted)
            except (ConfigurationError, RunError) as error:
                self.refuse(error)
                return Saved(0, 0)
        pages = sum(max(1, -(-number // _PAGE)) for number in numbers)
        more = max(0, len(parted.requests) - len(plan.requests))
        return Saved(sum(numbers), max(0, pages - more))

    @contextmanager
    def opened(self) -> Iterator["Mirror | None"]:
        """The mirror in one snapshot; None where it is not to be used.

        Raises:
            ConfigurationError: it cannot be used, and nothing else is to be read.
            RunError: as well.
        """
        mirror = self._open()
        if mirror is None:
            yield None
            return
        snapshot = mirror.snapshot()
        try:
            if not self._is_begun(snapshot.__enter__):
                yield None
                return
            try:
                yield mirror
            finally:
                # Whatever ended the answer is no fault of the mirror.
                snapshot.__exit__(None, None, None)
        finally:
            mirror.close()

    def refuse(self, error: AuditQLError) -> None:
        """Do without the mirror, and say so once.

        Raises:
            AuditQLError: nothing but the mirror is to be read.
        """
        if not self.asks_api:
            raise error
        if not self._has_warned:
            self._has_warned = True
            self._on_warning(
                Diagnostic(
                    Code.MIRROR_NOT_USED,
                    f"the mirror is not used: {error}",
                    help="the API is asked instead; `--source api` says nothing of it",
                    severity=Severity.WARNING,
                )
            )

    def _is_begun(self, begin: Callable[[], None]) -> bool:
        try:
            begin()
        except (ConfigurationError, RunError) as error:
            self.refuse(error)
            return False
        return True

    def _open(self) -> "Mirror | None":
        is_of_no_use = self.asks_api and self.held is not None and not self.held
        if self.use == "api" or is_of_no_use:
            return None
        from auditql.runtime.mirrors import place_of

        place = place_of(self._origin, self._path)
        if self.asks_api and not os.path.lexists(place.path):
            return None
        from auditql.providers.mirror.opening import Mirror

        try:
            return Mirror(place)
        except (ConfigurationError, RunError) as error:
            self.refuse(error)
            return None
