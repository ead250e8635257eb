"""All that a session remembers, in one object that its commands change.

In: nothing. Out: the settings and the last answer. Nothing is asked or printed
here; the terminal sets `width` before it feeds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from auditql.shell.completion.seen import Seen
from auditql.shell.session.definitions import Definitions
from auditql.shell.session.parting import Parting

if TYPE_CHECKING:
    from auditql.plan.model import Interval
    from auditql.runtime.client_settings import MirrorUse
    from auditql.shell.report import Ran
    from auditql.shell.session.answer import Answer
    from auditql.shell.session.output_file import OutputFile

SHOWN = 100
"""Rows that a query without a limit of its own shows at a time."""


class Expanded(Enum):
    """Whether a table is shown one field a line."""

    AUTO = "auto"  # where it does not fit otherwise
    ON = "on"
    OFF = "off"


@dataclass(slots=True)
class State:
    """What lasts from one line to the next.

    Attributes:
        width: columns of the terminal.
        zone: of days and hours; None for UTC.
        limit: rows that are shown at a time where the query names no limit; None
            for all.
        format: how rows are written.
        keeps_format: it was chosen, and so holds for files of any name.
        expanded: whether a table is shown one field a line.
        columns: those shown of records, as they were written; None for all.
        chart: whether bars are drawn; None where they make sense.
        exact: every record is read, where the API's own count would do.
        timing: the statistics line ends an answer.
        values: what parameters stand for, as it was written, by name.
        definitions: what `param` and `let` defined.
        text: of the query that was asked last; empty before the first.
        last: its answer.
        ran: what it took, for `stats`.
        seen: the values met in answers.
        densities: of the account's records, as reads have shown them.
        output: the file that answers go to; None for the screen.
        profile: the name of the profile in force; None for none.
        account: where it is asked, in words; None before it was asked.
        source: whether the account's mirror answers where it can, never, or alone.
        covered: what the mirror holds, as it was looked at last.
        clock: gives the time that counts as now, in seconds since 1970 UTC.
    """

    width: int = 80
    zone: str | None = None
    limit: int | None = SHOWN
    format: str = "table"
    keeps_format: bool = False
    expanded: Expanded = Expanded.AUTO
    columns: str | None = None
    chart: bool | None = None
    exact: bool = False
    timing: bool = True
    values: dict[str, str] = field(default_factory=dict)
    definitions: Definitions = field(default_factory=Definitions)
    text: str = ""
    last: Answer | None = None
    ran: Ran | None = None
    seen: Seen = field(default_factory=Seen)
    densities: dict[str, float] = field(default_factory=dict)
    output: OutputFile | None = None
    profile: str | None = None
    account: str | None = None
    source: MirrorUse = "auto"
    covered: tuple[Interval, ...] = ()
    clock: Callable[[], float] = time.time

    @property
    def asks_api(self) -> bool:
        """Whether the account is asked for what the mirror does not hold."""
        return self.source != "mirror"

    def parting(self) -> Parting:
        """How plans are read now, by what the mirror was seen to hold."""
        return Parting(self.source, self.covered)

    def part(self) -> None:
        """Another account is asked: an answer of the one before ends as it is."""
        self.densities = {}
        self.seen = Seen()
        self.covered = ()
        self.ran = None  # its cursors are of the other account
        if self.last is not None and self.last.has_more:
            self.last = self.last.left()
