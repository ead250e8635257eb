"""`auditql demo serve`: the made-up account over HTTP, on loopback alone."""

import argparse
import threading
from collections.abc import Sequence

from auditql.errors import ConfigurationError
from auditql.runtime.compile import moment_s
from auditql.shell.arguments import CommonOptions, VerbParser
from auditql.shell.exits import Exit
from auditql.shell.output import Output

_MOST_PORT = 65_535


class Options(CommonOptions):
    """What `demo serve` takes."""

    port: int
    now: str | None


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Serve until a signal ends it; standard output names the address first.

    Raises:
        ConfigurationError: the port cannot be had, or `--now` is no moment.
        KeyboardInterrupt: Ctrl-C or SIGTERM, the ways to stop it.
    """
    parser = VerbParser(
        "demo serve",
        "Serve a made-up account on 127.0.0.1. The line it prints lets other"
        " commands ask it; Ctrl-C ends it.",
    )
    parser.add_argument(
        "--port", type=_port, default=0, metavar="N", help="default: any free port"
    )
    parser.add_argument(
        "--now", metavar="TIME", help="when the account's records end (default: now)"
    )
    CommonOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    now_s = moment_s(options.now)

    from auditql.emulator import Settings, demo_account, serve
    from auditql.emulator.demo import DEMO_CLIENT
    from auditql.emulator.settings import NoAuth

    account = demo_account(now_s, Settings(auth=NoAuth(DEMO_CLIENT)))
    try:
        with serve(account, options.port) as server:
            output.data(f"export ZENDESK_BASE_URL={server.url}\n")
            output.flush()
            output.note(
                "Serving made-up records; Ctrl-C ends it.\n"
                "No credential is needed. To try a login: auditql login -P demo"
                f" --base-url {server.url} --client-id {DEMO_CLIENT.client_id}\n"
                f"and as its secret, which is none: {DEMO_CLIENT.client_secret}"
            )
            threading.Event().wait()
    except OSError as error:
        raise ConfigurationError(
            f"port {options.port} cannot be used: {error.strerror}"
        ) from error
    return Exit.OK


def _port(text: str) -> int:
    """The number of a port; 0 takes any free one."""
    if text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= _MOST_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"`{text}` is no port, 0 to {_MOST_PORT}")
