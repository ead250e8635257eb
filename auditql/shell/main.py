"""The command line from end to end: arguments in, exit code out.

Finds the verb, lets its module read the rest and run, and turns every way in
which that can end into words on standard error and an exit code. Nothing of a
query or an answer is known here.
"""

from __future__ import annotations

import _thread
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from auditql.runtime.scratch import remove_scratch
from auditql.shell.exits import Exit, HelpAsked, UsageError
from auditql.shell.interrupts import INTERRUPTS
from auditql.shell.output import Output
from auditql.shell.verbs import (
    DEMO_SHELL,
    HELP,
    QUERY,
    SHELL,
    VERBS,
    VERSION,
    Verb,
    help_text,
)

_LONGEST_END_S = 0.8
_LONGEST_TIDYING_S = 5.0
_STANDARD_ERROR = 2
_CUT_SHORT = b"error: interrupted, and cut short: it did not end by itself\n"


def run(arguments: Sequence[str]) -> int:
    """Run a command line, its verb and all behind it; gives the exit code."""
    _end_on_signals()
    output = Output.standard()
    code = _ended(lambda: _dispatch(arguments, output), output)
    # A pipe may close, or a disk be full, only when the last of it is written.
    flushed = _ended(lambda: _flush(output), output)
    remove_scratch()
    return int(flushed if code is Exit.OK else code)


def _end_on_signals() -> None:
    """Let a polite kill end a run as Ctrl-C does: files and sockets are closed."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Our own, because the event loop would replace Python's by one that only
        # asks a task to stop, the next time it waits.
        signal.signal(signal.SIGINT, _interrupted)
    signal.signal(signal.SIGTERM, _interrupted)


def _interrupted(_number: int, _frame: object) -> None:
    """End the run, and the process soon after, whatever still holds it.

    A name that is being looked up, for one, cannot be interrupted.

    Raises:
        KeyboardInterrupt: unless what runs must end first, and raises it then.
    """
    # No import here: what is being imported may be what it needs.
    _thread.start_new_thread(_last_resort, ())
    INTERRUPTS.came()


def _last_resort() -> None:
    """End a process that was interrupted and has not ended by itself."""
    time.sleep(_LONGEST_END_S)
    # Whatever hangs from here on, it ends.
    _thread.start_new_thread(_end_after, (_LONGEST_TIDYING_S,))
    with suppress(OSError, ValueError):  # nobody reads it, or it is full: no word
        if select.select([], [_STANDARD_ERROR], [], 0)[1]:
            os.write(_STANDARD_ERROR, _CUT_SHORT)
    remove_scratch()
    os._exit(Exit.INTERRUPTED)


def _end_after(seconds: float) -> None:
    time.sleep(seconds)
    os._exit(Exit.INTERRUPTED)


def _flush(output: Output) -> Exit:
    output.flush()
    return Exit.OK


def _ended(action: Callable[[], Exit], output: Output) -> Exit:
    """How an action ends; whatever it raises is said and becomes a code."""
    try:
        return action()
    except (Exception, KeyboardInterrupt) as error:
        from auditql.shell.endings import ending

        return ending(error, output)


def _dispatch(arguments: Sequence[str], output: Output) -> Exit:
    """Find the verb and run it."""
    first = arguments[0] if arguments else None
    if first in VERSION:
        from auditql import __version__

        output.data(f"auditql {__version__}\n")
        return Exit.OK
    if first in HELP:
        if len(arguments) > 1 and first == "help":
            return _dispatch([*arguments[1:], "--help"], output)
        output.data(help_text())
        return Exit.OK
    if first is None or first.startswith("-"):
        if first != "-" and (sys.stdin is None or sys.stdin.isatty()):
            return _without_verb(arguments, output)
        return _run(QUERY, arguments, output)
    if first == "demo" and _is_bare(arguments[1:]):
        return _demo(arguments[1:], output)
    if arguments[1:] and arguments[1] in HELP and _below(first):
        return _help_of(_below(first), output)
    verb = _verb(arguments)
    return _run(verb, arguments[len(verb.name.split()) :], output)


def _run(verb: Verb, arguments: Sequence[str], output: Output) -> Exit:
    """Run a verb out of its own module."""
    from importlib import import_module

    command = import_module(f"auditql.shell.commands.{verb.module}")
    run_verb: Callable[[Sequence[str], Output], Exit] = command.run
    try:
        return run_verb(arguments, output)
    except HelpAsked as asked:
        output.data(str(asked))
        return Exit.OK


def _help_of(verbs: Sequence[Verb], output: Output) -> Exit:
    """Print the help of several verbs, an empty line between them."""
    for place, verb in enumerate(verbs):
        if place:
            output.data("\n")
        _run(verb, ["--help"], output)
    return Exit.OK


def _without_verb(arguments: Sequence[str], output: Output) -> Exit:
    """Nothing piped in: the shell, where there is a terminal to show it on."""
    if _is_on_a_terminal():
        return _run(SHELL, arguments, output)
    if arguments:
        raise UsageError(f"the option {arguments[0]} stands without a verb")
    output.note("the shell needs a terminal to be shown on\n\n" + help_text())
    return Exit.REFUSED


def _demo(arguments: Sequence[str], output: Output) -> Exit:
    """The made-up account: a shell over it, or what is piped in asked of it."""
    if _is_on_a_terminal():
        return _run(DEMO_SHELL, arguments, output)
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("the shell needs a terminal to be shown on")
    return _run(_verb(["demo", "query"]), arguments, output)


def _is_on_a_terminal() -> bool:
    """Whether a person types and sees what comes of it."""
    return all(
        stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)
    )


def _is_bare(arguments: Sequence[str]) -> bool:
    """Whether no word follows but options; a call for help is answered elsewhere."""
    return not arguments or (arguments[0].startswith("-") and arguments[0] not in HELP)


def _below(word: str) -> list[Verb]:
    """The verbs of two words that begin with this one."""
    return [v for v in VERBS if v.name.startswith(word + " ")]


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
    below = [verb.name for verb in _below(word)]
    if any(c in arguments[1 if below else 0] for c in " =<>~'\""):
        of = f"{word} query" if below else "query"
        raise UsageError(f'a query stands behind a verb: auditql {of} "…"')
    from auditql.diagnostics.nearest import nearest

    written, known = word, [v.name for v in VERBS]
    hint = ""
    if below:
        written, known = f"{word} {arguments[1]}", below
        hint = f"; write {' or '.join(below)}"
    near = nearest(written, known)
    if near:
        hint = f"; did you mean {' or '.join(f'`{n}`' for n in near)}?"
    raise UsageError(f"there is no verb `{written}`{hint}")
