"""`auditql fmt`: query files in canonical form, printed, checked or written."""

from collections.abc import Sequence

from auditql.errors import ConfigurationError, QueryError
from auditql.shell.arguments import CommonOptions, VerbParser
from auditql.shell.exits import Exit, UsageError
from auditql.shell.output import Output
from auditql.shell.texts import STANDARD_INPUT, file_source


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
        "fmt", "Put queries into their canonical form; they say the same as before."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="- is standard input")
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
    return max(_format(name, options, output) for name in options.files)


def _format(name: str, options: Options, output: Output) -> Exit:
    """Do one file; the others are still done."""
    from auditql.shell.canonical import canonical

    source = None
    try:
        source = file_source(name)
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
    if text == source.text:
        return Exit.OK
    if options.write:
        from auditql.runtime.writer import replace_text

        replace_text(name, text)
        return Exit.OK
    output.note(f"{source.name} would change")
    return Exit.FAILED
