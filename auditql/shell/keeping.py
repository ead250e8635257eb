"""An answer's checkpoint, kept while rows go out.

In: how far the answer is out. Out: a checkpoint on the disk that never says more
than what is there: of a file, about every second, after its rows; of standard
output, where the run ends early. The clock is handed in.
"""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from auditql.catalog.forms import form
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.errors import ConfigurationError
from auditql.plan.reader import Statistics
from auditql.results.formats import Begun
from auditql.results.position import Position
from auditql.runtime.checkpoint import Asking, Checkpoint
from auditql.runtime.checkpoint_files import new_path, save
from auditql.runtime.writer import FileWriter
from auditql.shell.interrupts import INTERRUPTS

EVERY_S = 1.0
"""Seconds between two checkpoints of a file, at least."""


@form
class Resumed:
    """An answer that goes on.

    Attributes:
        path: of its checkpoint.
        checkpoint: where it stopped.
    """

    path: Path
    checkpoint: Checkpoint


class Keeper:
    """Keeps the checkpoint of one answer.

    Attributes:
        before: how far an earlier run brought it; None where this run begins it.
    """

    def __init__(
        self,
        asking: Asking,
        resumed: Resumed | None,
        file: FileWriter | None,
        *,
        manifest: bool,
        statistics: Statistics,
        warned: Sequence[Diagnostic],
        clock: Callable[[], float],
    ) -> None:
        """Keep nothing yet.

        Args:
            asking: what was asked.
            resumed: the run goes on from here; None where it begins.
            file: the answer's; None for standard output.
            manifest: one is wanted.
            statistics: know the server's time.
            warned: what the run gave reason to warn of, as it comes.
            clock: a monotonic clock, in seconds.
        """
        checkpoint = None if resumed is None else resumed.checkpoint
        self.before = None if checkpoint is None else checkpoint.position
        self._asking = asking
        self._file = file
        self._path = None if resumed is None else resumed.path
        self._manifest = manifest
        self._server_s = None if checkpoint is None else checkpoint.server_s
        self._statistics = statistics
        self._warned = warned
        self._clock = clock
        self._position = self.before
        self._begun = None if checkpoint is None else checkpoint.begun
        self._kept = self.before
        self._due_s = clock()
        self._trouble: str | None = None

    @property
    def server_s(self) -> int | None:
        """The server's time of the first answer, that of an earlier run included."""
        if self.before is not None and self._server_s is None:
            return None  # the rows of the earlier run are of no known time
        known = (self._server_s, self._statistics.server_s)
        return min((second for second in known if second is not None), default=None)

    def wrote(self, position: Position | None, begun: Begun | None) -> None:
        """Rows were written up to a position."""
        self._position, self._begun = position, begun

    def flushed(self) -> None:
        """Keep a checkpoint of the file, if it is time for one.

        Raises:
            OutputError: the file cannot be written.
        """
        if self._file is not None and self._clock() >= self._due_s:
            self._keep()
            self._due_s = self._clock() + EVERY_S

    def stopped(self) -> str | None:
        """Keep the last checkpoint; gives what goes on with it, None for nothing.

        Everything that was written is flushed.

        Raises:
            OutputError: the file cannot be written.
        """
        self._keep()
        if self._kept is None:
            return None
        if self._file is not None:
            return shlex.quote(self._file.path)
        is_all = self._kept == self._position
        return shlex.quote(str(self._path)) if is_all else None

    def left(self) -> str | None:
        """What goes on with what was kept last, where nothing more can be written."""
        if self._kept is None or self._file is None:
            return None
        return shlex.quote(self._file.path)

    def completed(self) -> None:
        """Forget it: the answer is complete. A file has forgotten its own."""
        if self._path is not None and self._file is None:
            self._path.unlink(missing_ok=True)

    @property
    def trouble(self) -> str | None:
        """Why a checkpoint could not be kept; None where none failed."""
        return self._trouble

    def _keep(self) -> None:
        """Put on the disk how far the answer is out, if there it can go on."""
        position, begun = self._position, self._begun
        if position is None or begun is None or not self._is_sound(position):
            return
        if self._file is not None:
            self._file.sync()
        checkpoint = Checkpoint(
            self._asking,
            position,
            begun,
            None if self._file is None else self._file.written,
            self.server_s,
            self._manifest,
        )
        try:
            with INTERRUPTS:
                save(self._place(), checkpoint)
                self._kept = position
        except ConfigurationError as error:
            self._trouble = str(error)

    def _is_sound(self, position: Position) -> bool:
        is_ordered = all(w.code is not Code.OUT_OF_ORDER for w in self._warned)
        return is_ordered and position.is_bounded

    def _place(self) -> Path:
        if self._file is not None:
            return self._file.resume
        if self._path is None:
            self._path = new_path()
        return self._path
