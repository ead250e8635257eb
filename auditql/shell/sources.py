"""Records from elsewhere: what `--from` means to the verbs that take it.

In: a verb's parser, its options. Out: the files that are read, and how.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditql.shell.exits import UsageError

if TYPE_CHECKING:
    from auditql.providers.files.reader import Wanted
    from auditql.providers.files.source import FilesSource
    from auditql.shell.arguments import CompileOptions, VerbParser

STANDARD_INPUT = "-"


def add_from(parser: VerbParser) -> None:
    """Let the parser take files to read instead of an account."""
    from auditql.providers.files.kinds import FORMATS

    group = parser.add_argument_group("records from elsewhere")
    group.add_argument(
        "--from",
        dest="files",
        action="append",
        metavar="FILE",
        help="read FILE instead of an account: an export or pages of the API, also"
        " packed with gzip; - is standard input; may be repeated",
    )
    group.add_argument(
        "--from-format",
        choices=FORMATS,
        metavar="FORMAT",
        help=f"what the files are: {', '.join(FORMATS)} (default: what they look like)",
    )


def read_from(options: CompileOptions) -> FilesSource | None:
    """The files as a query is compiled for them; None where an account is asked."""
    if not options.files:
        return None
    from auditql.providers.files.source import FilesSource

    names = ("standard input" if f == STANDARD_INPUT else f for f in options.files)
    return FilesSource(tuple(names))


def wanted(options: CompileOptions, *, is_hashed: bool = False) -> Wanted | None:
    """What is read of the files, and how; None where an account is asked."""
    if not options.files:
        return None
    from auditql.providers.files.reader import Wanted

    return Wanted(
        tuple(options.files),
        format=options.from_format,
        is_strict=options.strict,
        is_hashed=is_hashed,
    )


def check_from(
    options: CompileOptions, text: str | None, command: str, *, resumes: bool = False
) -> None:
    """Refuse what does not go with files, before anything is read.

    Args:
        options: of the verb.
        text: where the query comes from.
        command: the verb, for messages.
        resumes: an answer is gone on with.

    Raises:
        UsageError: something does not.
    """
    if not options.files:
        if options.from_format is not None:
            raise UsageError("--from-format says what --from FILE is", command)
        return
    if resumes:
        raise UsageError("--from beside --resume: files are read anew", command)
    times = options.files.count(STANDARD_INPUT)
    if times > 1 or (times and text in (None, STANDARD_INPUT)):
        raise UsageError("standard input holds one thing: give it one time", command)
