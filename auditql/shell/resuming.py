"""Going on with an answer that stopped: `--resume`.

In: what a command line says beside it. Out: the checkpoint, and options that ask
what was asked before. What would ask something else is refused; so is another
account, and a query that is planned otherwise by now.
"""

from auditql import __version__
from auditql.errors import ConfigurationError
from auditql.language.clock import text_of
from auditql.plan.plan import Plan
from auditql.runtime.checkpoint import Asking, plan_hash
from auditql.runtime.checkpoint_files import load, named, of_part
from auditql.shell.arguments import RunOptions
from auditql.shell.exits import UsageError
from auditql.shell.keeping import Resumed


def resume(
    argument: str, text: str | None, options: RunOptions, command: str
) -> Resumed:
    """The answer that goes on, the options filled with what was asked.

    Args:
        argument: the file that was being written, or the checkpoint itself.
        text: the query on the command line; there must be none.
        options: of the command line; they are changed.
        command: the verb, for messages.

    Raises:
        UsageError: an option beside it would change the answer.
        ConfigurationError: there is no checkpoint that can be gone on with.
    """
    _refuse_others(text, options, command)
    path = named(argument)
    found = load(path)
    asking = found.asking
    options.param = list(asking.parameters)
    options.now = text_of(asking.now_s)
    options.tz = asking.zone
    options.limit = asking.limit
    options.format = asking.format
    options.columns = asking.columns
    options.csv_exact = asking.csv_exact
    options.output = None if found.written is None else of_part(path)
    return Resumed(path, found)


def check_plan(plan: Plan, asking: Asking) -> None:
    """See that the query is still planned as it was.

    Raises:
        ConfigurationError: it is not.
    """
    if plan_hash(plan) != asking.plan:
        raise ConfigurationError(
            f"auditql {__version__} asks this query otherwise than {asking.version},"
            f" which began the answer; go on with auditql {asking.version}, or run"
            " the query again from the beginning"
        )


def check_account(account: str, asking: Asking) -> None:
    """See that the account is the one that was asked; nothing was sent to it.

    Raises:
        ConfigurationError: it is not.
    """
    if account != asking.account:
        raise ConfigurationError(
            f"the answer is of {asking.account}, and {account} would be asked;"
            " pick the account with -P or the environment"
        )


def _refuse_others(text: str | None, options: RunOptions, command: str) -> None:
    """Refuse what would ask something else.

    Raises:
        UsageError: something would.
    """
    others = {
        "a query": text is not None,
        "-p": bool(options.param),
        "--now": options.now is not None,
        "--tz": options.tz is not None,
        "--limit": options.limit is not None,
        "-f": options.is_format_chosen,
        "--columns": options.columns is not None,
        "--csv-exact": options.csv_exact,
        "-o": options.output is not None,
    }
    given = next((name for name, is_given in others.items() if is_given), None)
    if given is not None:
        raise UsageError(
            f"{given} beside --resume: an answer goes on as it began", command
        )
