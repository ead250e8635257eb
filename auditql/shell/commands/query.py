"""`auditql query`: run one query on an account."""

from collections.abc import Sequence

from auditql.shell.arguments import VerbParser
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.querying import read, run_plan


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print the records that match.

    Raises:
        ConfigurationError: there is no account that can be asked.
        OutputError: the answer cannot be written.
    """
    parser = VerbParser(
        "query", "Run one query on the account of the environment or of a profile."
    )
    return run_plan(read(parser, arguments, output, asks_account=True), output)
