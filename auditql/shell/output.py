"""The one place that prints.

In: what a command has to say. Out: data on standard output, narration on
standard error, both in UTF-8 whatever the locale says: an answer must not
depend on the machine that asked. Narration passes through `safe_text` here, so
no text of a query, a file name or an answer reaches a terminal as a control.
Data is written as its format made it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from auditql.shell.color import Color, paint, wants_color
from auditql.shell.exits import ClosedPipe

TYPE_CHECKING = False  # `typing` would take longer to load than all that is here
if TYPE_CHECKING:
    from typing import NoReturn, TextIO

    from auditql.diagnostics.model import Diagnostic
    from auditql.shell.arguments import CommonOptions

_ERASE = "\r\x1b[2K"  # to the first column, and the line away


class Output:
    """Standard output and standard error of one run.

    Attributes:
        color: when narration is coloured.
        debug: an internal error shows where it happened.
    """

    def __init__(self, stdout: TextIO | None, stderr: TextIO | None) -> None:
        """Print to these; None is a stream that was closed before we began."""
        self.color = Color.AUTO
        self.debug = False
        self._stdout = stdout
        self._stderr = stderr
        self._is_shown = False
        self._lost: OSError | None = None

    @classmethod
    def standard(cls) -> Output:
        """The output of this process, switched to UTF-8."""
        for stream in (sys.stdout, sys.stderr):
            # What UTF-8 cannot encode is shown as an escape, never an error.
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
        return cls(sys.stdout, sys.stderr)

    def obey(self, options: CommonOptions) -> None:
        """Print as the options of the command line say, from now on."""
        self.color = Color(options.color)
        self.debug = options.debug

    @property
    def narrates_to_terminal(self) -> bool:
        """Whether a person sees standard error."""
        return self._stderr is not None and self._stderr.isatty()

    @property
    def shows_progress(self) -> bool:
        """Whether a line can be rewritten where a person sees it."""
        return self.narrates_to_terminal and os.environ.get("TERM") not in {
            None,
            "",
            "dumb",
        }

    @property
    def width(self) -> int | None:
        """Columns of the terminal that gets the data; None where it is none."""
        if self._stdout is None or not self._stdout.isatty():
            return None
        import shutil

        return shutil.get_terminal_size().columns

    def data(self, text: str) -> None:
        """Write a piece of the answer, as it is, to standard output.

        Raises:
            ClosedPipe: nobody reads it any more.
            OutputError: it could not be written.
        """
        self._make_room()
        if self._lost is not None:
            self._give_up(self._lost)
        if self._stdout is None:
            from auditql.errors import OutputError

            raise OutputError("standard output is closed")
        try:
            self._stdout.write(text)
        except OSError as error:
            self._give_up(error)

    def flush(self) -> None:
        """Hand over what was written so far to whoever reads standard output.

        Raises:
            ClosedPipe: nobody reads it any more.
            OutputError: it could not be written.
        """
        if self._stdout is None:
            return
        try:
            self._stdout.flush()
        except OSError as error:
            self._give_up(error)

    def check_reader(self) -> None:
        """See that somebody still reads standard output, where it is a pipe.

        A run that has nothing to write for hours would else never know.

        Raises:
            ClosedPipe: nobody does any more.
        """
        import select

        if self._stdout is None or not hasattr(select, "poll"):
            return
        try:
            poll = select.poll()
            poll.register(self._stdout.fileno(), 0)
            found = poll.poll(0)
        except (OSError, ValueError):  # no descriptor of the system
            return
        if any(event & (select.POLLERR | select.POLLHUP) for _, event in found):
            self._give_up(BrokenPipeError())

    def progress(self, text: str | None) -> None:
        """Show how far a run is, instead of what was shown before; None shows no more.

        Whatever else is said takes its place. Only where `shows_progress`.

        Args:
            text: one line, of our own words.
        """
        if self._stderr is None or (text is None and not self._is_shown):
            return
        try:
            if text is not None:
                text = text[: os.get_terminal_size(self._stderr.fileno()).columns - 1]
            self._stderr.write(_ERASE + (text or ""))
            self._stderr.flush()
        except OSError:
            return
        self._is_shown = text is not None

    def note(self, text: str) -> None:
        """Say something about the answer, on standard error, lines as given."""
        from auditql.diagnostics.safe_text import safe_text

        self._narrate(safe_text(text, keep_newlines=True))

    def error(self, message: str, help_: str | None = None) -> None:
        """Say what ended the run, in the shape of a diagnostic without a place."""
        self.note(f"error: {message}" + (f"\n  = help: {help_}" if help_ else ""))

    def diagnostics(
        self, found: Sequence[Diagnostic], text: str, name: str | None = None
    ) -> None:
        """Say what is wrong with a text, with the lines it stands in.

        Args:
            found: nothing is said where it is empty.
            text: what their spans point into.
            name: the file the text came from; None for none.
        """
        if not found:
            return
        from auditql.diagnostics.render import render_text

        self.note(render_text(found, text, name).rstrip("\n"))

    def _make_room(self) -> None:
        """Let the line of progress go, if rows go to a terminal too: it is the same."""
        if self._is_shown and self.width is not None:
            self.progress(None)

    def _narrate(self, text: str) -> None:
        """Print a text that is safe; a standard error that has gone is no fault."""
        self.progress(None)
        if self._stderr is None:
            return
        if wants_color(self.color, self.narrates_to_terminal):
            text = paint(text)
        try:
            self._stderr.write(text + "\n")
            self._stderr.flush()
        except OSError:
            _discard(self._stderr)
            self._stderr = None

    def _give_up(self, error: OSError) -> NoReturn:
        """Stop writing to standard output, for good; whatever comes fails as this.

        Raises:
            ClosedPipe: nobody reads it any more.
            OutputError: it cannot be written.
        """
        self._lost = error
        if self._stdout is not None:
            _discard(self._stdout)
            self._stdout = None
        if isinstance(error, BrokenPipeError):
            raise ClosedPipe from error
        from auditql.errors import OutputError

        raise OutputError(
            f"standard output cannot be written: {error.strerror}"
        ) from error


def _discard(stream: TextIO) -> None:
    """Let a stream write to nowhere: what it still holds would fail again at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)
