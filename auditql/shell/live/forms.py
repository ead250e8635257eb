"""What is known while a text is typed, and what is said of it.

A Context comes from the session; a Live is the answer for one text. Both are plain
data, and neither knows of a terminal.
"""

from collections.abc import Sequence
from dataclasses import field
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.diagnostics.model import Diagnostic, Fix
from auditql.plan.capability import Source
from auditql.plan.model import Interval
from auditql.providers.zendesk.requests import ZendeskSource

if TYPE_CHECKING:
    from auditql.shell.completion.known import Command


@lru_cache(maxsize=1)
def _api() -> Source:
    """The audit-log API: one object, so that contexts without another are equal."""
    return ZendeskSource()


@form
class Context:
    """What the session knows; a new one is made when any of it changes.

    Attributes:
        zone: name of the zone of days and hours.
        now_s: the moment that counts as now, seconds since 1970 UTC.
        limit: rows that are read of a query that names no limit; None for all.
        values: what parameters stand for, by name, by the rules of `bind`.
        definitions: what `let` and `param` defined: `@name` or `:name`, and the
            statement without its `;`.
        commands: those of the shell; empty where they are not known.
        is_exact: every record is read, where the API's own count would do.
        densities: records a second of what was read before, by `density.key`.
        source: what is asked.
        covered: what the mirror of the account holds.
        asks_api: the account is asked for the rest.
    """

    zone: str
    now_s: int
    limit: int | None = None
    values: tuple[tuple[str, object], ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()
    commands: "tuple[Command, ...]" = ()
    is_exact: bool = False
    densities: tuple[tuple[str, float], ...] = ()
    source: Source = field(default_factory=_api)
    covered: tuple[Interval, ...] = ()
    asks_api: bool = True

    def __hash__(self) -> int:
        """Equal contexts hash equally; the value of a parameter may have no hash."""
        return hash((self.zone, self.now_s, self.limit, self.definitions))


class State(Enum):
    """What stands in the text, and so what Enter does."""

    EMPTY = "empty"
    COMMAND = "a command"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"
    WRONG = "wrong"


@form
class Fault:
    """The first thing that is wrong.

    Attributes:
        line: of the text, from 1; None where no place in it is meant.
        column: from 1, in code points.
        message: one line, no full stop.
        help: what to write instead; None where nothing helps.
        fix: the change that would be accepted; None where none is known.
        lines: of the whole text.
    """

    line: int | None
    column: int | None
    message: str
    help: str | None
    fix: Fix | None
    lines: int = 1


@form
class Here:
    """A condition that is checked here.

    Attributes:
        long: `source_label not like`.
        short: `not like`.
    """

    long: str
    short: str


@form
class Expected:
    """How many requests a text will send, retries left out.

    Attributes:
        least: in any case.
        about: the estimate; None where nobody can say.
        is_exact: so many, and no more.
        is_bound: the estimate is of the most that it can come to.
    """

    least: int
    about: int | None = None
    is_exact: bool = False
    is_bound: bool = False


ALL = "all"
"""What the mirror gives of a text for which nobody is asked."""

NOTHING = "nothing"
"""The same where it holds nothing, and nothing else is read."""

PART = "in part"


@form
class Facts:
    """What running a text means.

    Attributes:
        queries: that it holds.
        defines: parameters, names and zones that it sets for the session.
        api: fields that the API filters.
        here: conditions that are checked on every record that comes.
        expected: requests.
        is_remote: it is asked of an account; else files are read.
        is_server_count: the answer is the API's own count.
        first: rows after which the shell stops by itself; None where it does not.
        mirror: what of it the mirror gives, in words; empty for nothing.
        saved: requests that the mirror saves, about; None where nobody can say.
    """

    queries: int
    defines: tuple[str, ...]
    api: tuple[str, ...]
    here: tuple[Here, ...]
    expected: Expected
    is_remote: bool = True
    is_server_count: bool = False
    first: int | None = None
    mirror: str = ""
    saved: int | None = None


@form
class Live:
    """What is said of a text.

    Attributes:
        state: what Enter does.
        text: that was checked.
        fault: the first error, where it is wrong.
        hint: what may come, or what a command does; empty for nothing.
        warnings: of a text that can be run.
        facts: of a text that can be run; None where it was not planned.
        context: in which it was checked.
    """

    state: State
    text: str = field(repr=False)
    context: Context = field(repr=False, compare=False)
    fault: Fault | None = None
    hint: str = ""
    warnings: tuple[Diagnostic, ...] = ()
    facts: Facts | None = None

    @property
    def runs(self) -> bool:
        """Whether Enter hands the text to the session, be it to hear what is wrong."""
        return self.state in (State.COMMAND, State.COMPLETE, State.WRONG)

    @property
    def adds_line(self) -> bool:
        """Whether Enter adds a line: more text is needed, and could make it fit."""
        return self.state is State.INCOMPLETE

    @property
    def diagnostics(self) -> Sequence[Diagnostic]:
        """Everything found in the text, at most 5 errors; found when first asked."""
        from auditql.shell.live.checking import diagnostics

        return diagnostics(self.text, self.context)
