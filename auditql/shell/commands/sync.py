"""`auditql sync`: bring the mirror of an account up to date."""

from collections.abc import Sequence

from auditql.shell.arguments import (
    MOST_CONCURRENT,
    CommonOptions,
    VerbParser,
    positive,
)
from auditql.shell.exits import Exit
from auditql.shell.option_values import joined, number
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions, in_force

_LEAST_S, _MOST_S = 30, 604_800


class Options(CommonOptions, ProfileOptions):
    """What `sync` takes."""

    since: str | None = None
    every: int | None = None
    yes: bool = False
    tz: str | None = None
    stats: bool = False
    verbose: bool = False
    max_requests: int | None = None
    concurrency: int | None = None


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Read into the mirror what it has not.

    Raises:
        ConfigurationError: there is no account that can be asked, or no mirror that
            can be written.
        OutputError: the disk is full.
    """
    parser = VerbParser(
        "sync",
        "Read what the local mirror of the account has not, newest first, up to five"
        " minutes before now: queries then read it from there. Whatever ends it, what"
        " was read is kept, and the next run goes on. A new mirror takes the whole"
        " account, unless --since says less.",
    )
    ProfileOptions.add_profile(parser)
    parser.add_argument(
        "--since",
        metavar="TIME",
        help="hold everything from then on, -90d or 2026-01-01 (default: from where"
        " the mirror begins)",
    )
    parser.add_argument(
        "--every",
        type=number(_LEAST_S, _MOST_S),
        metavar="S",
        help=f"go on, every S seconds, at least {_LEAST_S}, until Ctrl-C",
    )
    parser.add_argument("--yes", action="store_true", help="ask nothing first")
    parser.add_argument("--tz", metavar="ZONE", help="zone of --since (default: UTC)")
    parser.add_argument(
        "--stats", action="store_true", help="one JSON line about the run on stderr"
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="say what the run took"
    )
    parser.add_argument(
        "--max-requests",
        type=positive,
        metavar="N",
        help="stop after N requests, exit 6; the next run goes on",
    )
    parser.add_argument(
        "--concurrency",
        type=number(1, MOST_CONCURRENT),
        metavar="N",
        help="at most N requests at once (default: 8, or 1 with --max-requests)",
    )
    CommonOptions.add(parser)
    options = parser.read(joined(arguments, "--since"), Options())
    output.obey(options)
    force = in_force(options.profile)
    profile = force.choice.profile
    if options.tz is None and profile is not None:
        options.tz = profile.tz
    connection = force.connection()
    for words in connection.warnings:
        output.note(f"warning: {words}")

    from auditql.shell.syncing import sync

    return sync(options, output, connection)
