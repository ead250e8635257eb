"""Which account a program means: by name, by profile, or by its environment."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError
from auditql.runtime.connection import Connection, connect

if TYPE_CHECKING:
    from auditql.providers.zendesk.auth import Credential


def account_of(
    profile: str | None,
    subdomain: str | None,
    base_url: str | None,
    credential: Credential | None,
) -> Connection:
    """The connection that a client's arguments name; all None is the environment.

    Raises:
        ConfigurationError: account or credential cannot be used, or a profile
            is named beside what it names itself.
    """
    today = datetime.now(UTC).date()
    if profile is None:
        return connect(subdomain, base_url, credential, os.environ, today)
    if subdomain is not None or base_url is not None or credential is not None:
        raise ConfigurationError(
            "a profile names account and credential; give nothing beside it"
        )
    from auditql.runtime.profiles.connecting import connection_of

    return connection_of(profile, os.environ, today)
