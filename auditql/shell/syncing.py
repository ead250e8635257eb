"""A sync on the command line, from its options to its exit code.

In: options, a connection. Out: the mirror, turn by turn; on standard error how far it
is, what it took, and why it ended before its time.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from math import isfinite
from typing import TYPE_CHECKING

from auditql.errors import MirrorDamaged, OutputError, RunError
from auditql.plan.cost import MANY
from auditql.plan.lines import counted
from auditql.plan.reader import Statistics
from auditql.providers.mirror.writer import MirrorWriter
from auditql.runtime.mirrors import place_of
from auditql.runtime.settling import may_heal
from auditql.runtime.syncing import Syncing, Work
from auditql.runtime.times import past_moment_of
from auditql.shell import asking, looping
from auditql.shell.covering import pairs_of, reach_of
from auditql.shell.endings import exit_of, told
from auditql.shell.exits import Exit
from auditql.shell.looping import Seams
from auditql.shell.progress import FIRST_S, Seen, Waits, duration, line

if TYPE_CHECKING:
    from auditql.plan.model import Interval
    from auditql.runtime.connection import Connection
    from auditql.shell.commands.sync import Options
    from auditql.shell.output import Output

_LINE_S = 0.2
_SHOWN_IDS = 5


class _Declined(Exception):
    """The person said no."""


def sync(
    options: Options,
    output: Output,
    connection: Connection,
    seams: Seams | None = None,
    loop: looping.Loop | None = None,
    *,
    trims: bool = False,
) -> Exit:
    """Fill the gaps of the account's mirror; gives the exit code.

    Args:
        options: of the command line.
        output: the output of the run.
        connection: to the account.
        seams: the world around; None means the real one.
        loop: makes the event loop; None for the usual one.
        trims: take out what a clock that was wrong put into the mirror.

    Raises:
        ConfigurationError: the mirror cannot be written, or `--since` is no time, or is
            still to come.
        MirrorDamaged: it does not hold what was put into it.
        OutputError: the disk is full; what was kept before is whole.
    """
    seams = seams if seams is not None else Seams()
    since_s = None
    if options.since is not None:
        since_s = past_moment_of(options.since, options.tz, seams.wall())
    place = place_of(connection.origin, connection.mirror)
    writer = MirrorWriter(place, clock=seams.wall)
    try:
        made = Run(options, output, connection, writer, seams, trims=trims)
        code = Exit.OK
        try:
            looping.run(made(since_s), loop)
        except (MirrorDamaged, OutputError):
            made.sum_up()  # whoever ends it tells the error
            raise
        except RunError as error:
            code = Exit.PARTIAL if made.syncing.done.kept else exit_of(error)
            made.ended(told(error))
        except KeyboardInterrupt:
            code = Exit.INTERRUPTED
            made.ended("interrupted")
        except _Declined:
            code = Exit.REFUSED
            output.note("nothing was read")
        made.sum_up()
        return code
    finally:
        output.progress(None)
        writer.close()


class Run:
    """One run of sync: its turns, and what is said of them.

    Attributes:
        syncing: does the work.
    """

    def __init__(
        self,
        options: Options,
        output: Output,
        connection: Connection,
        writer: MirrorWriter,
        seams: Seams,
        *,
        trims: bool = False,
    ) -> None:
        """Nothing is asked yet."""
        from auditql.providers.zendesk.reader import ZendeskReader
        from auditql.runtime.pace import pace_of

        self._options = options
        self._output = output
        self._writer = writer
        self._seams = seams
        self._trims = trims
        self._counts = Statistics()
        self._waits = Waits(seams.clock, seams.sleep)
        bounded = options.max_requests is not None
        pace = pace_of(connection, options.concurrency, None, is_bounded=bounded)
        self._reader = ZendeskReader(
            connection.origin,
            connection.credential,
            statistics=self._counts,
            transport=seams.transport or connection.transport(),
            sleep=self._waits.sleep,
            clock=seams.clock,
            most_requests=options.max_requests,
            concurrency=pace.concurrency,
            share=pace.share,
        )
        self.syncing = Syncing(self._reader, self._counts, writer, seams.wall)
        self._began_s = seams.clock()
        self._is_new = not writer.covered()
        self._is_told = False
        self._conflicts = 0

    async def __call__(self, since_s: int | None) -> None:
        """Turn after turn, or one.

        Raises:
            RunError: it could not be done, and no later turn may do it.
            OutputError: the mirror could not be written.
        """
        every_s = self._options.every
        is_lost = False
        async with self._reader:
            while True:
                began_s = self._seams.clock()
                before = self.syncing.done.new
                try:
                    await self._turn(since_s)
                except RunError as error:
                    if every_s is None or not may_heal(error):
                        raise
                    if not is_lost:
                        words = f"warning: {told(error)}; it is tried again"
                        self._output.note(words)
                    is_lost = True
                else:
                    is_lost = False
                finally:
                    self._warn_of_conflicts()
                if every_s is None:
                    return
                if self._is_watched and self.syncing.done.new > before:
                    self._output.note(self._summary())
                spent_s = self._seams.clock() - began_s
                await self._seams.sleep(max(0.0, every_s - spent_s))

    def ended(self, words: str) -> None:
        """Say why it ended before its time, and what is left of it."""
        done = self.syncing.done
        kept = f"; {counted(done.new, 'new record')} in the mirror" if done.kept else ""
        self._output.error(f"{words}{kept}", "`auditql sync` goes on from there")

    def sum_up(self) -> None:
        """Say what it took, where that is wanted."""
        done, counts = self.syncing.done, self._counts
        if self._is_watched:
            self._output.note(self._summary())
        if self._options.stats:
            facts = {
                "new": done.new,
                "known": done.known,
                "conflicts": self._conflicts,
                "requests": counts.requests,
                "pages": counts.pages,
                "rows_fetched": counts.rows_fetched,
                "retries": counts.retries,
                "waited_ms": counts.waited_ms,
                "elapsed_ms": int(self._elapsed_s * 1000),
                "covered": pairs_of(self._covered()),
            }
            self._output.note(json.dumps(facts))

    @property
    def _is_watched(self) -> bool:
        return self._options.verbose or self._output.narrates_to_terminal

    @property
    def _elapsed_s(self) -> float:
        return self._seams.clock() - self._began_s

    def _summary(self) -> str:
        done, counts = self.syncing.done, self._counts
        reach = reach_of(self._covered())
        return (
            f"{counted(done.new, 'new record')} · the mirror holds {reach} · "
            f"{counted(counts.requests, 'request')} · {self._elapsed_s:.1f} s"
        )

    def _covered(self) -> tuple[Interval, ...] | None:
        """What the mirror covers; None where it is damaged, or cannot be read."""
        try:
            return self._writer.covered()
        except RunError:
            return None

    def _warn_of_conflicts(self) -> None:
        """Say what the turn brought with other content, however it ended."""
        ids = self.syncing.done.conflicts
        if ids:
            shown = ", ".join(map(str, ids[:_SHOWN_IDS]))
            more = ", …" if len(ids) > _SHOWN_IDS else ""
            what = f"{counted(len(ids), 'record')} came with other content than before"
            self._output.note(f"warning: {what} ({shown}{more}); both are kept")
            self._conflicts += len(ids)
            ids.clear()

    async def _turn(self, since_s: int | None) -> None:
        is_told = self._is_told
        work = await self.syncing.work(since_s, counts=not is_told, trims=self._trims)
        if not is_told:
            self._is_told = True  # once, also where the turn does not come to its end
            if work.words is not None:
                self._output.note(f"warning: {work.words}")
            self._tell_cost(work, is_whole=self._is_new and since_s is None)
        if not self._output.shows_progress:
            await self.syncing.fill(work)
            return
        watch = asyncio.create_task(self._show(work))
        try:
            await self.syncing.fill(work)
        finally:
            watch.cancel()

    def _tell_cost(self, work: Work, *, is_whole: bool) -> None:
        """Say that much is to be read, and ask whoever can be asked.

        Raises:
            _Declined: they said no.
        """
        requests, options = work.requests, self._options
        if requests is None or work.records is None:
            return
        if requests <= MANY and not is_whole:
            return
        what = "the whole account" if is_whole else "what is missing"
        much = f"{counted(work.records, 'record')}, {counted(requests, 'request')}"
        rate = self._reader.rate
        if isfinite(rate):
            much += f", {duration(requests / rate)} at {rate * 60:,.0f} a minute"
        self._output.note(f"note: {what} is read: about {much}")
        if requests <= MANY or options.yes or not self._output.narrates_to_terminal:
            return
        if asking.is_person():
            said = asking.answer("read it (yes, no)").lower()
            if said not in ("y", "yes"):
                raise _Declined

    async def _show(self, work: Work) -> None:
        """Keep the line of progress up to date until it is cancelled."""
        counts, done = self._counts, self.syncing.done
        before, kept, began_s = counts.pages, done.new, self._seams.clock()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(FIRST_S)
            while True:
                seen = Seen(
                    counts.pages - before,
                    None if work.requests is None else float(work.requests),
                    done.new - kept,
                    counts.requests,
                    self._seams.clock() - began_s,
                    self._waits.left_s(),
                    is_limited=counts.limited > 0,
                )
                self._output.progress(line(seen))
                await asyncio.sleep(_LINE_S)
        self._output.progress(None)
