"""Whom a session asks, and the one client that does it.

In: the accounts that there are, the state. Out: a client, made when it is first
needed and kept while its event loop is; what the profile says holds in the state.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from auditql.shell.session.accounts import Account, Accounts, Warn, in_files
from auditql.shell.session.events import Event, Warned
from auditql.shell.session.state import State

if TYPE_CHECKING:
    from auditql.plan.model import Interval
    from auditql.runtime.client import AsyncClient
    from auditql.shell.progress import Waits
    from auditql.shell.session.estimates import Estimates


class Reach:
    """The account in force, and the client that asks it."""

    def __init__(
        self,
        state: State,
        accounts: Accounts,
        picked: str | None,
        tell: Callable[[Event], object],
        warn: Warn,
    ) -> None:
        """Ask nobody yet.

        Args:
            state: is told whom it is.
            accounts: gives the account of a profile's name.
            picked: the profile to begin with; None for the one in force.
            tell: takes what is to be said of the account.
            warn: takes what running a query gives reason to say.
        """
        self._state = state
        self._accounts = accounts
        self._picked = picked
        self._tell = tell
        self._warn = warn
        self._account: Account | None = None
        self._client: AsyncClient | None = None
        self._waits: Waits | None = None
        self._secrets: set[str] = set()
        self._estimates: Estimates | None = None

    async def client(self) -> AsyncClient:
        """The client of the account in force, made when it is first needed.

        Raises:
            ConfigurationError: there is none that can be asked.
        """
        if self._client is None:
            account = self.account()
            loop = asyncio.get_running_loop()
            client = account.client(self.waits().sleep, loop.time, self._warn)
            self._secrets |= {s.reveal() for s in client.connection.credential.secrets}
            for words in client.connection.warnings:
                self._tell(Warned(words))
            self._state.account = client.connection.origin.base
            self._check_estimates(client.connection.origin.base)
            self._state.profile = client.connection.profile
            self._client = client
        if self.account().mirror("auto") is not None:
            self._client.mirrored.access.use = self._state.source
        return self._client

    def look(self) -> None:
        """Know what the mirror of the account holds by now; nothing is said of it.

        What is wrong with it is said where it is read.
        """
        from auditql.errors import AuditQLError

        covered: Sequence[Interval] = ()
        with suppress(AuditQLError):
            access = self.account().mirror(self._state.source)
            covered = () if access is None else access.covered()
        self._state.covered = tuple(covered)

    def waits(self) -> Waits:
        """The waits of the client, for whoever shows them."""
        if self._waits is None:
            from auditql.shell.progress import Waits

            self._waits = Waits(asyncio.get_running_loop().time)
        return self._waits

    def account(self) -> Account:
        """The account in force; what its profile says holds from then on.

        Raises:
            ConfigurationError: there is no such profile, or a file is wrong.
        """
        if self._account is None:
            self._account = self._accounts(self._picked)
            self._obey(self._account)
            self._recall(self._account)
        return self._account

    def secrets(self) -> frozenset[str]:
        """The credentials of all accounts that were asked, as they are sent."""
        return frozenset(self._secrets)

    async def switch(self, picked: str | None) -> None:
        """Ask another account from now on; where it cannot be, all stays as it is.

        Raises:
            ConfigurationError: it cannot be asked.
        """
        before = (self._account, self._client, self._picked)
        account = self._accounts(picked)
        self._keep()
        self._account, self._client, self._picked = account, None, picked
        try:
            await self.client()
        except BaseException:
            self._account, self._client, self._picked = before
            raise
        self._obey(account)
        self._state.part()
        self._recall(account)
        if before[1] is not None:
            await before[1].close()

    async def close(self) -> None:
        """Close the connections, and keep what they have shown."""
        self._keep()
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def lose(self) -> None:
        """Forget what was bound to a loop that is lost."""
        self._client = None
        self._waits = None

    def profiles(self) -> tuple[str, ...]:
        """The names of the profiles that there are; none where a file is wrong."""
        from auditql.shell.session.accounts import profile_names

        return profile_names() if self._accounts is in_files else ()

    def _recall(self, account: Account) -> None:
        """Know what reads before have shown of an account."""
        from auditql.shell.session.estimates import estimates_of

        self._estimates = estimates_of(account)
        if self._estimates is not None:
            # What is known already was learned of it since.
            self._state.densities = self._estimates.recalled() | self._state.densities

    def _check_estimates(self, base: str) -> None:
        """See that nothing is known of another account than the one that is asked."""
        if self._estimates is not None and self._estimates.account != base:
            self._estimates = None
            self._state.densities = {}

    def _keep(self) -> None:
        """Keep what reads have shown of the account, for the next shell."""
        if self._estimates is not None:
            self._estimates.keep(self._state.densities)

    def _obey(self, account: Account) -> None:
        """Let hold what the profile of an account says."""
        profile, state = account.profile, self._state
        if profile is None:
            return
        state.profile = profile.name
        state.zone = profile.tz or state.zone
        state.format = profile.format or state.format
        state.limit = profile.limit or state.limit
