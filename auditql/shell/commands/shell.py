"""`auditql` on a terminal: the shell over the account in force."""

import argparse
from collections.abc import Sequence

from auditql.shell.arguments import CommonOptions, VerbParser
from auditql.shell.exits import Exit
from auditql.shell.option_values import number, parameter
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions


class Options(CommonOptions, ProfileOptions):
    """What the shell takes."""

    param: list[tuple[str, str]]
    now: str | None
    tz: str | None
    limit: int | None
    format: str | None


class Parser(VerbParser):
    """A parser of what stands behind `auditql`, or behind `auditql demo`."""

    def __init__(self, name: str, description: str) -> None:
        """Take the options of a shell."""
        super().__init__(name, description)
        self.prog = f"auditql {name}".rstrip()
        from auditql.results.formats import FORMATS

        group = self.add_argument_group("what the session begins with")
        group.add_argument(
            "-p",
            "--param",
            action="append",
            default=[],
            type=parameter,
            metavar="NAME=VALUE",
            help="what :NAME stands for; may be repeated",
        )
        group.add_argument("--now", metavar="TIME", help=argparse.SUPPRESS)
        group.add_argument("--tz", metavar="ZONE", help="zone of days and hours")
        group.add_argument(
            "--limit", type=number(1), metavar="N", help="rows shown at a time"
        )
        group.add_argument(
            "-f", "--format", choices=list(FORMATS), help="how rows are written"
        )
        CommonOptions.add(self)


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Run the shell until the person leaves.

    Raises:
        UsageError: an option is wrong, or there is no terminal.
        ConfigurationError: the profile that was picked cannot be used.
    """
    parser = Parser("", "Ask in a shell. Commands begin with \\; \\? lists them.")
    ProfileOptions.add_profile(parser)
    options = parser.read(arguments, Options())
    return opened(options, output, is_demo=False)


def opened(options: Options, output: Output, *, is_demo: bool) -> Exit:
    """Run the shell as the options say; raises as `run`."""
    from auditql.shell.terminal.start import Wanted, run_shell

    output.obey(options)
    now_s = None
    if options.now is not None:
        from auditql.runtime.compile import moment_s

        now_s = moment_s(options.now)
    wanted = Wanted(
        None if is_demo else options.profile,
        is_demo,
        options.tz,
        options.limit,
        options.format,
        tuple(options.param),
        now_s,
    )
    return run_shell(wanted, output)
