"""`auditql check`: every mistake in query files, told with file, line and column."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from auditql.diagnostics.model import Severity
from auditql.errors import ConfigurationError
from auditql.library.folders import query_files
from auditql.library.shelves import find, is_path
from auditql.runtime.checking import check_text
from auditql.runtime.shelves import shelves
from auditql.shell.arguments import CompileOptions, VerbParser
from auditql.shell.compiling import parameters
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.texts import STANDARD_INPUT, Source, file_source, saved_source


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
        "Look for mistakes in query files, in all *.aql files in and below folders,"
        " and in saved queries by name; says nothing where there are none. Exit 0"
        " without errors, 2 with; --strict takes warnings for errors. A parameter"
        " without a default is no mistake here.",
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE|FOLDER|NAME", help="- is standard input"
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
        if _is_saved(argument):
            read = partial(saved_source, argument, parser.prog)
            worst = max(worst, _check(read, options, output))
            continue
        for name in query_files(argument, refuse):
            worst = max(worst, _check(partial(file_source, name), options, output))
    return worst


def _is_saved(argument: str) -> bool:
    """Whether it names a saved query, and no file or folder here.

    Raises:
        ConfigurationError: a shelf cannot be looked into.
    """
    if argument == STANDARD_INPUT or is_path(argument) or os.path.lexists(argument):
        return False
    return find(argument, shelves()) is not None


def _check(read: Callable[[], Source], options: Options, output: Output) -> Exit:
    """Tell what is wrong with one file; the others are still looked at."""
    try:
        source = read()
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
