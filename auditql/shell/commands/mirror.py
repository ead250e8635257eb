"""`auditql mirror`: what the local mirror holds; less of it; made anew."""

from collections.abc import Sequence

from auditql.shell.arguments import CommonOptions, VerbParser
from auditql.shell.exits import Exit, UsageError
from auditql.shell.option_values import joined
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions, in_force

_ACTIONS = ("status", "prune", "rebuild")
_FORMATS = ("text", "json")


class Options(CommonOptions, ProfileOptions):
    """What `mirror` takes."""

    action: str
    before: str | None
    tz: str | None
    format: str


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Look at the mirror of the account in force, or change it.

    Raises:
        UsageError: an option does not go with the action.
        ConfigurationError: there is no account, or no mirror of it that can be used.
        MirrorDamaged: it does not hold what was put into it.
        OutputError: the disk is full.
    """
    parser = VerbParser(
        "mirror",
        "status: what the mirror of the account holds. prune: take out all that is"
        " older than --before. rebuild: make it anew of what is whole in it, and read"
        " the rest from the account; the old one stays until the new one is whole.",
    )
    parser.add_argument("action", choices=_ACTIONS, metavar="|".join(_ACTIONS))
    ProfileOptions.add_profile(parser)
    parser.add_argument(
        "--before", metavar="TIME", help="prune: such as -400d or 2025-01-01"
    )
    parser.add_argument("--tz", metavar="ZONE", help="zone of --before (default: UTC)")
    parser.add_argument(
        "-f",
        "--format",
        choices=_FORMATS,
        default=_FORMATS[0],
        metavar="FORMAT",
        help=f"status: {', '.join(_FORMATS)} (default: %(default)s)",
    )
    CommonOptions.add(parser)
    options = parser.read(joined(arguments, "--before"), Options())
    output.obey(options)
    if (options.before is None) == (options.action == "prune"):
        raise UsageError("--before says what `prune` takes out", parser.prog)
    force = in_force(options.profile)
    profile = force.choice.profile
    if options.tz is None and profile is not None:
        options.tz = profile.tz

    from auditql.shell import mirroring

    if options.action == "rebuild":
        return mirroring.rebuilt(force.connection(), output)
    place = mirroring.place_in_force(force)
    if options.action == "status":
        return mirroring.status(place, output, as_json=options.format == "json")
    assert options.before is not None
    return mirroring.prune(place, options.before, options.tz, output)
