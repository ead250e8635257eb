"""What reads have shown of an account, kept from one shell to the next.

In: how dense records are, by what they were asked by. Out: the same, later. One file
for each profile, which nobody else can read; it names the account that it was
learned of, and is used for no other. It is an estimate: what is wrong with the file
is no one's worry, and costs no more than what it holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from itertools import islice
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError
from auditql.shell.credentials import holds_credential
from auditql.shell.live.density import MOST

if TYPE_CHECKING:
    from auditql.shell.session.accounts import Account

_LONGEST = 500  # characters of what records were asked by
_MOST_BYTES = 256 * 1024


class Estimates:
    """The file of one account.

    Attributes:
        account: where it is asked.
    """

    def __init__(self, path: Path, account: str) -> None:
        """Read nothing yet.

        Args:
            path: the file.
            account: where it is asked.
        """
        self._path = path
        self.account = account
        self._before: Mapping[str, float] = {}

    def recalled(self) -> dict[str, float]:
        """What was learned of the account; nothing where the file cannot be used."""
        self._before = self._read()
        return dict(self._before)

    def keep(self, densities: Mapping[str, float]) -> None:
        """Add what was learned since, beside what another shell has added."""
        new = {
            key: density
            for key, density in densities.items()
            if self._before.get(key) != density and _may_be_kept(key)
        }
        if not new:
            return
        from auditql.runtime.profiles import private

        with suppress(ConfigurationError), private.locked(self._path.parent):
            found = {k: v for k, v in self._read().items() if k not in new} | new
            kept = dict(islice(found.items(), max(0, len(found) - MOST), None))
            text = json.dumps({"account": self.account, "densities": kept})
            private.replace(self._path, text.encode("ascii") + b"\n")
            self._before = dict(densities)

    def _read(self) -> dict[str, float]:
        from auditql.runtime.profiles import private

        try:
            content = private.read(self._path, most_bytes=_MOST_BYTES)
            whole = None if content is None else json.loads(content)
        except (ConfigurationError, ValueError, RecursionError):
            return {}
        if not isinstance(whole, dict) or whole.get("account") != self.account:
            return {}
        found = whole.get("densities")
        pairs = found.items() if isinstance(found, dict) else ()
        usable = [(k, v) for k, v in pairs if _is_density(v) and _may_be_kept(k)]
        return dict(usable[-MOST:])


def estimates_of(account: Account) -> Estimates | None:
    """The file of an account; None where it is made up, or nobody's."""
    from auditql.runtime.profiles.folders import state_folder

    try:
        base, profile = account.base, account.profile
    except ConfigurationError:
        return None  # as its user is told when it is asked
    if base is None:
        return None
    host = base.partition("://")[2].replace(":", "-")
    name = f"@{host}" if profile is None else profile.name
    return Estimates(state_folder() / "estimates" / f"{name}.json", base)


def _is_density(value: object) -> bool:
    return isinstance(value, float) and 0 < value < inf


def _may_be_kept(key: str) -> bool:
    """Whether it is short, and tells no credential: values are part of it."""
    return len(key) <= _LONGEST and not holds_credential(key)
