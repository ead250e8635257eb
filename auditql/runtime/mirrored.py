"""Answers of one client, read out of the account's mirror where it holds them.

In: a plan for the API. Out: the plan as it is read, parted by what the mirror covers,
and a reader of it. A mirror is looked for anew for each answer and read in one
snapshot, so that what it covers and what it holds agree while a sync writes.
"""

from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager
from operator import index
from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.errors import ConfigurationError, MirrorDamaged, RunError
from auditql.plan.model import ALWAYS, Box, Interval
from auditql.plan.plan import Plan
from auditql.plan.reader import Reader, Statistics
from auditql.runtime.mirror_access import MirrorAccess

if TYPE_CHECKING:
    from auditql.providers.mirror.opening import Mirror
    from auditql.providers.mirror.reader import MirrorReader
    from auditql.results.mixed import MixedReader
    from auditql.runtime.account_reader import AccountReader


@form
class Reading:
    """One answer, as it is read.

    Attributes:
        plan: parted by what the mirror covers; as it came where there is none.
        reader: of all its scans.
        covered: by the mirror, where it has a part in it; else None.
        local: the reader of the mirror alone, where it has one.
    """

    plan: Plan
    reader: "Reader | MixedReader"
    covered: Sequence[Interval] | None = None
    local: "MirrorReader | None" = None

    def doubled(self) -> int | None:
        """An id of the answer that the mirror holds twice; None where nobody met one.

        As far as it is read.
        """
        return None if self.local is None else self.local.doubled

    def lacking(self) -> str | None:
        """Why something is missing that nobody was asked for; None for nothing."""
        if self.covered is None:
            return None
        from auditql.results.gaps import lacking
        from auditql.results.mixed import MixedReader

        reader = self.reader
        assert isinstance(reader, MixedReader)
        return lacking(self.plan, reader.gaps, reader.missing, self.covered)


class Mirrored:
    """The mirror of one account, as one client uses it.

    Attributes:
        access: the way to it.
    """

    def __init__(
        self, access: MirrorAccess, account: "AccountReader", statistics: Statistics
    ) -> None:
        """Read nothing yet."""
        self.access = access
        self._account = account
        self._statistics = statistics
        self._last: Reading | None = None

    def lacking(self) -> str | None:
        """Why something of the answer begun last is missing that nobody was asked for.

        As far as it is read; None for nothing.
        """
        return None if self._last is None else self._last.lacking()

    @contextmanager
    def reading(self, plan: Plan) -> Iterator[Reading]:
        """How the plan is read now; within it, what the mirror holds stays.

        Raises:
            ConfigurationError: the mirror cannot be used, and nothing else is to be
                read.
            RunError: as well.
        """
        self._last = None
        with self.access.opened() as mirror:
            self._last = self._reading(plan, mirror)
            yield self._last

    def _reading(self, plan: Plan, mirror: "Mirror | None") -> Reading:
        if mirror is None:
            return Reading(plan, self._account)
        from auditql.providers.mirror.reader import MirrorReader
        from auditql.results.mixed import MixedReader

        covered = self.access.covered_by(mirror)
        made = self.access.parted(plan, covered)
        local = MirrorReader(mirror, made, self._statistics)
        reader = MixedReader(
            made,
            local,
            self._account if self.access.asks_api else None,
            self._statistics,
            self.access.refuse,
        )
        return Reading(made, reader, covered, local)

    async def look_up(self, number: int) -> Record | None:
        """The record of an id; None where the account has none.

        Raises:
            RunError: it could not be asked for, or the mirror, which alone is to be
                read, does not hold it, or holds it twice.
            ConfigurationError: the mirror cannot be used, and nothing else is to be
                read.
        """
        found = await self._looked_up(index(number))
        if len(found) == 1:
            return found[0]
        if self.access.asks_api:
            return await self._account.look_up(number)
        if found:
            raise RunError(
                f"the mirror holds {len(found)} different records of the id {number};"
                " the API says which it is"
            )
        from auditql.results.gaps import fetching

        how = fetching(self.access.covered(), [None])
        raise RunError(f"the mirror does not hold the id {number}; {how}")

    async def _looked_up(self, number: int) -> Sequence[Record]:
        """The records of an id that the mirror has."""
        with self.access.opened() as mirror:
            if mirror is None:
                return ()
            from auditql.plan.coverage import of_the_mirror
            from auditql.providers.mirror.reader import MirrorReader
            from auditql.runtime.compile import compile_text

            reader = MirrorReader(mirror, compile_text(""), Statistics())
            box = Box({"id": frozenset({number})}, ALWAYS)
            scan = of_the_mirror(box, exact=True)
            found: list[Record] = []
            try:
                async with aclosing(reader.pages(scan)) as pages:
                    async for page in pages:
                        found += page
            except (MirrorDamaged, ConfigurationError) as error:
                self.access.refuse(error)
                return ()
            return found
