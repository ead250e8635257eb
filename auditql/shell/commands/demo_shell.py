"""`auditql demo` on a terminal: the shell over the made-up account, in process."""

from collections.abc import Sequence

from auditql.shell.commands.shell import opened
from auditql.shell.exits import Exit
from auditql.shell.output import Output


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Run the shell until the person leaves; raises as that of an account."""
    return opened(arguments, output, is_demo=True)
