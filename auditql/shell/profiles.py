"""Profiles on the command line: `-P`, and the defaults that a profile gives.

In: a verb's parser and options. Out: the option, what is in force, and options
filled with what the profile says and nobody wrote. What reads files is loaded
only where there is something to read.
"""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditql.catalog.forms import form

if TYPE_CHECKING:
    from auditql.providers.warehouse.running.mapped import TableMap
    from auditql.providers.zendesk.origin import Origin
    from auditql.runtime.connection import Connection
    from auditql.runtime.profiles.choice import Choice
    from auditql.runtime.profiles.forms import Config, Profile
    from auditql.runtime.profiles.store import Store
    from auditql.shell.arguments import CompileOptions, VerbParser
    from auditql.shell.output import Output


class ProfileOptions(argparse.Namespace):
    """What a verb takes that asks an account, or could."""

    profile: str | None

    @staticmethod
    def add_profile(parser: VerbParser) -> None:
        """Let the parser take the option."""
        parser.add_argument(
            "-P",
            "--profile",
            metavar="NAME",
            help="the profile of that name (default: the environment's account, or"
            " the default profile)",
        )


@form
class InForce:
    """The user's files, and what of them is in force.

    Attributes:
        config: the configuration; None where there is no file.
        store: what `auditql login` stored.
        choice: the profile in force.
    """

    config: Config | None
    store: Store
    choice: Choice

    def account(self) -> Origin | None:
        """The account in force; None where none is named. No credential is needed.

        Raises:
            ConfigurationError: a file cannot be used.
        """
        from auditql.runtime.profiles.choice import account

        return account(self.choice, self.store, os.environ)

    def connection(self) -> Connection:
        """The connection in force. A `token_command` is run here.

        Raises:
            ConfigurationError: something is missing, malformed or over.
        """
        from auditql.runtime.profiles.connecting import connection

        today = datetime.now(UTC).date()
        return connection(self.choice, self.store, os.environ, today)


def in_force(picked: str | None) -> InForce:
    """What is in force for one run.

    Raises:
        ConfigurationError: there is no such profile, or a file or a variable
            cannot be used.
    """
    from auditql.runtime.profiles.choice import choose
    from auditql.runtime.profiles.file import read_config
    from auditql.runtime.profiles.folders import folder
    from auditql.runtime.profiles.store import Store

    store = Store(folder())
    config = read_config()
    return InForce(config, store, choose(picked, config, store, os.environ))


def profile_for_settings(picked: str | None) -> Profile | None:
    """The profile whose settings hold for a run that asks nobody; None for none.

    Raises:
        ConfigurationError: as `in_force`; but without a file of profiles, and
            none picked, nothing is read.
    """
    from auditql.runtime.profiles.folders import config_path

    if picked is None and not os.path.lexists(config_path()):
        return None
    return in_force(picked).choice.profile


def said_table(profile: Profile | None) -> TableMap:
    """What the profile says of a table of records, perhaps nothing."""
    from auditql.providers.warehouse.running.mapped import TableMap

    said = None if profile is None else profile.columns
    return TableMap() if said is None else said


def fill(options: CompileOptions, profile: Profile | None, output: Output) -> None:
    """Fill in what the profile says and the command line left open.

    A limit that nobody wrote is told: it may cut an answer off.
    """
    if profile is None:
        return
    if options.tz is None:
        options.tz = profile.tz
    if options.limit is None and profile.limit is not None:
        options.limit = profile.limit
        output.note(
            f"note: at most {profile.limit:,} rows, the limit of the profile "
            f"`{profile.name}`"
        )
