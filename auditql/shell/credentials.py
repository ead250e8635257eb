"""Whether a text that was typed holds a credential.

In: a text, and the credentials that are known. Out: yes or no. What looks like one
counts as one: a line too few in the history is no loss.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

_LONG = re.compile(r"[A-Za-z0-9_\-+/=.~]{32,}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NAMED = re.compile(
    r"""(?ix) \b (bearer | basic) \s+ [\w\-+/=.~]{12,}
    | (token | secret | password | passwd | api_?key | authorization)
      \s* ["']? \s* [:=] \s* ["']? [^\s"']{6,}
    """
)
_LETTERS_AND_DIGITS = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9])")
_SHORTEST = 6

_NAMES = (
    "ZENDESK_CLIENT_SECRET",
    "ZENDESK_OAUTH_TOKEN",
    "ZENDESK_API_TOKEN",
)


def known_secrets(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The credentials of an environment."""
    return tuple(environment[name] for name in _NAMES if environment.get(name))


def stored_secrets() -> Iterator[str]:
    """The credentials that `auditql login` keeps in its file, of all profiles."""
    from auditql.errors import ConfigurationError
    from auditql.runtime.profiles.folders import folder
    from auditql.runtime.profiles.store import Store

    store = Store(folder())
    try:
        for name in store.names():
            found = store.find(name)
            if found is not None:
                yield from (s.reveal() for s in found.client.secrets)
    except ConfigurationError:
        return  # whoever asks the account says what is wrong with the file


def holds_credential(text: str, secrets: Iterable[str] = ()) -> bool:
    """Whether the text holds one of these, or what looks like one.

    A run of 32 characters and more, letters and digits among them, is what tokens
    look like; the identifiers of RFC 4122 are none.
    """
    if any(len(s) >= _SHORTEST and s in text for s in secrets):
        return True
    if _NAMED.search(text):
        return True
    return any(
        _LETTERS_AND_DIGITS.match(run) and not _UUID.fullmatch(run)
        for run in _LONG.findall(text)
    )
