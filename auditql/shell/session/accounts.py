"""Whom a session asks: the account of a profile, or the made-up one.

In: the name of a profile. Out: an account, which makes clients. Nothing is sent
here; a `token_command` is run when a client is made.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from auditql.catalog.forms import form

if TYPE_CHECKING:
    import httpx

    from auditql.diagnostics.model import Diagnostic
    from auditql.runtime.client import AsyncClient
    from auditql.runtime.client_settings import MirrorUse
    from auditql.runtime.mirror_access import MirrorAccess
    from auditql.runtime.profiles.forms import Profile
    from auditql.shell.profiles import InForce

Warn = Callable[["Diagnostic"], object]
Sleep = Callable[[float], Awaitable[object]]
Clock = Callable[[], float]


class Account(Protocol):
    """One account that can be asked.

    Attributes:
        profile: what its profile says; None where there is none.
        base: where it is asked; None where that is nowhere, or not known yet.
    """

    @property
    def profile(self) -> Profile | None:
        """What its profile says; None where there is none."""
        ...

    @property
    def base(self) -> str | None:
        """Where it is asked; None where that is nowhere, or not known yet.

        Raises:
            ConfigurationError: a file cannot be used.
        """
        ...

    def mirror(self, use: MirrorUse) -> MirrorAccess | None:
        """The way to its mirror; None where it has none, or is not known yet.

        Raises:
            ConfigurationError: a file cannot be used.
        """
        ...

    def client(self, sleep: Sleep, clock: Clock, on_warning: Warn) -> AsyncClient:
        """A client of it, for one event loop.

        Raises:
            ConfigurationError: something is missing, malformed or over.
        """
        ...


Accounts = Callable[[str | None], Account]
"""Gives the account of a profile's name; of None the one in force.

It may raise ConfigurationError: there is no such profile, or a file is wrong."""


@form
class InFiles:
    """An account of the user's files and environment.

    Attributes:
        force: what is in force.
    """

    force: InForce

    @property
    def profile(self) -> Profile | None:
        """What its profile says; None where there is none."""
        return self.force.choice.profile

    @property
    def base(self) -> str | None:
        """Where it is asked, as files and the environment say."""
        origin = self.force.account()
        return None if origin is None else origin.base

    def mirror(self, use: MirrorUse) -> MirrorAccess | None:
        """The way to the mirror of the account that files and environment name."""
        from auditql.runtime.mirror_access import MirrorAccess

        origin = self.force.account()
        if origin is None:
            return None
        path = None if self.profile is None else self.profile.mirror
        return MirrorAccess(origin, path, use, lambda _warning: None)

    def client(self, sleep: Sleep, clock: Clock, on_warning: Warn) -> AsyncClient:
        """A client of it; raises as `InForce.connection`."""
        from auditql.runtime.client import AsyncClient

        return AsyncClient(
            connection=self.force.connection(),
            sleep=sleep,
            clock=clock,
            on_warning=on_warning,
        )


def in_files(picked: str | None) -> Account:
    """The account that a profile's name stands for; None for the one in force.

    Raises:
        ConfigurationError: there is no such profile, or a file is wrong.
    """
    from auditql.shell.profiles import in_force

    return InFiles(in_force(picked))


def profile_names() -> tuple[str, ...]:
    """The names of the profiles that there are; none where a file cannot be used."""
    from auditql.errors import ConfigurationError
    from auditql.runtime.profiles.file import read_config
    from auditql.runtime.profiles.folders import folder
    from auditql.runtime.profiles.store import Store

    try:
        config = read_config()
        own = [one.name for one in config.profiles] if config is not None else []
        return tuple(dict.fromkeys((*own, *Store(folder()).names())))
    except ConfigurationError:
        return ()


@form
class Transported:
    """An account that answers in process.

    Attributes:
        base_url: what it is called; never connected to.
        transport: answers for it.
    """

    base_url: str
    transport: httpx.AsyncBaseTransport

    @property
    def profile(self) -> Profile | None:
        """None: it has no profile."""
        return None

    @property
    def base(self) -> str | None:
        """None: nothing is kept of it."""
        return None

    def mirror(self, use: MirrorUse) -> MirrorAccess | None:
        """None: nothing is kept of it."""
        return None

    def client(self, sleep: Sleep, clock: Clock, on_warning: Warn) -> AsyncClient:
        """A client of it."""
        from auditql.runtime.client import AsyncClient

        return AsyncClient(
            base_url=self.base_url,
            transport=self.transport,
            sleep=sleep,
            clock=clock,
            source="api",
            on_warning=on_warning,
        )


def demo(now_s: int) -> Accounts:
    """The made-up account, whatever is picked.

    Args:
        now_s: its records end there, in seconds since 1970 UTC.
    """

    def made(picked: str | None) -> Account:
        from auditql.errors import ConfigurationError
        from auditql.shell.demo import BASE_URL, demo_transport

        if picked is not None:
            raise ConfigurationError(
                "this is the demo, which has one account; leave it and start"
                " `auditql -P NAME`"
            )
        return Transported(BASE_URL, demo_transport(now_s))

    return made
