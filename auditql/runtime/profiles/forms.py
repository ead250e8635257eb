"""What a profile is, and the file that profiles are written in.

In: nothing. Out: the forms. A profile names an account and how it is asked; it
never holds a secret.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.providers.zendesk.origin import Origin
from auditql.providers.zendesk.route import Route

if TYPE_CHECKING:
    from auditql.providers.warehouse.running.mapped import TableMap

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a profile may be called."""

DEFAULT_NAME = "default"
"""What a profile is called that nobody gave a name."""


@form
class Profile:
    """One named account; None where the profile leaves something open.

    Attributes:
        name: as `-P` picks it.
        origin: where the account is asked.
        client_id: of the OAuth client; the secret is kept elsewhere.
        tz: IANA zone of days and hours in queries.
        format: how rows are written.
        limit: most rows of an answer.
        rate_share: part of the account's rate limit that may be spent, in (0, 1].
        concurrency: most requests under way at once.
        token_command: a program and its arguments that print an access token.
        keyring: the secret is in the system's keyring and not in a file.
        proxy: `http://HOST:PORT` that connections go through.
        ca_file: certificates of the authorities to trust, instead of the usual.
        mirror: the file of the account's mirror, instead of the usual.
        source_password_command: a program and its arguments that print the password
            or the token of the engine that `--source` names.
        columns: the table that `--source` asks, and where its fields lie.
    """

    name: str
    origin: Origin | None = None
    client_id: str | None = None
    tz: str | None = None
    format: str | None = None
    limit: int | None = None
    rate_share: float | None = None
    concurrency: int | None = None
    token_command: tuple[str, ...] | None = None
    keyring: bool = False
    proxy: str | None = None
    ca_file: Path | None = None
    mirror: Path | None = None
    source_password_command: tuple[str, ...] | None = None
    columns: "TableMap | None" = None

    @property
    def route(self) -> Route:
        """How the account is reached."""
        return Route(self.proxy, self.ca_file)


@form
class Config:
    """A configuration file, read and found without a mistake.

    Attributes:
        path: where it is.
        default: the profile in force where none is picked; None for none.
        profiles: in the order written.
        keys: of the shell, by what they do, as they are written.
    """

    path: Path
    default: str | None
    profiles: tuple[Profile, ...]
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find(self, name: str) -> Profile | None:
        """The profile of that name; None where there is none."""
        return next((p for p in self.profiles if p.name == name), None)


@form
class Fault:
    """One mistake in a configuration file.

    Attributes:
        line: counted from 1; None where it cannot be told.
        message: what is wrong and what to write, without a value that may be
            a secret.
    """

    line: int | None
    message: str


def standing_name(names: Sequence[str]) -> str | None:
    """The profile that is meant where none is named: `default`, or the only one."""
    if DEFAULT_NAME in names:
        return DEFAULT_NAME
    return names[0] if len(names) == 1 else None
