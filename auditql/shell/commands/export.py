"""`auditql export`: the records of a query as a folder of Parquet."""

from collections.abc import Sequence
from dataclasses import replace

from auditql.errors import QueryError
from auditql.plan.plan import Plan, rows_no_records
from auditql.runtime.exporting import FORMATS, Export
from auditql.shell.arguments import AnswerOptions, CompileOptions, VerbParser
from auditql.shell.compiling import compile_one
from auditql.shell.exits import Exit, UsageError
from auditql.shell.interrupts import INTERRUPTS
from auditql.shell.job import Job
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions
from auditql.shell.querying import Asked, Options, filled, job_for
from auditql.shell.running import run_job
from auditql.shell.source_option import add_source, check_source
from auditql.shell.sources import add_from, check_from
from auditql.shell.texts import query_source

_DONE = (Exit.OK, Exit.EMPTY)


class ExportOptions(Options):
    """What `export` takes: the rest of what `query` takes is as it is there."""

    to: tuple[str, str] | None
    format = "none"
    csv_exact = False
    output = None
    columns = None
    chart = None
    resume = None


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Write the records that match into a folder.

    Raises:
        UsageError: the command line is wrong.
        ConfigurationError: there is no account that can be asked, or no DuckDB.
        OutputError: the folder cannot be written.
    """
    parser = VerbParser(
        "export",
        "Write the records of a query into a folder of Parquet, a file a month, as"
        " Spark, Trino, Athena, BigQuery and DuckDB read it. All of it is there in the"
        " end or nothing is. A month that is there already is replaced where the"
        " answer has all of its records; else the answer is refused.",
    )
    options = _read(parser, arguments)
    output.obey(options)
    kind, folder = _target(options, parser.prog)
    source = query_source(options.text, parser.prog)
    force = filled(options, output, None)
    options.format = ExportOptions.format
    plan = compile_one(source, options, output)
    if plan.stages:
        raise QueryError([rows_no_records(plan)], plan.text)
    asked = Asked(plan, source, options, parser.prog, force)
    with Export(folder, plan) as export:
        job = job_for(asked, output)
        code = run_job(_through(job, plan, export), options, output, parser.prog)
        claim = job.client.completeness
        if code not in _DONE or claim is None or not claim.complete:
            output.note(f"note: {folder} is as it was: nothing is written")
            return code
        if job.manifest is not None:
            asking = replace(job.manifest.asking, format=kind)
            manifest = replace(job.manifest, asking=asking)
        else:
            manifest = None
        files = getattr(job.client, "was_read", ())
        with INTERRUPTS:
            done = export.commit(manifest, claim, job.client.statistics, files)
    months = "1 month" if len(done.files) == 1 else f"{len(done.files)} months"
    output.note(f"note: {done.rows:,} records of {months} in {folder}")
    return code


def _through(job: Job, plan: Plan, export: Export) -> Job:
    """The job with its records written down on their way; it cannot go on later."""
    return replace(job, rows=export.through(job.client.batches(plan)), asking=None)


def _read(parser: VerbParser, arguments: Sequence[str]) -> ExportOptions:
    parser.add_argument("text", nargs="?", metavar="TEXT", help="- is standard input")
    parser.add_argument(
        "--to",
        nargs=2,
        metavar=("FORMAT", "FOLDER"),
        help=f"what is written, {' or '.join(FORMATS)}, and where",
    )
    ProfileOptions.add_profile(parser)
    add_from(parser)
    add_source(parser)
    group = parser.add_argument_group("the export")
    AnswerOptions.add_bounds(group)
    ExportOptions.add_pace(group)
    group.add_argument(
        "--manifest",
        action="store_true",
        help="say in _manifest.json beside each file how it was had",
    )
    CompileOptions.add(parser)
    options = parser.read(arguments, ExportOptions())
    check_from(options, options.text, parser.prog)
    check_source(options, parser.prog, asks_engines=True)
    return options


def _target(options: ExportOptions, command: str) -> tuple[str, str]:
    """What is written, and where.

    Raises:
        UsageError: it is not said, or cannot be.
    """
    if options.to is None:
        raise UsageError("say where it goes: --to parquet FOLDER", command)
    kind, folder = options.to
    if kind not in FORMATS:
        raise UsageError(f"--to writes {', '.join(FORMATS)}, not `{kind}`", command)
    return kind, folder
