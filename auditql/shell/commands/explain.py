"""`auditql explain`: what the API filters, what is checked here; nothing is sent."""

from collections.abc import Sequence

from auditql.diagnostics.safe_text import safe_text
from auditql.shell.arguments import CompileOptions, VerbParser
from auditql.shell.compiling import compile_all
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions, fill, profile_for_settings
from auditql.shell.sources import add_from, check_from
from auditql.shell.texts import query_source


class Options(CompileOptions, ProfileOptions):
    """What `explain` takes."""

    text: str | None


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print how a query would be answered."""
    parser = VerbParser(
        "explain", "Say what the API filters, what is checked here, and why."
    )
    parser.add_argument("text", nargs="?", metavar="TEXT", help="- is standard input")
    ProfileOptions.add_profile(parser)
    add_from(parser)
    CompileOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    check_from(options, options.text, parser.prog)
    fill(options, profile_for_settings(options.profile), output)
    source = query_source(options.text, parser.prog)
    told = [
        plan.explain().rstrip("\n") for plan in compile_all(source, options, output)
    ]
    # It quotes the query, and it is for a person: nothing may act on a terminal.
    output.data(safe_text("\n\n".join(told), keep_newlines=True) + "\n")
    return Exit.OK
