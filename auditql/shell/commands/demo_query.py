"""`auditql demo query`: run one query on the made-up account, in process."""

from collections.abc import Sequence

from auditql.shell.arguments import VerbParser
from auditql.shell.demo import answer_from_demo
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.querying import read


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print the made-up records that match; the account's time is the query's now.

    Raises:
        OutputError: the answer cannot be written.
    """
    parser = VerbParser(
        "demo query",
        "Run one query on made-up records: no account, no network. --now sets"
        " the account's clock too, so an answer can be had again.",
    )
    return answer_from_demo(read(parser, arguments, output), output)
