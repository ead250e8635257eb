"""`auditql run`: run a saved query on an account."""

from collections.abc import Sequence

from auditql.shell.arguments import VerbParser
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.querying import run_plan
from auditql.shell.saved import run_saved


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print what the queries of a file find, one after the other.

    Raises:
        ConfigurationError: there is no account that can be asked.
        OutputError: an answer cannot be written.
    """
    parser = VerbParser(
        "run",
        "Run a saved query on the account of the environment or of a profile. A"
        " name is looked for in ./queries, among your own, and among those that"
        " auditql comes with; `auditql queries` lists them. Several queries of a"
        " file are run one after the other, up to the first that fails;"
        " --max-requests, --timeout and --limit count for each.",
    )
    return run_saved(
        parser,
        arguments,
        output,
        lambda asked: run_plan(asked, output),
        asks_account=True,
    )
