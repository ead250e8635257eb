"""Ctrl-C and SIGTERM, held back for the moment in which text and count must agree.

In: signals of this process, from its handler. Out: KeyboardInterrupt, at once or
as soon as what holds it is done. Rows are written and counted as out in one
step, or a checkpoint would say less than what was written.
"""

TYPE_CHECKING = False  # `typing` would take longer to load than all that is here
if TYPE_CHECKING:
    from types import TracebackType


class Interrupts:
    """What came of the signals; used as `with INTERRUPTS:` around what is short.

    It does not nest. What blocks inside is ended by the process's last resort.
    """

    def __init__(self) -> None:
        """Hold nothing back."""
        self._is_held = False
        self._has_come = False

    def came(self) -> None:
        """A signal came.

        Raises:
            KeyboardInterrupt: unless it is held back.
        """
        if not self._is_held:
            raise KeyboardInterrupt
        self._has_come = True

    def __enter__(self) -> None:
        """Hold signals back."""
        self._is_held = True

    def __exit__(
        self,
        kind: "type[BaseException] | None",
        error: BaseException | None,
        trace: "TracebackType | None",
    ) -> None:
        """Hold them back no more.

        Raises:
            KeyboardInterrupt: one came, and nothing else is raised.
        """
        self._is_held = False
        if self._has_come:
            self._has_come = False
            if error is None:
                raise KeyboardInterrupt


INTERRUPTS = Interrupts()
"""Those of this process, as signals are."""
