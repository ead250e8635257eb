"""`auditql check`: every mistake in query files, told with file, line and column."""

from collections.abc import Sequence
from dataclasses import replace

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity
from auditql.errors import ConfigurationError, QueryError
from auditql.runtime.compile import compile_script
from auditql.shell.arguments import CompileOptions, VerbParser
from auditql.shell.compiling import parameters
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.texts import file_source


class Options(CompileOptions):
    """What `check` takes."""

    files: list[str]


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Say what is wrong with each file; silent where nothing is."""
    parser = VerbParser(
        "check",
        "Look for mistakes in query files; says nothing where there are none."
        " A parameter without a default is no mistake here.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="- is standard input")
    CompileOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    return max(_check(name, options, output) for name in options.files)


def _check(name: str, options: Options, output: Output) -> Exit:
    """Tell what is wrong with one file; the others are still looked at."""
    try:
        source = file_source(name)
    except ConfigurationError as error:
        output.error(str(error))
        return Exit.REFUSED
    found = _found(source.text, options)
    if options.strict:
        found = tuple(replace(d, severity=Severity.ERROR) for d in found)
    output.diagnostics(found, source.text, source.name)
    return Exit.REFUSED if any(d.is_error for d in found) else Exit.OK


def _found(text: str, options: Options) -> tuple[Diagnostic, ...]:
    """Everything to be said of a text but that a parameter has no value yet."""
    try:
        plans = compile_script(
            text, params=parameters(options), now=options.now, tz=options.tz
        )
    except QueryError as error:
        return tuple(
            d for d in error.diagnostics if d.code is not Code.UNBOUND_PARAMETER
        )
    return tuple(d for plan in plans for d in plan.diagnostics)
