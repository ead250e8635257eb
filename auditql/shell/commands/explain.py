"""`auditql explain`: what the API filters, what is checked here, what a read takes.

Nothing is sent, unless `--probe` lets the account be asked for counts.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditql.diagnostics.safe_text import safe_text
from auditql.shell.arguments import CompileOptions, VerbParser
from auditql.shell.compiling import compile_all
from auditql.shell.exits import Exit, UsageError
from auditql.shell.mirror_use import at_hand, parted, saved_text
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions, fill, in_force, profile_for_settings
from auditql.shell.source_option import add_source, check_source
from auditql.shell.sources import add_from, check_from
from auditql.shell.texts import query_source

if TYPE_CHECKING:
    from auditql.plan.plan import Plan
    from auditql.runtime.connection import Connection


class Options(CompileOptions, ProfileOptions):
    """What `explain` takes."""

    text: str | None
    probe: bool


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print how a query would be answered.

    Raises:
        UsageError: files are read, and an account is to be asked.
        ConfigurationError: there is no account that can be asked.
        RunError: it does not answer; the explanation is out by then.
    """
    parser = VerbParser(
        "explain", "Say what the API filters, what is checked here, and why."
    )
    parser.add_argument("text", nargs="?", metavar="TEXT", help="- is standard input")
    parser.add_argument(
        "--probe",
        action="store_true",
        help="ask the account for counts, one request for each stream, and say how"
        " many requests and records the read takes, and how long",
    )
    ProfileOptions.add_profile(parser)
    add_from(parser)
    add_source(parser)
    CompileOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    check_from(options, options.text, parser.prog)
    check_source(options, parser.prog)
    if options.probe and options.files:
        raise UsageError("--probe asks an account: --from reads files", parser.prog)
    force = in_force(options.profile) if options.probe else None
    profile = profile_for_settings(options.profile)
    fill(options, profile if force is None else force.choice.profile, output)
    source = query_source(options.text, parser.prog)
    compiled = compile_all(source, options, output)
    access = at_hand(options, options.profile, output)
    plans = parted(access, compiled)
    if force is None:
        told = [
            plan.explain().rstrip("\n") + saved_text(access, whole, plan)
            for whole, plan in zip(compiled, plans, strict=True)
        ]
        # It quotes the query, and it is for a person: nothing may act on a terminal.
        output.data(safe_text("\n\n".join(told), keep_newlines=True) + "\n")
        return Exit.OK
    for words in force.choice.notes:
        output.note(f"note: {words}")
    connection = force.connection()
    for words in connection.warnings:
        output.note(f"warning: {words}")
    import asyncio

    asyncio.run(_probed(plans, connection, output))
    return Exit.OK


async def _probed(
    plans: "Sequence[Plan]", connection: "Connection", output: Output
) -> None:
    """Print each explanation, and below it what the account's counts say.

    Raises:
        RunError: a count could not be had.
    """
    from contextlib import aclosing

    from auditql.shell.estimating import estimates

    async with aclosing(estimates(plans, connection)) as found:
        for place, plan in enumerate(plans):
            before = "\n" if place else ""
            told = plan.explain().rstrip("\n")
            output.data(safe_text(f"{before}{told}\n", keep_newlines=True))
            output.flush()
            output.data(f"{await anext(found)}\n")
