"""Scans read where they are: out of the mirror, or of the account.

In: a plan that was parted by what a mirror covers, a reader of each. Out: the pages
of its scans, and what was read nowhere. Where the mirror turns out to be damaged, or
its disk fails, in the middle of a scan, the account is asked for the rest of it, if
there is one: from the last second on, whose records come again and are dropped where
streams end.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TypeAlias, assert_never

from auditql.catalog.record import Record
from auditql.errors import ConfigurationError, RunError
from auditql.plan.condensed import Condensed
from auditql.plan.coverage import instead, of_the_mirror, times_of
from auditql.plan.grouping import groups_of
from auditql.plan.intervals import disjoint
from auditql.plan.model import Interval, Mode, Scan
from auditql.plan.plan import Plan
from auditql.plan.reader import (
    Condensing,
    Counted,
    Parts,
    ReadAnew,
    Reader,
    Statistics,
)
from auditql.results.merge import merged
from auditql.results.telling import Telling

Damage: TypeAlias = ConfigurationError | RunError
"""Whatever keeps the mirror from being read on."""


class MixedReader:
    """Reads what is covered out of the mirror, the rest from the account.

    Attributes:
        gaps: times that were to be read, and that neither has.
        missing: ids that were looked up and that neither has.
    """

    def __init__(
        self,
        plan: Plan,
        mirror: Reader,
        account: Reader | None,
        statistics: Statistics,
        on_damage: Callable[[Damage], object],
    ) -> None:
        """Read nothing yet.

        Args:
            plan: that is read, parted.
            mirror: gives the scans of covered time.
            account: gives all others; None where only the mirror is read.
            statistics: count the records of the mirror.
            on_damage: is told, once, where the account is asked instead.
        """
        self.gaps: list[Interval] = []
        self.missing: list[int] = []
        self._plan = plan
        self._mirror = mirror
        self._account = account
        self._statistics = statistics
        self._on_damage = on_damage
        self._is_damaged = False

    async def pages(
        self, scan: Scan, wanted: int | None = None
    ) -> AsyncGenerator[Sequence[Record], None]:
        """The records of a scan, page by page, in its order.

        Raises:
            MirrorDamaged: the mirror is, and no account is to be asked.
            RunError: the read cannot go on.
        """
        async with aclosing(self._read(scan, wanted)) as pages:
            async for page in pages:
                yield page

    async def counted(self, scan: Scan) -> Counted:
        """What the account counts; the mirror's records are read and counted here."""
        return await self._asked.counted(scan)

    def _read(
        self, scan: Scan, wanted: int | None
    ) -> AsyncGenerator[Sequence[Record], None]:
        match scan.request.mode:
            case Mode.GAP:
                return self._nowhere(scan)
            case Mode.LOCAL:
                return self._local(scan, wanted)
            case Mode.LOOKUP:
                return self._look_up(scan)
            case Mode.CURSOR | Mode.ONE_PAGE | Mode.COUNT:
                return _closing(self._asked.pages(scan, wanted))
            case _:
                assert_never(scan.request.mode)

    async def _nowhere(self, scan: Scan) -> AsyncGenerator[Sequence[Record], None]:
        """Nothing: neither has it."""
        self.gaps.append(scan.box.created)
        return
        yield ()  # what makes it a generator

    def grouped(self) -> Parts | None:
        """The mirror's records grouped, and the plan of what is read elsewhere.

        Raises:
            MirrorDamaged: the mirror is, and no account is to be asked.
            RunError: it could not be read.
        """
        plan, mirror = self._plan, self._mirror
        if self._is_damaged or not isinstance(mirror, Condensing):
            return None
        rest = tuple(s for s in plan.scans if s.request.mode is not Mode.LOCAL)
        times = times_of(plan, Mode.LOCAL)
        is_apart = all(disjoint(t, s.box.created) for t in times for s in rest)
        if not times or not is_apart or any("id" in s.box.sets for s in plan.scans):
            return None
        is_more = any(scan.request.is_sent for scan in rest)
        try:
            condenses = mirror.condenses
        except (ConfigurationError, RunError) as damage:
            self._damaged(damage)
            return None
        if not condenses or (mirror.minds_order and is_more):
            return None
        groups = groups_of([s.box for s in rest], descending=plan.descending)
        return Parts(
            self._condensed(mirror, times), replace(plan, scans=rest, groups=groups)
        )

    async def _condensed(
        self, mirror: Condensing, times: Sequence[Interval]
    ) -> AsyncGenerator[Sequence[Condensed], None]:
        try:
            async with aclosing(mirror.condensed(times)) as batches:
                async for batch in batches:
                    yield batch
        except (ConfigurationError, RunError) as damage:
            self._damaged(damage)
            raise ReadAnew from None

    @property
    def _asked(self) -> Reader:
        assert self._account is not None, "a plan of the mirror alone asks nobody"
        return self._account

    async def _look_up(self, scan: Scan) -> AsyncGenerator[Sequence[Record], None]:
        """A record by its id: the mirror's, else the account's."""
        local = of_the_mirror(scan.box, exact=scan.request.exact)
        is_found = False
        try:
            async with aclosing(self._out_of_mirror(local, None)) as pages:
                async for page in pages:
                    is_found = is_found or bool(page)
                    yield page
        except (ConfigurationError, RunError) as damage:
            self._damaged(damage)
            is_found = False
        if not is_found:
            async with aclosing(_closing(self._asked.pages(scan))) as pages:
                async for page in pages:
                    yield page

    async def _local(
        self, scan: Scan, wanted: int | None
    ) -> AsyncGenerator[Sequence[Record], None]:
        """A scan of covered time; what a damaged mirror cannot give is asked for."""
        last_s: int | None = None
        is_whole = False
        if not self._is_damaged:
            try:
                async with aclosing(self._out_of_mirror(scan, wanted)) as pages:
                    async for page in pages:
                        last_s = page[-1].created_s if page else last_s
                        yield page
                is_whole = True
            except (ConfigurationError, RunError) as damage:
                self._damaged(damage)
        if not is_whole:
            async with aclosing(self._instead(scan, last_s)) as pages:
                async for page in pages:
                    yield page
        elif last_s is None and "id" in scan.box.sets:
            self.missing += (n for n in scan.box.sets["id"] if type(n) is int)

    async def _out_of_mirror(
        self, scan: Scan, wanted: int | None
    ) -> AsyncGenerator[Sequence[Record], None]:
        async with aclosing(_closing(self._mirror.pages(scan, wanted))) as pages:
            async for page in pages:
                self._statistics.rows_mirrored += len(page)
                yield page

    def _damaged(self, damage: Damage) -> None:
        """Go on without the mirror.

        Raises:
            RunError: there is nobody else to ask.
            ConfigurationError: as well.
        """
        if self._account is None:
            raise damage
        if not self._is_damaged:
            self._is_damaged = True
            self._on_damage(damage)

    async def _instead(
        self, scan: Scan, last_s: int | None
    ) -> AsyncGenerator[Sequence[Record], None]:
        """The account's records of a scan from a second on that was not read whole."""
        plan = self._plan
        matcher = plan.matcher()
        streams = [
            _closing(self._asked.pages(one)) for one in instead(scan, plan, last_s)
        ]
        told = Telling(lambda _warning: None)  # what comes is told where it arrives
        batches = merged(streams, descending=plan.descending, told=told)
        async with aclosing(batches):
            async for batch in batches:
                yield matcher.keep(batch)


async def _closing(
    pages: AsyncIterator[Sequence[Record]],
) -> AsyncGenerator[Sequence[Record], None]:
    """The pages, as something that can be closed."""
    async with aclosing(pages) as found:  # type: ignore[type-var] # a generator
        async for page in found:
            yield page
