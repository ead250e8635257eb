"""`auditql compile`: the requests that a query becomes; nothing is sent."""

from collections.abc import Sequence

from auditql.shell.arguments import CompileOptions, VerbParser
from auditql.shell.compiling import compile_all
from auditql.shell.exits import Exit
from auditql.shell.mirror_use import at_hand, notes_of, parted
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions, fill, in_force, profile_for_settings
from auditql.shell.request_texts import FORMATS, PLACEHOLDER_BASE
from auditql.shell.source_option import add_source, check_source
from auditql.shell.texts import query_source


class Options(CompileOptions, ProfileOptions):
    """What `compile` takes."""

    text: str | None
    format: str


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print what would be asked of the API, and what that leaves undone.

    Raises:
        ConfigurationError: an account is named, and not as it must be.
    """
    parser = VerbParser("compile", "Show the requests that a query becomes.")
    parser.add_argument("text", nargs="?", metavar="TEXT", help="- is standard input")
    parser.add_argument(
        "-f",
        "--format",
        choices=list(FORMATS),
        default="json",
        help="how they are written (default: %(default)s)",
    )
    ProfileOptions.add_profile(parser)
    add_source(parser)
    CompileOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    check_source(options, parser.prog)
    made = FORMATS[options.format]
    base = PLACEHOLDER_BASE
    if made.has_base:
        force = in_force(options.profile)
        for words in force.choice.notes:
            output.note(f"note: {words}")
        account, profile = force.account(), force.choice.profile
        base = PLACEHOLDER_BASE if account is None else account.base
    else:
        profile = profile_for_settings(options.profile)
    fill(options, profile, output)
    source = query_source(options.text, parser.prog)
    access = at_hand(options, options.profile, output)
    for plan in parted(access, compile_all(source, options, output)):
        for words in notes_of(plan):
            output.note(f"note: {words}")
        for words in made.notes(plan) if made.notes is not None else ():
            output.note(f"note: {words}")
        output.data(made.write(plan, base))
    return Exit.OK
