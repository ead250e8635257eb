"""The exit codes, whose meaning never changes, and the ends known to the shell alone.

In: nothing. Out: the codes and four exceptions. Errors of auditql's own tree
are not known here, so that `--help` need not load them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditql.shell.arguments import VerbParser


class Exit(IntEnum):
    """How a run ended; the number is the exit code of the process."""

    OK = 0
    FAILED = 1  # the API or the run failed; `fmt --check` found work to do
    REFUSED = 2  # usage, settings or query: nothing was sent
    CONNECTION = 3  # no answer could be had; may be tried again
    ACCESS = 4  # 401 or 403: credential, plan or scope
    RAN_OUT = 5  # the rate limit or `--timeout`, and no row is out
    PARTIAL = 6  # rows are out, or `--max-requests` was reached; not complete
    EMPTY = 7  # `--fail-empty` and nothing matched
    OUTPUT = 8  # the answer could not be written
    INTERRUPTED = 130  # Ctrl-C or SIGTERM
    CLOSED_PIPE = 141  # whoever read the answer has gone


class UsageError(Exception):
    """The command line is wrong.

    Attributes:
        command: what to ask for help, such as `auditql query`.
    """

    def __init__(self, message: str, command: str = "auditql") -> None:
        """Hold what is wrong; the message ends without a full stop."""
        super().__init__(message)
        self.command = command


class HelpAsked(Exception):
    """`--help` was given; as text it is the help to show.

    Attributes:
        parser: whose help it is.
    """

    def __init__(self, parser: VerbParser) -> None:
        """Hold the help of a verb."""
        super().__init__(parser.format_help())
        self.parser = parser


class ClosedPipe(Exception):
    """Whoever read standard output has gone; there is nothing left to do."""


class Ended(Exception):
    """The run has ended and what there was to say has been said.

    Attributes:
        code: how it ended.
    """

    def __init__(self, code: Exit) -> None:
        """End with that code."""
        super().__init__(code.name)
        self.code = code
