"""The command line from end to end: arguments in, exit code out.

Finds the verb, lets its module read the rest and run, and turns every way in
which that can end into words on standard error and an exit code. Nothing of a
query or an answer is known here.
"""

import signal
import sys
from collections.abc import Callable, Sequence
from typing import Protocol

from auditql.errors import AuditQLError, QueryError, RunError
from auditql.shell.exits import ClosedPipe, Ended, Exit, UsageError, exit_of
from auditql.shell.output import Output
from auditql.shell.verbs import VERBS, Verb, help_text

_HELP = {"-h", "--help", "help"}
_VERSION = {"-V", "--version"}
_QUERY = VERBS[0]


class Command(Protocol):
    """What the module of a verb holds."""

    def run(self, arguments: Sequence[str], output: Output) -> Exit:
        """Do what the verb says with the arguments behind it."""
        ...


def run(arguments: Sequence[str]) -> int:
    """Run a command line, its verb and all behind it; gives the exit code."""
    output = Output.standard()
    code = _ended(lambda: _dispatch(arguments, output), output)
    # A pipe may close, or a disk be full, only when the last of it is written.
    flushed = _ended(lambda: _flush(output), output)
    return int(flushed if code is Exit.OK else code)


def _flush(output: Output) -> Exit:
    output.flush()
    return Exit.OK


def _ended(action: Callable[[], Exit], output: Output) -> Exit:
    """How an action ends; whatever it raises is said and becomes a code."""
    try:
        # A polite kill ends a run like Ctrl-C: files and sockets are closed.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        return action()
    except Ended as end:
        return end.code
    except QueryError as error:
        output.diagnostics(error.diagnostics, error.text)
        return Exit.REFUSED
    except UsageError as error:
        output.error(str(error), f"see `{error.command} --help`")
        return Exit.REFUSED
    except AuditQLError as error:
        output.error(told(error))
        return exit_of(error)
    except ClosedPipe:
        return Exit.CLOSED_PIPE
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except Exception as error:
        _tell_bug(error, output)
        return Exit.FAILED


def _dispatch(arguments: Sequence[str], output: Output) -> Exit:
    """Find the verb and run it."""
    first = arguments[0] if arguments else None
    if first in _VERSION:
        from auditql import __version__

        output.data(f"auditql {__version__}\n")
        return Exit.OK
    if first in _HELP:
        if len(arguments) > 1 and first == "help":
            return _dispatch([*arguments[1:], "--help"], output)
        output.data(help_text())
        return Exit.OK
    if first is None or first.startswith("-"):
        if first != "-" and (sys.stdin is None or sys.stdin.isatty()):
            return _without_verb(first, output)
        return _run(_QUERY, arguments, output)
    verb = _verb(arguments)
    return _run(verb, arguments[len(verb.name.split()) :], output)


def _run(verb: Verb, arguments: Sequence[str], output: Output) -> Exit:
    """Run a verb out of its own module."""
    from importlib import import_module

    from auditql.shell.arguments import HelpAsked

    command: Command = import_module(f"auditql.shell.commands.{verb.module}")
    try:
        return command.run(arguments, output)
    except HelpAsked as asked:
        output.data(str(asked))
        return Exit.OK


def _without_verb(first: str | None, output: Output) -> Exit:
    """Nothing to do and nothing piped in: say what there is."""
    if first is not None:
        raise UsageError(f"the option {first} stands without a verb")
    output.note("There is no interactive shell in this version.\n\n" + help_text())
    return Exit.REFUSED


def _verb(arguments: Sequence[str]) -> Verb:
    """The verb that the arguments begin with.

    Raises:
        UsageError: there is none; a word is never taken for a query.
    """
    for verb in VERBS:
        words = verb.name.split()
        if list(arguments[: len(words)]) == words:
            return verb
    word = arguments[0]
    below = [v.name for v in VERBS if v.name.startswith(word + " ")]
    if below:
        raise UsageError(f"`{word}` alone says nothing; write {' or '.join(below)}")
    if any(c in word for c in " =<>~'\""):
        raise UsageError('a query stands behind a verb: auditql query "…"')
    from auditql.diagnostics.nearest import nearest

    near = nearest(word, [v.name for v in VERBS])
    hint = f"; did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else ""
    raise UsageError(f"there is no verb `{word}`{hint}")


def told(error: AuditQLError) -> str:
    """The words for an error, with what Zendesk would ask to be told."""
    words = str(error)
    if isinstance(error, RunError):
        if error.status is not None and str(error.status) not in words:
            words += f" (status {error.status})"
        if error.request_id is not None and error.request_id not in words:
            words += f" (request id {error.request_id})"
    return words


def _tell_bug(error: BaseException, output: Output) -> None:
    """Say that auditql itself failed.

    Its text and its variables are kept back, with `--debug` too: they may hold
    a credential or a record.
    """
    output.error(f"internal error: {type(error).__name__}", _BUG_HELP)
    if not output.debug:
        return
    import traceback

    chain: BaseException | None = error
    while chain is not None:
        output.note(type(chain).__name__)
        for frame in traceback.extract_tb(chain.__traceback__):
            output.note(f"  {frame.filename}:{frame.lineno} in {frame.name}")
        chain = chain.__cause__ or chain.__context__


_BUG_HELP = "this is a fault of auditql; --debug shows where it arose"
