"""How a process ends before its time: where its stop says, and with what is left.

In: a stop, a disk. Out: steps to call, one of which does not come back.
"""

from collections.abc import Callable
from random import Random

from disk import Disk, Files
from loop import VirtualLoop
from wishes import How, Measure, Stop

from auditql.shell.interrupts import INTERRUPTS


class Ended(SystemExit):
    """The process is no more; nothing catches this but who ended it."""


class Doom:
    """Ends a process where its stop says, and keeps what it leaves.

    Attributes:
        left: the files at its end; None while it lives, and where it ended by
            itself.
    """

    def __init__(self, stop: Stop | None, disk: Disk, seed: int) -> None:
        self.left: Files | None = None
        self._stop = stop
        self._disk = disk
        self._random = Random(seed + 3)
        self._counted = 0
        self._is_over = stop is None

    def disk_step(self) -> None:
        """A step of the disk."""
        self._step(Measure.DISK_STEPS)

    def round_of(self, made: VirtualLoop) -> Callable[[], None]:
        """What is done after each round of a loop."""

        def after() -> None:
            if self._stop is None:
                return
            if self._stop.measure is Measure.SECONDS:
                if made.time() >= self._stop.at:
                    self._end()
            else:
                self._step(Measure.ROUNDS)

        return after

    def _step(self, measure: Measure) -> None:
        if self._stop is None or self._stop.measure is not measure:
            return
        self._counted += 1
        if self._counted >= self._stop.at:
            self._end()

    def _end(self) -> None:
        if self._is_over:
            return
        assert self._stop is not None
        self._is_over = True
        match self._stop.how:
            case How.CTRL_C:
                INTERRUPTS.came()
                return
            case How.KILL:
                self.left = self._disk.files
            case How.POWER_CUT:
                self.left = self._disk.after_power_cut(self._random)
        raise Ended
