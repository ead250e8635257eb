"""Answers of one client, read out of the account's mirror where it holds them.

In: a plan for the API. Out: the plan as it is read, parted by what the mirror covers,
and a reader of it. A mirror is looked for anew for each answer and read in one
snapshot, so that what it covers and what it holds agree while a sync writes. SQLite is
loaded only where there is a file.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from operator import index
from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity
from auditql.errors import AuditQLError, ConfigurationError, MirrorDamaged, RunError
from auditql.plan.model import ALWAYS, Box, Interval, Mode, Request, Scan
from auditql.plan.plan import Plan
from auditql.plan.reader import Reader, Statistics
from auditql.runtime.client_settings import MirrorUse
from auditql.runtime.connection import Connection

if TYPE_CHECKING:
    from auditql.providers.mirror.opening import Mirror
    from auditql.providers.zendesk.reader import ZendeskReader
    from auditql.results.mixed import MixedReader


@form
class Reading:
    """One answer, as it is read.

    Attributes:
        plan: parted by what the mirror covers; as it came where there is none.
        reader: of all its scans.
        covered: by the mirror, where it has a part in it; else None.
    """

    plan: Plan
    reader: "Reader | MixedReader"
    covered: Sequence[Interval] | None = None

    def lacking(self) -> str | None:
        """Why something is missing that nobody was asked for; None for nothing."""
        if self.covered is None:
            return None
        from auditql.results.gaps import lacking
        from auditql.results.mixed import MixedReader

        assert isinstance(self.reader, MixedReader)
        return lacking(self.plan, self.reader.gaps, self.reader.missing, self.covered)


class Mirrored:
    """The mirror of one account, as one client uses it.

    Attributes:
        use: whether it answers where it can, never, or alone.
        held: what may be taken out of it at most, because an answer was begun so;
            None for all that it covers.
    """

    def __init__(
        self,
        connection: Connection,
        use: MirrorUse,
        account: "ZendeskReader",
        statistics: Statistics,
        on_warning: Callable[[Diagnostic], object],
    ) -> None:
        """Look for nothing yet."""
        if use not in ("auto", "api", "mirror"):
            raise ConfigurationError(f"source is auto, api or mirror, not {use!r}")
        self.use = use
        self.held: Sequence[Interval] | None = None
        self._connection = connection
        self._account = account
        self._statistics = statistics
        self._on_warning = on_warning
        self._has_warned = False

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
        with self._opened() as mirror:
            return () if mirror is None else self._covered(mirror)

    def parted(self, plan: Plan, covered: Sequence[Interval]) -> Plan:
        """The plan as it is read where so much is covered.

        Raises:
            ConfigurationError: it asks for a page, and nobody may be asked.
        """
        if not self.asks_api and plan.query.page is not None:
            raise ConfigurationError(
                "a page is the API's: a mirror has none; use `limit` and `offset`"
            )
        from auditql.plan.coverage import covered_plan

        return covered_plan(plan, covered, asks_api=self.asks_api)

    @contextmanager
    def reading(self, plan: Plan) -> Iterator["Reading"]:
        """How the plan is read now; within it, what the mirror holds stays.

        Raises:
            ConfigurationError: the mirror cannot be used, and nothing else is to be
                read.
            RunError: as well.
        """
        with self._opened() as mirror:
            if mirror is None:
                yield Reading(plan, self._account)
                return
            covered = self._covered(mirror)
            made = self.parted(plan, covered)
            reader = self._reader_of(made, plan, mirror)
            yield Reading(made, reader, covered)

    async def look_up(self, number: int) -> Record | None:
        """The record of an id; None where neither mirror nor account has it.

        Raises:
            RunError: it could not be asked for.
            ConfigurationError: the mirror cannot be used, and nothing else is to be
                read.
        """
        found = await self._looked_up(index(number))
        if found is None and self.asks_api:
            return await self._account.look_up(number)
        return found

    async def _looked_up(self, number: int) -> Record | None:
        """The record of an id, where the mirror has it, and has it once."""
        scan = Scan(
            Box({"id": frozenset({number})}, ALWAYS),
            Request("READ", "", (), Mode.LOCAL, True),
        )
        with self._opened() as mirror:
            if mirror is None:
                return None
            from auditql.providers.mirror.reader import MirrorReader
            from auditql.runtime.compile import compile_text

            plan = compile_text(f"id = {number}")
            reader = MirrorReader(mirror, plan, Statistics())
            found: list[Record] = []
            try:
                async with aclosing(reader.pages(scan)) as pages:
                    async for page in pages:
                        found += page
            except MirrorDamaged as damage:
                self._refuse(damage)
            return found[0] if len(found) == 1 else None

    @contextmanager
    def _opened(self) -> Iterator["Mirror | None"]:
        """The mirror in one snapshot; None where it is not to be used."""
        mirror = self._open()
        if mirror is None:
            yield None
            return
        snapshot = mirror.snapshot()
        try:
            try:
                snapshot.__enter__()
            except (ConfigurationError, RunError) as error:
                self._refuse(error)
                yield None
            else:
                try:
                    yield mirror
                finally:
                    # Whatever ended the answer is no fault of the mirror.
                    snapshot.__exit__(None, None, None)
        finally:
            mirror.close()

    def _open(self) -> "Mirror | None":
        if self.use == "api":
            return None
        from auditql.runtime.mirrors import place_of

        place = place_of(self._connection.origin, self._connection.mirror)
        if self.asks_api and not os.path.lexists(place.path):
            return None
        from auditql.providers.mirror.opening import Mirror

        try:
            return Mirror(place)
        except (ConfigurationError, RunError) as error:
            self._refuse(error)
            return None

    def _covered(self, mirror: "Mirror") -> Sequence[Interval]:
        try:
            found = mirror.covered()
        except MirrorDamaged as damage:
            self._refuse(damage)
            return ()
        if self.held is None:
            return found
        from auditql.plan.intervals import intersection

        both = (intersection(a, b) for a in found for b in self.held)
        return tuple(time for time in both if not time.is_empty)

    def _reader_of(self, made: Plan, plan: Plan, mirror: "Mirror") -> "MixedReader":
        """The reader of a parted plan."""
        from auditql.providers.mirror.reader import MirrorReader
        from auditql.results.mixed import MixedReader

        return MixedReader(
            made,
            MirrorReader(mirror, made, self._statistics),
            self._account if self.asks_api else None,
            self._statistics,
            self._refuse,
        )

    def _refuse(self, error: AuditQLError) -> None:
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
                    help="the API is asked instead",
                    severity=Severity.WARNING,
                )
            )
