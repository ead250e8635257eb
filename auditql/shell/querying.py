"""Running a query: what `query` and `demo query` share.

In: a verb's parser and its arguments. Out: the plan, with everything refused
that can be refused before anything is sent; then the answer.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from auditql.shell.arguments import RunOptions, VerbParser
from auditql.shell.columns import chosen_columns
from auditql.shell.compiling import compile_one
from auditql.shell.exits import UsageError
from auditql.shell.profiles import (
    InForce,
    ProfileOptions,
    fill,
    in_force,
    profile_for_settings,
    said_table,
)
from auditql.shell.sinks import STANDARD_OUTPUT
from auditql.shell.source_option import add_source, address, check_source, engine_url
from auditql.shell.sources import add_from, check_from, wanted, wanted_lake
from auditql.shell.staged import staged
from auditql.shell.texts import Source, query_source

if TYPE_CHECKING:
    import httpx

    from auditql.diagnostics.model import Diagnostic
    from auditql.plan.plan import Plan
    from auditql.providers.warehouse.running.address import Address
    from auditql.results.telling import Warn
    from auditql.runtime.connection import Connection
    from auditql.runtime.warehouse import WarehouseClient
    from auditql.shell.exits import Exit
    from auditql.shell.job import Job
    from auditql.shell.keeping import Resumed
    from auditql.shell.output import Output


class Options(RunOptions, ProfileOptions):
    """What `query` and `demo query` take."""

    text: str | None
    profile: str | None = None
    resume: str | None
    manifest: bool

    @staticmethod
    def add_going_on(parser: VerbParser) -> None:
        """Let the parser take what only an answer to a query takes."""
        group = parser.add_argument_group("an answer that lasts")
        group.add_argument(
            "--resume",
            metavar="FILE",
            help="go on with the answer that stopped on its way into FILE",
        )
        group.add_argument(
            "--manifest",
            action="store_true",
            help="with -o FILE: say in FILE.manifest.json how it was had",
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that may be run.

    Attributes:
        plan: how it is answered.
        source: its text, for messages.
        options: how it is run.
        command: the verb, for messages.
        force: the profile in force; None where no account is asked.
        resumed: where its answer goes on from; None where it begins.
        connection: made before; None where it is made of what is in force.
    """

    plan: Plan
    source: Source
    options: Options
    command: str
    force: InForce | None = None
    resumed: Resumed | None = None
    connection: Connection | None = None


def read(
    parser: VerbParser,
    arguments: Sequence[str],
    output: Output,
    *,
    asks_account: bool = False,
) -> Asked:
    """The query that a command line asks.

    Args:
        parser: of the verb.
        arguments: what stands behind it.
        output: the output of the run.
        asks_account: a profile may be picked, and fills in what is left open.

    Raises:
        UsageError: the command line is wrong.
        Ended: the query is; it is told.
        ConfigurationError: the text or a profile cannot be read, or `--now` is no
            moment.
    """
    parser.add_argument("text", nargs="?", metavar="TEXT", help="- is standard input")
    add_options(parser, asks_account=asks_account)
    options = parser.read(arguments, Options())
    output.obey(options)
    resumed = gone_on_with(options, parser)
    if resumed is None:
        source = query_source(options.text, parser.prog)
    else:
        source = Source(resumed.checkpoint.asking.text, None)
    force = filled(options, output, resumed) if asks_account else None
    plan = compile_one(source, options, output)
    check_columns(options, plan, parser.prog)
    return Asked(plan, source, options, parser.prog, force, resumed)


def check_columns(options: Options, plan: Plan, command: str) -> None:
    """See that `--columns` names what the answer has.

    Raises:
        UsageError: it does not.
    """
    chosen_columns(options.columns, command, staged(plan).columns)


def add_options(parser: VerbParser, *, asks_account: bool) -> None:
    """Let the parser take all that says how queries are run."""
    if asks_account:
        ProfileOptions.add_profile(parser)
        add_from(parser)
        add_source(parser)
    RunOptions.add(parser)
    Options.add_going_on(parser)


def gone_on_with(options: Options, parser: VerbParser) -> Resumed | None:
    """Where an answer goes on from, the options filled with what it was asked with.

    Raises:
        UsageError: an option does not go with another.
        ConfigurationError: there is no checkpoint that can be gone on with.
    """
    resumed = None
    resumes = options.resume is not None
    check_from(options, options.text, parser.prog, resumes=resumes)
    check_source(options, parser.prog, resumes=resumes, asks_engines=True)
    if options.resume is not None:
        from auditql.shell.resuming import resume

        resumed = resume(options.resume, options.text, options, parser.prog)
        options.manifest = options.manifest or resumed.checkpoint.manifest
    if options.manifest and options.output in (None, STANDARD_OUTPUT):
        raise UsageError("--manifest stands beside a file: add -o FILE", parser.prog)
    return resumed


def filled(options: Options, output: Output, resumed: Resumed | None) -> InForce | None:
    """The profile in force; what it says and nobody wrote is in the options now.

    None where files are read, or an engine is asked: then it has its say, and no
    account is asked.

    Raises:
        ConfigurationError: there is no such profile, or a file cannot be used.
    """
    if options.files or engine_url(options) is not None:
        fill(options, profile_for_settings(options.profile), output)
        return None
    force = in_force(options.profile)
    if resumed is None:
        profile = force.choice.profile
        fill(options, profile, output)
        if profile is not None and profile.format and not options.is_format_chosen:
            options.format = profile.format
    return force


def run_plan(
    asked: Asked,
    output: Output,
    *,
    base_url: str | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Exit:
    """Answer the query; gives the exit code.

    Args:
        asked: the query.
        output: the output of the run.
        base_url: the account; None for the one in force.
        transport: instead of the network.

    Raises:
        Ended: the query cannot be run; it is told.
        ConfigurationError: there is no account that can be asked.
        OutputError: the answer cannot be written.
    """
    from auditql.shell.running import run_job

    job = job_for(asked, output, base_url=base_url, transport=transport)
    return run_job(job, asked.options, output, asked.command)


def job_for(
    asked: Asked,
    output: Output,
    *,
    base_url: str | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Job:
    """What answers the query, nothing of it done yet; as `run_plan` takes it.

    Raises:
        ConfigurationError: there is no account that can be asked.
    """
    from auditql.shell.job import job_of
    from auditql.shell.progress import Waits

    plan, source, options = asked.plan, asked.source, asked.options
    warned: list[Diagnostic] = []

    def warn(warning: Diagnostic) -> None:
        warned.append(warning)
        output.diagnostics([warning], source.text, source.name)

    files = wanted(options, is_hashed=options.manifest)
    if files is not None:
        from auditql.runtime.from_files import FilesClient

        return job_of(asked, FilesClient(files, warn), warned)
    lake = wanted_lake(options, is_hashed=options.manifest)
    if lake is not None:
        from auditql.runtime.from_lake import LakeClient

        return job_of(asked, LakeClient(lake, warn), warned)
    engine = address(options)
    if engine is not None:
        # Nothing is left to be checked here: the statement says all of it.
        there = replace(plan, residual=None, residual_filter=None)
        whole = replace(asked, plan=there)
        return job_of(whole, _warehouse(engine, options, warn), warned)
    from auditql.runtime.client import AsyncClient

    waits = Waits(time.monotonic)
    from auditql.shell.foretelling import tell_cost
    from auditql.shell.mirror_use import connection_of, use_of

    use = use_of(asked)
    connection = asked.connection
    if connection is None and asked.force is not None:
        connection = connection_of(asked.force, use)
    client = AsyncClient(
        base_url=base_url,
        connection=connection,
        transport=transport,
        max_requests=options.max_requests,
        concurrency=options.concurrency,
        sleep=waits.sleep,
        source=use,
        on_warning=warn,
    )
    job = job_of(asked, client, warned, waits)
    if asked.resumed is None:
        tell_cost(job.parted or plan, output)
    return job


def _warehouse(engine: Address, options: Options, warn: Warn) -> WarehouseClient:
    """What asks an engine; it connects once the answer is asked for."""
    from auditql.runtime.source_secret import secret_for
    from auditql.runtime.warehouse import WantedTable, WarehouseClient

    profile = profile_for_settings(options.profile)
    wanted = WantedTable(
        engine,
        lambda: secret_for(engine, profile, os.environ),
        said_table(profile),
        options.table,
    )
    return WarehouseClient(wanted, warn)
