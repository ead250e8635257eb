"""`auditql status`: whether the account answers, as whom, and for how long."""

import asyncio
import json
from collections.abc import Sequence

from auditql.diagnostics.safe_text import safe_text
from auditql.shell.arguments import CommonOptions, VerbParser
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions, in_force


class Options(CommonOptions, ProfileOptions):
    """What `status` takes."""

    json: bool


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print how the account stands; one that does not answer is an error too.

    Raises:
        ConfigurationError: there is no account that can be asked.
    """
    parser = VerbParser(
        "status",
        "Say which account is asked and as whom, and whether its audit log answers:"
        " one request for one record.",
    )
    ProfileOptions.add_profile(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    CommonOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    connection = in_force(options.profile).connection()
    for words in connection.warnings:
        output.note(f"warning: {words}")

    from auditql.shell.endings import exit_of, told
    from auditql.shell.reaching import reach
    from auditql.shell.standings import facts, lines

    standing = asyncio.run(
        reach(connection.origin, connection.credential, connection.route)
    )
    if options.json:
        output.data(json.dumps(facts(connection, standing), indent=2) + "\n")
    else:
        output.data(safe_text(lines(connection, standing), keep_newlines=True))
    if standing.refused is None:
        return Exit.OK
    output.error(told(standing.refused))
    return exit_of(standing.refused)
