"""`auditql fmt`: query files in canonical form, printed, checked or written."""

from collections.abc import Sequence

from auditql.errors import ConfigurationError, OutputError, QueryError
from auditql.library.folders import query_files
from auditql.shell.arguments import CommonOptions, VerbParser
from auditql.shell.exits import Exit, UsageError
from auditql.shell.output import Output
from auditql.shell.texts import STANDARD_INPUT, file_bytes, source_of


class Options(CommonOptions):
    """What `fmt` takes."""

    files: list[str]
    write: bool
    check: bool


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print each text in canonical form, or act as `--write`, `--check` say.

    Raises:
        UsageError: `--write` has no file to write to.
    """
    parser = VerbParser(
        "fmt",
        "Put queries into their canonical form; they say the same as before. Of a"
        " folder, all *.aql files in and below it are done. Comments are kept; a"
        " text with a comment that has no place in that form is left as it is. Lines"
        " end in a line feed alone, and there is no byte order mark.",
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE|FOLDER", help="- is standard input"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--write", action="store_true", help="change the files")
    how.add_argument(
        "--check", action="store_true", help="exit 1 if a file would change"
    )
    CommonOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    if options.write and STANDARD_INPUT in options.files:
        raise UsageError("--write needs a file, not standard input", parser.prog)
    worst = Exit.OK

    def refuse(error: ConfigurationError) -> None:
        nonlocal worst
        worst = max(worst, Exit.REFUSED)
        output.error(str(error))

    for argument in options.files:
        for name in query_files(argument, refuse):
            worst = max(worst, _format(name, options, output))
    return worst


def _format(name: str, options: Options, output: Output) -> Exit:
    """Do one file; the others are still done."""
    from auditql.shell.canonical import canonical

    source = None
    try:
        content = file_bytes(name)
        source = source_of(content, name)
        text = canonical(source.text, source.name or name)
    except ConfigurationError as error:
        output.error(str(error))
        return Exit.REFUSED
    except QueryError as error:
        assert source is not None
        output.diagnostics(error.diagnostics, source.text, source.name)
        return Exit.REFUSED
    if not options.check and not options.write:
        output.data(text)
        return Exit.OK
    if text.encode() == content:
        return Exit.OK
    if options.write:
        return _write(name, text, output)
    output.note(f"{source.name} would change")
    return Exit.FAILED


def _write(name: str, text: str, output: Output) -> Exit:
    """Write one file, in one step; one that cannot be written is as it was."""
    from auditql.runtime.writer import replace_text

    try:
        replace_text(name, text)
    except OutputError as error:
        output.error(str(error))
        return Exit.OUTPUT
    return Exit.OK
