"""`auditql tail`: new matches of a query, as they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditql.shell.arguments import CommonOptions, CompileOptions, VerbParser
from auditql.shell.exits import Exit
from auditql.shell.option_values import joined, number
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions, in_force
from auditql.shell.query_options import add_param, add_strict, add_zone

if TYPE_CHECKING:
    import argparse

FORMATS = ("jsonl", "csv", "tsv", "table", "vertical")
APPENDED = ("jsonl", "csv", "tsv")
"""The formats that a file can be gone on with in."""

_EVERY_S, _LEAST_S, _MOST_S = 30, 5, 86_400
_LAG_S, _MOST_LAG_S = 300, 604_800


class Options(CompileOptions, ProfileOptions):
    """What `tail` takes."""

    text: str | None
    limit: int | None = None
    exact: bool = False
    now: str | None = None
    format: str
    csv_exact: bool
    columns: str | None
    output: str | None
    since: str | None
    every: int
    lag: int
    state: str | None


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Follow a query until Ctrl-C.

    Raises:
        UsageError: the command line is wrong.
        ConfigurationError: there is no account that can be asked, or a state or a
            file is not what it should be.
        OutputError: a row cannot be written.
        RunError: the account refuses.
    """
    parser = VerbParser(
        "tail",
        "Follow a query: each new match once, oldest first, as the account shows it,"
        " until Ctrl-C (exit 130). How far it is out is kept in a state, so the same"
        " command goes on where it stopped: it repeats none and loses none. With -o"
        " FILE that holds after kill -9 too: what was written and not counted is cut"
        " off. On a pipe, rows are written first and counted then: those of the last"
        " moment before a kill -9 come again.",
    )
    parser.add_argument("text", nargs="?", metavar="TEXT", help="- is standard input")
    _add(parser)
    options = parser.read(joined(arguments, "--since"), Options())
    output.obey(options)

    from auditql.shell.tailing import tail

    return tail(options, output, parser.prog, lambda: in_force(options.profile))


def _add(parser: VerbParser) -> None:
    """Let the parser take the options."""
    ProfileOptions.add_profile(parser)
    _add_following(parser.add_argument_group("how it is followed"))
    rows = parser.add_argument_group("the rows")
    rows.add_argument(
        "-f",
        "--format",
        choices=FORMATS,
        default="jsonl",
        help=f"how rows are written: {', '.join(FORMATS)} (default: %(default)s)",
        metavar="FORMAT",
    )
    rows.add_argument(
        "--csv-exact",
        action="store_true",
        help="csv and tsv without the guard against formulas",
    )
    rows.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help=f"add to FILE: {', '.join(APPENDED)}; - is stdout",
    )
    rows.add_argument("--columns", metavar="A,B", help="these columns, in this order")
    group = parser.add_argument_group("the query")
    add_param(group)
    add_zone(group)
    add_strict(group)
    CommonOptions.add(parser)


def _add_following(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--since",
        metavar="TIME",
        help="begin with matches of that time, -1h or 2026-03-10 (default: now);"
        " means nothing where there is a state",
    )
    group.add_argument(
        "--every",
        type=number(_LEAST_S, _MOST_S),
        default=_EVERY_S,
        metavar="S",
        help=f"ask every S seconds, at least {_LEAST_S} (default: %(default)s)",
    )
    group.add_argument(
        "--lag",
        type=number(0, _MOST_LAG_S),
        default=_LAG_S,
        metavar="S",
        help="how late a record may be shown and still be found: so many seconds are"
        " read again each time (default: %(default)s)",
    )
    group.add_argument(
        "--state",
        metavar="FILE",
        help="how far it is out (default: a file in the user's state folder, of the"
        " account, the query and -o)",
    )
