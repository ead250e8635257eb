"""What a person is asked for at a terminal, and what is piped in instead.

In: a question. Out: the answer. Questions go to standard error; a secret is not
echoed, and it is never an argument, where other users of the machine see it.
"""

import sys

from auditql.errors import ConfigurationError
from auditql.providers.zendesk.secret import Secret

_MOST_BYTES = 8 * 1024


def is_person() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def answer(question: str) -> str:
    """The line that a person types.

    Raises:
        ConfigurationError: there is none.
    """
    if sys.stderr is not None:
        sys.stderr.write(f"{question}: ")
        sys.stderr.flush()
    line = sys.stdin.readline(_MOST_BYTES)
    if not line.strip():
        raise ConfigurationError(f"{question}: nothing was given")
    return line.strip()


def secret(name: str) -> Secret:
    """A secret, typed without an echo, or the one line of standard input.

    Args:
        name: what it is, for the question and the messages.

    Raises:
        ConfigurationError: there is none, or it has stray characters.
    """
    text = _typed(name) if is_person() else _piped(name)
    if not text:
        raise ConfigurationError(
            f"no {name} was given: type it when asked, or pipe it in"
        )
    try:
        return Secret(text, f"the {name}")
    except ConfigurationError as error:
        del text  # a traceback that shows variables would show it
        raise error.with_traceback(None) from None


def _typed(name: str) -> str:
    from getpass import getpass

    try:
        return getpass(f"{name} (not shown): ", stream=sys.stderr)
    except EOFError:
        return ""


def _piped(name: str) -> str:
    """The line of standard input; a line end behind it is no part of it.

    Raises:
        ConfigurationError: there are several lines, or it is too long.
    """
    if sys.stdin is None:
        return ""
    content = sys.stdin.buffer.read(_MOST_BYTES + 1)
    line = content.removesuffix(b"\n").removesuffix(b"\r")
    is_one = len(content) <= _MOST_BYTES and b"\n" not in line
    text = line.decode("latin-1") if is_one else None
    del content, line
    if text is None:
        raise ConfigurationError(
            f"standard input holds more than one line; pipe the {name} in alone"
        )
    return text
