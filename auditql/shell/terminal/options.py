"""What may stand behind `auditql`, or behind `auditql demo`, on a terminal."""

import argparse
from collections.abc import Sequence

from auditql.results.formats import FORMATS
from auditql.shell.arguments import CommonOptions, VerbParser
from auditql.shell.exits import UsageError
from auditql.shell.option_values import number
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions
from auditql.shell.query_options import add_param
from auditql.shell.terminal.start import Wanted


class Options(CommonOptions, ProfileOptions):
    """What the shell takes."""

    param: list[tuple[str, str]]
    now: str | None
    tz: str | None
    limit: int | None
    format: str | None
    profile: str | None = None


def wanted(arguments: Sequence[str], output: Output, *, is_demo: bool) -> Wanted:
    """What the arguments say; the output obeys them.

    Raises:
        UsageError: they cannot be read.
        HelpAsked: `--help` is among them.
        ConfigurationError: the zone or the time is none.
    """
    options = _parser(is_demo=is_demo).read(arguments, Options())
    output.obey(options)
    now_s = None
    if options.now is not None:
        from auditql.runtime.compile import moment_s

        now_s = moment_s(options.now)
    if options.tz is not None:
        _check_zone(options.tz)
    return Wanted(
        options.profile,
        is_demo,
        options.tz,
        options.limit,
        options.format,
        tuple(options.param),
        now_s,
    )


def _check_zone(name: str) -> None:
    """See that there is such a zone.

    Raises:
        UsageError: there is none.
    """
    from auditql.diagnostics.nearest import nearest
    from auditql.language.clock import UnknownZone, zone_named, zone_names

    try:
        zone_named(name)
    except UnknownZone:
        near = nearest(name[:64], zone_names())
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise UsageError(f"there is no zone `{name[:40]}`{hint}") from None


def _parser(*, is_demo: bool) -> VerbParser:
    """The parser of a shell's options."""
    if is_demo:
        about = "Ask made-up records in a shell: no account, no network."
    else:
        about = "Ask an account in a shell. Commands begin with \\; \\? lists them."
    parser = VerbParser("demo" if is_demo else "", about)
    parser.prog = parser.prog.rstrip()
    if not is_demo:
        ProfileOptions.add_profile(parser)
    group = parser.add_argument_group("what the session begins with")
    add_param(group, "what :NAME stands for")
    group.add_argument("--now", metavar="TIME", help=argparse.SUPPRESS)
    group.add_argument("--tz", metavar="ZONE", help="zone of days and hours")
    group.add_argument(
        "--limit", type=number(1), metavar="N", help="rows shown at a time"
    )
    group.add_argument(
        "-f",
        "--format",
        choices=list(FORMATS),
        metavar="FORMAT",
        help=f"how rows are written: {', '.join(FORMATS)}",
    )
    CommonOptions.add(parser)
    return parser
