"""From a text on the command line to plans, what is wrong with it told.

In: a source and the options that compile it. Out: plans; their warnings are
on standard error by then. Errors are told here too, because here the text's
name is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from auditql.diagnostics.model import Diagnostic, Severity
from auditql.errors import QueryError
from auditql.runtime.compile import compile_script, compile_text
from auditql.shell.exits import Ended, Exit
from auditql.shell.sources import read_from

if TYPE_CHECKING:
    from auditql.plan.plan import Plan
    from auditql.shell.arguments import CompileOptions
    from auditql.shell.output import Output
    from auditql.shell.texts import Source


def compile_one(source: Source, options: CompileOptions, output: Output) -> Plan:
    """The plan of a source that holds one query.

    Raises:
        Ended: the text is wrong, or has a warning under `--strict`; both are
            told.
        ConfigurationError: `--now` is no moment.
    """
    try:
        plan = compile_text(
            source.text,
            params=parameters(options),
            now=options.now,
            tz=options.tz,
            limit=options.limit,
            exact=options.exact,
            source=read_from(options),
        )
    except QueryError as error:
        refuse(error.diagnostics, source, output)
    warn(plan.diagnostics, source, options, output)
    return plan


def compile_all(
    source: Source, options: CompileOptions, output: Output
) -> tuple[Plan, ...]:
    """The plans of every query that a source holds; raises as `compile_one`."""
    try:
        plans = compile_script(
            source.text,
            params=parameters(options),
            now=options.now,
            tz=options.tz,
            limit=options.limit,
            exact=options.exact,
            source=read_from(options),
        )
    except QueryError as error:
        refuse(error.diagnostics, source, output)
    found = tuple(d for plan in plans for d in plan.diagnostics)
    warn(found, source, options, output)
    return plans


def parameters(options: CompileOptions) -> dict[str, object]:
    """The values of `-p`, each a value, a list, or text: as the query needs it."""
    from auditql.language.parameters import written

    return {name: written(text) for name, text in options.param}


def warn(
    found: Sequence[Diagnostic],
    source: Source,
    options: CompileOptions,
    output: Output,
) -> None:
    """Tell the warnings.

    Raises:
        Ended: there is one, and `--strict` takes it for an error.
    """
    if found and options.strict:
        strict = tuple(replace(d, severity=Severity.ERROR) for d in found)
        refuse(strict, source, output)
    output.diagnostics(found, source.text, source.name)


def refuse(found: Sequence[Diagnostic], source: Source, output: Output) -> NoReturn:
    """Tell what is wrong and end.

    Raises:
        Ended: always.
    """
    output.diagnostics(found, source.text, source.name)
    raise Ended(Exit.REFUSED)
