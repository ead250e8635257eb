"""What may stand behind a verb: the options, typed, and the groups they come in.

In: an argparse parser of one verb. Out: its options filled into a typed
namespace. A wrong command line raises UsageError and a call for help raises
HelpAsked: nothing is printed and nobody exits here.
"""

import argparse
from collections.abc import Sequence
from typing import NoReturn, TypeVar

from auditql.shell.color import Color
from auditql.shell.exits import HelpAsked, UsageError
from auditql.shell.option_values import number, seconds
from auditql.shell.query_options import add_param, add_strict, add_zone

_SHOWN = 60  # characters of an argument that are shown

MOST_CONCURRENT = 64
"""Most requests at once that may be asked for, as in a profile."""

O = TypeVar("O", bound="CommonOptions")  # noqa: E741 - the options of one verb


class VerbParser(argparse.ArgumentParser):
    """A parser of one verb that raises instead of printing and exiting."""

    def __init__(self, name: str, description: str) -> None:
        """Parse what follows `auditql NAME`."""
        super().__init__(
            prog=f"auditql {name}", description=description, allow_abbrev=False
        )

    @property
    def actions(self) -> tuple[argparse.Action, ...]:
        """All that it takes, in the order of its help."""
        return tuple(self._actions)

    def print_help(self, file: object = None) -> NoReturn:
        """Hand the help to whoever prints.

        Raises:
            HelpAsked: always.
        """
        raise HelpAsked(self)

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Raises:
            UsageError: always.
        """
        raise UsageError(message, self.prog)

    def unrecognized(self, argument: str) -> str:
        """What to say of an argument that nothing takes; near options for one."""
        from auditql.diagnostics.nearest import nearest

        word = argument if len(argument) <= _SHOWN else argument[: _SHOWN - 1] + "…"
        if not word.startswith("-") or " " in word:
            return f"`{word}` is one argument too many; put a query in quotes"
        known = [
            option
            for action in self.actions
            for option in action.option_strings
            if option.startswith("--")
        ]
        near = nearest(word.split("=")[0], known)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        return f"there is no option {word.split('=')[0]}{hint}"

    def read(self, arguments: Sequence[str], into: O) -> O:
        """The options that the arguments say, filled into `into`.

        Raises:
            UsageError: they cannot be read.
            HelpAsked: `--help` is among them.
        """
        options, unknown = self.parse_known_args(list(arguments), into)
        if unknown:
            raise UsageError(self.unrecognized(unknown[0]), self.prog)
        names = [name for name, _ in getattr(options, "param", ())]
        for name in names:
            if names.count(name) > 1:  # which is meant is not guessed
                message = f"-p {name} is given twice; a list is `(1, 2)`"
                raise UsageError(message, self.prog)
        return options


class CommonOptions(argparse.Namespace):
    """What every verb takes."""

    color: str
    debug: bool

    @staticmethod
    def add(parser: VerbParser) -> None:
        """Let the parser take these options."""
        group = parser.add_argument_group("messages")
        group.add_argument(
            "--color",
            choices=[c.value for c in Color],
            default=Color.AUTO.value,
            help="colour in messages (default: on a terminal)",
        )
        group.add_argument(
            "--debug", action="store_true", help="show where an internal error arose"
        )


class CompileOptions(CommonOptions):
    """What a query is compiled with."""

    param: list[tuple[str, str]]
    now: str | None
    tz: str | None
    limit: int | None
    exact: bool
    strict: bool
    files: list[str] | None = None
    from_format: str | None = None
    source: str | None = None
    table: str | None = None

    @staticmethod
    def add(parser: VerbParser) -> None:
        """Let the parser take these options."""
        CompileOptions.add_query(parser)
        CommonOptions.add(parser)

    @staticmethod
    def add_query(parser: VerbParser) -> None:
        """Let the parser take what a query is compiled with, and no more."""
        group = parser.add_argument_group("the query")
        add_param(group)
        group.add_argument(
            "--now", metavar="TIME", help="the frozen now, 2026-03-10T12:00:00Z"
        )
        add_zone(group)
        group.add_argument(
            "--limit", type=_count, metavar="N", help="at most N rows (default: all)"
        )
        group.add_argument(
            "--exact",
            action="store_true",
            help="count records here, never take the API's own count",
        )
        add_strict(group)


class _Choose(argparse.Action):
    """Takes a format, and that somebody chose it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        """Keep the value."""
        setattr(namespace, self.dest, values)
        namespace.is_format_chosen = True


class AnswerOptions(CommonOptions):
    """Where rows go, how they are written, and what bounds the asking."""

    format: str
    is_format_chosen: bool = False
    place: tuple[int, int] | None = None  # which query of how many in a file
    csv_exact: bool
    output: str | None
    columns: str | None
    stats: bool
    verbose: bool
    max_requests: int | None
    timeout: float | None

    @staticmethod
    def add(parser: VerbParser, default_format: str = "table") -> None:
        """Let the parser take these options."""
        AnswerOptions.add_answer(parser, default_format)
        CommonOptions.add(parser)

    @staticmethod
    def add_answer(parser: VerbParser, default_format: str) -> argparse._ArgumentGroup:
        """Let the parser take these options alone; gives the group for more."""
        from auditql.results.formats import FORMATS

        group = parser.add_argument_group("the answer")
        group.add_argument(
            "-f",
            "--format",
            action=_Choose,
            choices=list(FORMATS),
            default=default_format,
            help=f"how rows are written: {', '.join(FORMATS)} (default: %(default)s)",
            metavar="FORMAT",
        )
        group.add_argument(
            "--csv-exact",
            action="store_true",
            help="csv and tsv without the guard against formulas",
        )
        group.add_argument(
            "-o",
            "--output",
            metavar="FILE",
            help="write to FILE, there under its name once complete; - is stdout",
        )
        group.add_argument(
            "--columns", metavar="A,B", help="these columns, in this order"
        )
        AnswerOptions.add_bounds(group)
        return group

    @staticmethod
    def add_bounds(group: argparse._ArgumentGroup) -> None:
        """Let the parser take what bounds the asking, and what is said of it."""
        group.add_argument(
            "--stats", action="store_true", help="one JSON line about the run on stderr"
        )
        group.add_argument(
            "-v", "--verbose", action="store_true", help="say what the run took"
        )
        group.add_argument(
            "--max-requests",
            type=positive,
            metavar="N",
            help="stop after N requests, by default one at a time so that none is"
            " spent ahead; the answer is then partial, exit 6",
        )
        group.add_argument(
            "--timeout",
            type=seconds,
            metavar="S",
            help="stop after S seconds, exit 5, or 6 when rows are out",
        )


class RunOptions(CompileOptions, AnswerOptions):
    """How a query is compiled, run and answered."""

    chart: bool | None
    concurrency: int | None
    fail_empty: bool

    @staticmethod
    def add(parser: VerbParser, default_format: str = "table") -> None:
        """Let the parser take these options."""
        group = AnswerOptions.add_answer(parser, default_format)
        group.add_argument(
            "--chart",
            action=argparse.BooleanOptionalAction,
            help="a table with a bar behind each count (default: on a terminal)",
        )
        RunOptions.add_pace(group)
        CompileOptions.add(parser)

    @staticmethod
    def add_pace(group: argparse._ArgumentGroup) -> None:
        """Let the parser take how an account is asked, and what no match means."""
        group.add_argument(
            "--concurrency",
            type=number(1, MOST_CONCURRENT),
            metavar="N",
            help="at most N requests at once; 1 asks page after page (default: 8, or 1"
            " with --max-requests)",
        )
        group.add_argument(
            "--fail-empty",
            action="store_true",
            help="exit 7 when nothing matches, or 0 is all that was counted",
        )


_count = number(0)
positive = number(1)
"""Reads a whole number from 1 up."""
