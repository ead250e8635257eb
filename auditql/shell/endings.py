"""How a run ends that raised: the words on standard error and the exit code.

In: whatever was raised. Out: a code, once the error has been told. Loaded only
when something was raised.
"""

from auditql.errors import (
    AuditQLError,
    AuthenticationFailed,
    ConfigurationError,
    ConnectionFailed,
    OutputError,
    PartialAnswer,
    QueryError,
    RateLimited,
    RunError,
)
from auditql.shell.exits import ClosedPipe, Ended, Exit, UsageError
from auditql.shell.output import Output

_EXITS: tuple[tuple[type[AuditQLError], Exit], ...] = (
    (QueryError, Exit.REFUSED),
    (ConfigurationError, Exit.REFUSED),
    (ConnectionFailed, Exit.CONNECTION),
    (AuthenticationFailed, Exit.ACCESS),
    (RateLimited, Exit.RAN_OUT),
    (PartialAnswer, Exit.PARTIAL),
    (OutputError, Exit.OUTPUT),
)
_BUG_HELP = "this is a fault of auditql; --debug shows where it arose"


def ending(error: BaseException, output: Output) -> Exit:
    """The code that a run ends with when this ends it; the error is told."""
    match error:
        case Ended():
            return error.code
        case ClosedPipe():
            return Exit.CLOSED_PIPE
        case KeyboardInterrupt():
            return Exit.INTERRUPTED
        case UsageError():
            output.error(str(error), f"see `{error.command} --help`")
            return Exit.REFUSED
        case QueryError():
            output.diagnostics(error.diagnostics, error.text)
        case AuditQLError():
            output.error(told(error))
        case _:
            _tell_bug(error, output)
            return Exit.FAILED
    return exit_of(error)


def exit_of(error: AuditQLError) -> Exit:
    """The code for an error of the tree; its nearest listed kind decides."""
    return next((code for kind, code in _EXITS if isinstance(error, kind)), Exit.FAILED)


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

    The error's text and the variables are kept back, with `--debug` too: they
    may hold a credential or a record.
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
