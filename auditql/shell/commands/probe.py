"""`auditql probe`: what the API's documents leave open, asked of an account."""

import asyncio
import json
from collections.abc import Sequence

from auditql.diagnostics.safe_text import safe_text
from auditql.shell.arguments import CommonOptions, VerbParser, positive
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions, in_force

_MOST_REQUESTS = 20  # probe.MOST_REQUESTS, which would load what speaks HTTP


class Options(CommonOptions, ProfileOptions):
    """What `probe` takes."""

    json: bool
    max_requests: int


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print what was found; what plans cannot live with is an error.

    Raises:
        ConfigurationError: there is no account that can be asked.
        RunError: it does not answer.
    """
    parser = VerbParser(
        "probe",
        "Find out on the account what the API's documents leave open, from records"
        " that it shows: one row for each question. Only the audit log is read."
        " Nothing is changed by it: plans are right under every reading that is left"
        " open. An account that does not do what plans rely on is an error, exit 1.",
    )
    ProfileOptions.add_profile(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--max-requests",
        type=positive,
        default=_MOST_REQUESTS,
        metavar="N",
        help="stop after N requests, exit 6 (default: %(default)s, which is enough)",
    )
    CommonOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    connection = in_force(options.profile).connection()
    for words in connection.warnings:
        output.note(f"warning: {words}")
    most = options.max_requests
    output.note(
        f"asking {connection.origin.base} at most {most:,} "
        f"request{'' if most == 1 else 's'}: reads of the audit log, and a token"
        " where one is needed"
    )

    from auditql.shell.endings import exit_of, told
    from auditql.shell.probing import carry_out, facts, said_against, table

    report = asyncio.run(carry_out(connection, most))
    if options.json:
        output.data(json.dumps(facts(connection, report, most), indent=2) + "\n")
    else:
        output.data(safe_text(table(report), keep_newlines=True) + "\n")
    if report.ended is not None:
        output.error(told(report.ended))
    for finding in report.against:
        output.error(said_against(finding))
    if report.against:
        return Exit.FAILED
    return Exit.OK if report.ended is None else exit_of(report.ended)
