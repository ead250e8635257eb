"""`auditql` on a terminal: the shell over the account in force."""

from collections.abc import Sequence

from auditql.shell.exits import Exit
from auditql.shell.output import Output


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Run the shell until the person leaves.

    Raises:
        UsageError: an option is wrong.
        ConfigurationError: the profile that was picked cannot be used.
    """
    return opened(arguments, output, is_demo=False)


def opened(arguments: Sequence[str], output: Output, *, is_demo: bool) -> Exit:
    """Run the shell as the arguments say; raises as `run`."""
    from auditql.shell.terminal.start import Wanted, run_shell

    if not arguments:  # nothing need be loaded to read them
        return run_shell(Wanted(is_demo=is_demo), output)
    from auditql.shell.terminal.options import wanted

    return run_shell(wanted(arguments, output, is_demo=is_demo), output)
