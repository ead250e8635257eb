"""`auditql compile`: the requests that a query becomes; nothing is sent."""

from collections.abc import Sequence

from auditql.shell.arguments import CompileOptions, VerbParser
from auditql.shell.compiling import compile_all
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions, fill, profile_for_settings
from auditql.shell.request_texts import FORMATS, PLACEHOLDER_BASE
from auditql.shell.texts import query_source


class Options(CompileOptions, ProfileOptions):
    """What `compile` takes."""

    text: str | None
    format: str


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print what would be asked of the API."""
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
    CompileOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    fill(options, profile_for_settings(options.profile), output)
    source = query_source(options.text, parser.prog)
    write = FORMATS[options.format]
    for plan in compile_all(source, options, output):
        output.data(write(plan, PLACEHOLDER_BASE))
    return Exit.OK
