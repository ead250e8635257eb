"""Who is asked when the shell starts, as far as files and the environment say.

In: the profile that was picked. Out: its name and settings, and what is wrong.
Nothing is sent, and no credential is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from auditql.catalog.forms import form
from auditql.errors import ConfigurationError

if TYPE_CHECKING:
    from auditql.runtime.profiles.forms import Profile

NOBODY = "auditql"
"""The word of the prompt where nobody can be asked."""

WELCOME = """\
No account is set up yet. These three lines connect one (an admin makes the client):
  1. Admin Center > Apps and integrations > APIs > OAuth clients: a confidential one
  2. auditql login --subdomain acme --client-id auditql     asks for its secret
  3. auditql"""


@form
class Standing:
    """Who is asked.

    Attributes:
        name: the word of the prompt.
        profile: what is set for it; None where there is none.
        history: the name of the history's file; None keeps none.
        keys: what the configuration says of keys, as it is written.
        fault: what is wrong with the configuration; None for nothing.
        is_first: nothing was ever set up.
    """

    name: str
    profile: Profile | None = None
    history: str | None = None
    keys: Mapping[str, tuple[str, ...]] | None = None
    fault: str | None = None
    is_first: bool = False


def standing(picked: str | None) -> Standing:
    """Who is asked, of the user's files and the environment.

    Raises:
        ConfigurationError: the profile that was picked is none, or cannot be used.
    """
    from auditql.shell.profiles import in_force

    try:
        force = in_force(picked)
        origin = force.account()
    except ConfigurationError as error:
        if picked is not None:
            raise
        return Standing(NOBODY, history=NOBODY, fault=str(error))
    profile = force.choice.profile
    keys = None if force.config is None else force.config.keys
    if profile is not None:
        return Standing(profile.name, profile, profile.name, keys)
    if origin is None:
        is_first = force.config is None
        return Standing(NOBODY, history=NOBODY, keys=keys, is_first=is_first)
    host = urlsplit(origin.base).netloc.replace(":", "-")
    name = host.removesuffix(".zendesk.com")
    return Standing(name, history=f"@{host}", keys=keys)
