"""`auditql check`: every mistake in query files, told with file, line and column."""

from collections.abc import Sequence
from dataclasses import replace

from auditql.diagnostics.model import Severity
from auditql.errors import ConfigurationError
from auditql.library.folders import query_files
from auditql.runtime.checking import check_text
from auditql.shell.arguments import CompileOptions, VerbParser
from auditql.shell.compiling import parameters
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.texts import file_source


class Options(CompileOptions):
    """What `check` takes."""

    files: list[str]


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Say what is wrong with each file; silent where nothing is.

    Raises:
        ConfigurationError: `--now` is no moment.
    """
    parser = VerbParser(
        "check",
        "Look for mistakes in query files, and in all *.aql files in and below"
        " folders; says nothing where there are none. Exit 0 without errors, 2 with;"
        " --strict takes warnings for errors. A parameter without a default is no"
        " mistake here.",
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE|FOLDER", help="- is standard input"
    )
    CompileOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    worst = Exit.OK

    def refuse(error: ConfigurationError) -> None:
        nonlocal worst
        worst = Exit.REFUSED
        output.error(str(error))

    for argument in options.files:
        for name in query_files(argument, refuse):
            worst = max(worst, _check(name, options, output))
    return worst


def _check(name: str, options: Options, output: Output) -> Exit:
    """Tell what is wrong with one file; the others are still looked at."""
    try:
        source = file_source(name)
    except ConfigurationError as error:
        output.error(str(error))
        return Exit.REFUSED
    found = check_text(
        source.text, params=parameters(options), now=options.now, tz=options.tz
    )
    if options.strict:
        found = tuple(replace(d, severity=Severity.ERROR) for d in found)
    output.diagnostics(found, source.text, source.name)
    return Exit.REFUSED if any(d.is_error for d in found) else Exit.OK
