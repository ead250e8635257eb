"""Running a saved query: what `run` and `demo run` share.

In: a verb's parser and its arguments. Out: the exit code, after each query of
the file was answered in its order. All of them are compiled, and everything that
can be refused is, before the first is asked; they share one frozen now.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError, QueryError
from auditql.shell.arguments import VerbParser, positive
from auditql.shell.compiling import compile_all, compile_one, parameters, refuse
from auditql.shell.exits import Ended, Exit, UsageError
from auditql.shell.querying import (
    Asked,
    Options,
    add_options,
    check_columns,
    filled,
    gone_on_with,
)
from auditql.shell.sinks import STANDARD_OUTPUT
from auditql.shell.sources import STANDARD_INPUT, read_from
from auditql.shell.texts import Source, saved_source

if TYPE_CHECKING:
    from auditql.library.alone import Alone
    from auditql.shell.output import Output
    from auditql.shell.profiles import InForce

FOLLOWING = ("table", "vertical", "jsonl", "markdown", "none")
"""The formats in which one answer can stand behind another."""

_APART = ("table", "vertical", "markdown")
_NOT_WORSE = (Exit.OK, Exit.EMPTY)


class SavedOptions(Options):
    """What `run` and `demo run` take."""

    only: int | None


def run_saved(
    parser: VerbParser,
    arguments: Sequence[str],
    output: Output,
    answer: Callable[[Asked], Exit],
    *,
    asks_account: bool,
) -> Exit:
    """Answer each query of a file; the exit code is the worst of theirs.

    Args:
        parser: of the verb.
        arguments: what stands behind it.
        output: the output of the run.
        answer: answers one query.
        asks_account: a profile may be picked, and fills in what is left open.

    Raises:
        UsageError: the command line is wrong.
        Ended: a query is; it is told.
        ConfigurationError: the file or a profile cannot be read, or `--now` is no
            moment.
        OutputError: an answer cannot be written.
    """
    parser.add_argument(
        "text",
        nargs="?",
        metavar="NAME|FILE",
        help="the name of a saved query, or a file: a path with a / or that ends in"
        " .aql; - is standard input",
    )
    parser.add_argument(
        "--only", type=positive, metavar="N", help="of several queries, the Nth alone"
    )
    add_options(parser, asks_account=asks_account)
    options = parser.read(arguments, SavedOptions())
    output.obey(options)
    resumed = gone_on_with(options, parser)
    if resumed is None:
        source = saved_source(options.text, parser.prog)
    elif options.only is not None:
        raise UsageError("--only beside --resume: it goes on as it began", parser.prog)
    else:
        source = Source(resumed.checkpoint.asking.text, None)
    force = filled(options, output, resumed) if asks_account else None
    parts = () if resumed is not None else _parts(source, output)
    if resumed is not None or len(parts) <= 1 or options.only is not None:
        chosen = _chosen(source, parts, options.only, parser.prog)
        plan = compile_one(chosen, options, output)
        check_columns(options, plan, parser.prog)
        return answer(Asked(plan, chosen, options, parser.prog, force, resumed))
    _refuse_one_only(parts, options, parser.prog)
    each = _each(source, parts, options, output, parser.prog)
    lines = [part.line for part in parts]
    return _answered(_connected(each, force), lines, options, output, answer)


def _parts(source: Source, output: Output) -> tuple[Alone, ...]:
    """The queries of a text.

    Raises:
        Ended: it cannot be parsed; that is told.
        ConfigurationError: it says nothing. As a query that asks for every record,
            but whoever was to write the file may have failed.
    """
    from auditql.language.parser import parse
    from auditql.library.alone import alone

    try:
        script = parse(source.text)
    except QueryError as error:
        refuse(error.diagnostics, source, output)
    if not script.statements:
        raise ConfigurationError(
            f"{source.name} holds no query; `order by -created_at` asks for every"
            " record"
        )
    return alone(script, source.text)


def _chosen(
    source: Source, parts: Sequence[Alone], only: int | None, command: str
) -> Source:
    """The text of the one query that is asked.

    Raises:
        UsageError: there are not so many.
    """
    if only is None:
        return source
    if only > len(parts):
        there = "1 query" if len(parts) == 1 else f"{len(parts)} queries"
        raise UsageError(f"--only {only}: the file holds {there}", command)
    return source._replace(text=parts[only - 1].text())


def _refuse_one_only(
    parts: Sequence[Alone], options: SavedOptions, command: str
) -> None:
    """Refuse several answers where one alone has room.

    Raises:
        UsageError: it has.
    """
    said = f"the file holds {len(parts)} queries, and"
    if STANDARD_INPUT in (options.files or ()):
        raise UsageError(f"{said} --from - is read once: add --only N", command)
    if options.output not in (None, STANDARD_OUTPUT):
        raise UsageError(f"{said} -o holds one answer: add --only N", command)
    if options.format not in FOLLOWING:
        raise UsageError(
            f"{said} {options.format} holds one answer: add --only N,"
            " or write jsonl or table",
            command,
        )


def _each(
    source: Source,
    parts: Sequence[Alone],
    options: SavedOptions,
    output: Output,
    command: str,
) -> list[Asked]:
    """Every query, compiled by itself; warnings of the file are told once.

    Raises:
        Ended: the text is wrong; it is told.
        ConfigurationError: `--now` is no moment.
    """
    from auditql.language.clock import text_of
    from auditql.runtime.compile import compile_text, moment_s

    options.now = text_of(moment_s(options.now))
    compile_all(source, options, output)
    each = []
    for part in parts:
        own = copy.copy(options)
        own.param = [pair for pair in options.param if pair[0] in part.parameters]
        text = part.text()
        plan = compile_text(
            text,
            params=parameters(own),
            now=own.now,
            tz=own.tz,
            limit=own.limit,
            exact=own.exact,
            source=read_from(own),
        )
        check_columns(own, plan, command)
        each.append(Asked(plan, source._replace(text=text), own, command))
    return each


def _connected(each: Sequence[Asked], force: InForce | None) -> list[Asked]:
    """The queries with one connection, which says once what there is to say of it."""
    if force is None:
        return list(each)
    connection = force.connection()
    quiet = replace(connection, warnings=())
    return [
        replace(asked, force=force, connection=quiet if place else connection)
        for place, asked in enumerate(each)
    ]


def _answered(
    each: Sequence[Asked],
    lines: Sequence[int],
    options: SavedOptions,
    output: Output,
    answer: Callable[[Asked], Exit],
) -> Exit:
    """Answer them in order, up to the first that is not answered well."""
    worst = Exit.OK
    for place, asked in enumerate(each, 1):
        asked.options.place = (place, len(each))
        if options.format in _APART:
            output.data("\n" if place > 1 else "")
            output.flush()  # where both streams are seen, this stands before it
            output.note(f"note: {_which(place, lines)}")
        try:
            code = answer(asked)
        except (Ended, ConfigurationError):
            _tell_where(place, lines, output)
            raise
        if code not in _NOT_WORSE:
            _tell_where(place, lines, output)
            return code
        worst = max(worst, code)
    return worst


def _tell_where(place: int, lines: Sequence[int], output: Output) -> None:
    """Say which query did not end well, and how many are not asked any more."""
    left = len(lines) - place
    rest = "" if left == 0 else f"; {left} behind it {_are(left)} not asked"
    output.note(f"note: that was {_which(place, lines)}{rest}")


def _which(place: int, lines: Sequence[int]) -> str:
    return f"query {place} of {len(lines)}, on line {lines[place - 1]}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
