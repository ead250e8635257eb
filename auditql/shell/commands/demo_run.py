"""`auditql demo run`: run a saved query on the made-up account, in process."""

from collections.abc import Sequence

from auditql.shell.arguments import VerbParser
from auditql.shell.demo import answer_from_demo
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.saved import run_saved


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print what a saved query finds in the made-up records.

    Raises:
        OutputError: an answer cannot be written.
    """
    parser = VerbParser(
        "demo run",
        "Run a saved query on made-up records: no account, no network. Names are"
        " looked for as `auditql run` does; --now sets the account's clock too.",
    )
    return run_saved(
        parser,
        arguments,
        output,
        lambda asked: answer_from_demo(asked, output),
        asks_account=False,
    )
