"""What a run reads out of the account's mirror, decided before it begins.

In: a query that may be run, its client. Out: the plan as it is read, and what a
checkpoint says of that: an answer that goes on reads the same times out of the mirror,
as far as it still holds them, and so gives the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditql.plan.coverage import times_of
from auditql.plan.model import Interval, Mode
from auditql.shell.source_option import mirror_use

if TYPE_CHECKING:
    from auditql.plan.plan import Plan
    from auditql.runtime.client import AsyncClient
    from auditql.runtime.client_settings import MirrorUse
    from auditql.runtime.connection import Connection
    from auditql.shell.profiles import InForce
    from auditql.shell.querying import Asked

Times = tuple[tuple[int, int], ...]
"""Starts and ends, in seconds since 1970 UTC."""


def use_of(asked: Asked) -> MirrorUse:
    """How the mirror is used; never where no account of the user's is asked."""
    if asked.force is None:
        return "api"
    if asked.resumed is not None:
        return asked.resumed.checkpoint.asking.source
    return mirror_use(asked.options)


def connection_of(force: InForce, use: MirrorUse) -> Connection:
    """The connection in force; without a credential where nobody is asked.

    Raises:
        ConfigurationError: something is missing, malformed or over.
    """
    account = force.account() if use == "mirror" else None
    if account is None:
        return force.connection()
    from auditql.providers.zendesk.auth import NoCredential
    from auditql.runtime.connection import Connection, Source

    profile = force.choice.profile
    return Connection(
        account,
        NoCredential(),
        force.choice.notes,
        Source.NOWHERE,
        profile=None if profile is None else profile.name,
        mirror=None if profile is None else profile.mirror,
    )


def begin(asked: Asked, client: AsyncClient) -> Plan:
    """The plan as it is read; from now on the client takes no more out of the mirror.

    Raises:
        ConfigurationError: the mirror cannot be used, and nothing else is to be read.
        RunError: as well.
    """
    access = client.mirrored.access
    if asked.resumed is not None:
        kept = asked.resumed.checkpoint.asking.mirror
        access.held = tuple(Interval(start, end) for start, end in kept)
    access.held = tuple(access.covered())
    return access.parted(asked.plan, access.held)


def taken(plan: Plan) -> Times:
    """The times that a plan reads out of the mirror."""
    return tuple(
        (time.start or 0, time.end)
        for time in times_of(plan, Mode.LOCAL)
        if time.end is not None
    )
