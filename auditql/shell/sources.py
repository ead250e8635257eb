"""Records from elsewhere: what `--from` means to the verbs that take it.

In: a verb's parser, its options. Out: the files that are read, and how.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from auditql.shell.exits import UsageError
from auditql.shell.source_option import address

if TYPE_CHECKING:
    from auditql.providers.files.reader import Wanted
    from auditql.providers.files.source import FilesSource
    from auditql.runtime.from_lake import WantedLake
    from auditql.shell.arguments import CompileOptions, VerbParser

STANDARD_INPUT = "-"
PARQUET = "parquet"
_SUFFIX = ".parquet"


def add_from(parser: VerbParser) -> None:
    """Let the parser take files to read instead of an account."""
    from auditql.providers.files.kinds import FORMATS

    formats = (*FORMATS, PARQUET)
    group = parser.add_argument_group("records from elsewhere")
    group.add_argument(
        "--from",
        dest="files",
        action="append",
        metavar="FILE",
        help="read FILE instead of an account: an export or pages of the API, also"
        " packed with gzip; - is standard input; may be repeated; where a line cannot"
        " be read the answer is partial, exit 6, or with --strict none, exit 2;"
        " a folder, or 'LAKE/**/*.parquet', is all that `export` wrote there",
    )
    group.add_argument(
        "--from-format",
        choices=formats,
        metavar="FORMAT",
        help=f"what the files are: {', '.join(formats)} (default: what they look like)",
    )


def read_from(options: CompileOptions) -> FilesSource | None:
    """The files as a query is compiled for them; None where an account is asked.

    An engine is as files are: all that is to be done is done there.

    Raises:
        ConfigurationError: the engine is none, or its URL holds a secret.
    """
    if not options.files:
        engine = address(options)
        if engine is None:
            return None
        from auditql.providers.files.source import FilesSource

        return FilesSource((engine.shown,))
    from auditql.providers.files.source import FilesSource

    names = ("standard input" if f == STANDARD_INPUT else f for f in options.files)
    return FilesSource(tuple(names))


def wanted(options: CompileOptions, *, is_hashed: bool = False) -> Wanted | None:
    """What is read of the files, and how; None where an account is asked."""
    if not options.files or reads_lake(options):
        return None
    from auditql.providers.files.reader import Wanted

    return Wanted(
        tuple(options.files),
        format=options.from_format,
        is_strict=options.strict,
        is_hashed=is_hashed,
    )


def wanted_lake(
    options: CompileOptions, *, is_hashed: bool = False
) -> WantedLake | None:
    """What is read of folders of Parquet; None where nothing is."""
    if not options.files or not reads_lake(options):
        return None
    from auditql.runtime.from_lake import WantedLake

    return WantedLake(tuple(options.files), is_hashed)


def reads_lake(options: CompileOptions) -> bool:
    """Whether files of Parquet are read, as far as names, folders, options tell."""
    if options.from_format is not None:
        return options.from_format == PARQUET
    return any(map(_is_lake, options.files or ()))


def _is_lake(name: str) -> bool:
    """Whether a name is of Parquet; a folder can be of nothing else."""
    is_folder = name != STANDARD_INPUT and os.path.isdir(name)  # noqa: PTH112 - raises nothing
    return is_folder or name.lower().endswith(_SUFFIX)


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
    for name, is_given in _of_accounts(options):
        if is_given:
            raise UsageError(
                f"{name} is of an account's requests: --from sends none", command
            )
    if reads_lake(options):
        _check_lake(options, command)
    times = options.files.count(STANDARD_INPUT)
    if times > 1 or (times and text in (None, STANDARD_INPUT)):
        raise UsageError("standard input holds one thing: give it one time", command)
    _check_others(options.files, getattr(options, "output", None), command)


def _check_lake(options: CompileOptions, command: str) -> None:
    """See that all that is read is Parquet.

    Raises:
        UsageError: something else is.
    """
    files = options.files or []
    if STANDARD_INPUT in files:
        raise UsageError("Parquet is read from files, not from a pipe", command)
    others = [name for name in files if not _is_lake(name)]
    if options.from_format is None and others:
        raise UsageError(
            f"--from {others[0]} is read beside Parquet: ask them one by one", command
        )


def _of_accounts(options: CompileOptions) -> Iterator[tuple[str, bool]]:
    """The options that mean nothing to files, and whether they are given."""
    yield "--exact", options.exact
    yield "--max-requests", getattr(options, "max_requests", None) is not None
    yield "--concurrency", getattr(options, "concurrency", None) is not None


def _check_others(files: Sequence[str], output: str | None, command: str) -> None:
    """See that the answer is written over none of the files it is made of.

    Raises:
        UsageError: it would be, under whatever name.
    """
    if output in (None, STANDARD_INPUT):  # as a shell's > names it
        written = {"standard output": _identity(1)}
    else:
        assert output is not None
        target = os.path.realpath(output)
        beside = ("", ".part", ".part.resume", ".manifest.json")
        written = {target + end: _identity(target + end) for end in beside}
    for path in files:
        read = _identity(0 if path == STANDARD_INPUT else path)
        for name, identity in written.items():
            if read is not None and read == identity:
                shown = "standard input" if path == STANDARD_INPUT else path
                raise UsageError(
                    f"{shown} is read, and {name} would be written over it: it is the"
                    " same file",
                    command,
                )


def _identity(file: str | int) -> tuple[int, int] | None:
    """Device and number of a regular file; None of all else, or where none is."""
    try:
        found = os.fstat(file) if isinstance(file, int) else Path(file).stat()
    except (OSError, ValueError):  # ValueError: NUL in the name
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None
