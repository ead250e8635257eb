"""A profile's `token_command`: another program that prints an access token.

In: a program and its arguments. Out: the token. No shell reads the command,
nothing is given to it, and what it says on standard error is not shown: it may
hold the token.
"""

import os
import selectors
import subprocess
import time
from collections.abc import Sequence

from auditql.errors import ConfigurationError
from auditql.providers.zendesk.secret import Secret

WITHIN_S = 30.0
MOST_BYTES = 8 * 1024


def token_of(command: Sequence[str], within_s: float = WITHIN_S) -> Secret:
    """The token that a program prints, on one line.

    Args:
        command: the program and its arguments.
        within_s: seconds that it may take; it is killed after that.

    Raises:
        ConfigurationError: it cannot be started, fails, takes too long, or
            prints anything but one token.
    """
    printed = _printed(command, within_s)
    if not printed.strip():
        raise _wrong(command, "printed nothing")
    line = printed.removesuffix(b"\n").removesuffix(b"\r")
    lines = line.count(b"\n") + 1
    if lines > 1:
        del printed, line
        raise _wrong(command, f"printed {lines} lines where one token is wanted")
    text = line.decode("latin-1")
    del printed, line
    try:
        return Secret(text, "what the token_command printed")
    except ConfigurationError as error:
        del text  # a traceback that shows variables would show it
        raise error.with_traceback(None) from None


def _printed(command: Sequence[str], within_s: float) -> bytes:
    """Everything that a program prints, if it ends well and in time."""
    try:
        # S603: the person's own command, in the person's own file, without a shell
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its text cannot be used"
        raise _wrong(command, f"cannot be started: {why}") from error
    until_s = time.monotonic() + within_s
    with process:
        try:
            printed = _read(process, until_s)
            if len(printed) > MOST_BYTES:
                del printed
                raise _wrong(command, f"printed more than {MOST_BYTES:,} bytes")
            code = process.wait(max(0.0, until_s - time.monotonic()))
        except (TimeoutError, subprocess.TimeoutExpired):
            raise _wrong(command, f"did not end within {within_s:g} s") from None
        finally:
            process.kill()  # does nothing to one that has ended
    if code != 0:
        del printed
        raise _wrong(command, f"ended with code {code}; run it by hand to see why")
    return printed


def _read(process: "subprocess.Popen[bytes]", until_s: float) -> bytes:
    """What is printed until the end, or more than may be.

    Raises:
        TimeoutError: it did not end in time.
    """
    assert process.stdout is not None
    printed = b""
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        while len(printed) <= MOST_BYTES:
            left_s = until_s - time.monotonic()
            if left_s <= 0 or not ready.select(left_s):
                raise TimeoutError
            part = os.read(process.stdout.fileno(), MOST_BYTES + 1)
            if not part:
                break
            printed += part
    return printed


def _wrong(command: Sequence[str], what: str) -> ConfigurationError:
    """The error that names the program; its arguments may hold a secret."""
    return ConfigurationError(f"token_command: `{command[0]}` {what}")
