"""What a run reads out of the account's mirror, decided before it begins.

In: a query that may be run, its client. Out: the plan as it is read, and what a
checkpoint says of that: an answer that goes on reads the same times out of the mirror,
as far as it still holds them, and so gives the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError
from auditql.language.clock import text_of
from auditql.plan.coverage import times_of, uses_mirror
from auditql.plan.lines import counted, entry
from auditql.plan.model import Interval, Mode
from auditql.shell.profiles import in_force, profile_for_settings
from auditql.shell.source_option import engine_url, mirror_use

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from auditql.plan.plan import Plan
    from auditql.runtime.client import AsyncClient
    from auditql.runtime.client_settings import MirrorUse
    from auditql.runtime.connection import Connection
    from auditql.runtime.mirror_access import MirrorAccess
    from auditql.runtime.profiles.forms import Profile
    from auditql.shell.arguments import CompileOptions
    from auditql.shell.output import Output
    from auditql.shell.profiles import InForce
    from auditql.shell.querying import Asked

Times = tuple[tuple[int, int], ...]
"""Starts and ends, in seconds since 1970 UTC."""


def use_of(asked: Asked) -> MirrorUse:
    """How the mirror is used; never where no account of the user's is asked."""
    if asked.force is None:
        return "api"
    if asked.resumed is not None:
        use = asked.resumed.checkpoint.asking.source
        assert use is not None, "what goes on is an account's answer"
        return use
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


def at_hand(
    options: CompileOptions, picked: str | None, output: Output
) -> MirrorAccess | None:
    """The way to the mirror of the account in force, for who asks nobody.

    None where none can be, or none is wanted: then no account need be in force.

    Args:
        options: of the verb.
        picked: the name of a profile; None for the one in force.
        output: is told that a mirror cannot be used.

    Raises:
        ConfigurationError: nothing but the mirror is to be read, and no account says
            which.
    """
    use = mirror_use(options)
    if options.files or engine_url(options) is not None or use == "api":
        return None
    profile = profile_for_settings(picked)
    if use == "auto" and not _may_be_there(profile):
        return None
    try:
        force = in_force(picked)
        origin = force.account()
    except ConfigurationError:
        if use == "mirror":
            raise
        return None
    if origin is None:
        if use == "mirror":
            raise ConfigurationError("no account is set, so there is no mirror of it")
        return None
    from auditql.runtime.mirror_access import MirrorAccess

    chosen = force.choice.profile
    path = None if chosen is None else chosen.mirror
    return MirrorAccess(origin, path, use, lambda d: output.diagnostics([d], "", None))


def _may_be_there(profile: Profile | None) -> bool:
    """Whether any mirror may be there, whose account is not looked for yet."""
    from auditql.runtime.profiles.folders import data_folder

    is_named = profile is not None and profile.mirror is not None
    return is_named or (data_folder() / "mirror").is_dir()


def parted(access: MirrorAccess | None, plans: Sequence[Plan]) -> list[Plan]:
    """The plans as they would be read.

    Raises:
        ConfigurationError: nothing but the mirror is to be read, and it cannot be.
        RunError: as well.
    """
    if access is None:
        return list(plans)
    covered = access.covered()
    return [access.parted(plan, covered) for plan in plans]


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


def saved_text(access: MirrorAccess | None, plan: Plan, parted: Plan) -> str:
    """A line below an explanation: what the mirror saves; empty where it has no part.

    Args:
        access: the way to it.
        plan: for the API alone.
        parted: as it is read.
    """
    if access is None or not uses_mirror(parted):
        return ""
    found = access.saved(plan, parted)
    records = counted(found.records, "record")
    most = "up to " if plan.limit is not None and not plan.sort else "about "
    said = f"{most}{counted(found.requests, 'request')}: the mirror has {records} of it"
    return "\n" + "\n".join(entry("saved", said))


def notes_of(plan: Plan) -> Iterator[str]:
    """What is to be said of a parted plan whose requests alone are shown."""
    times = times_of(plan, Mode.LOCAL)
    if times:
        end = text_of(times[-1].end or 0)
        yield (
            f"the mirror gives what it holds of it, up to {end}; --source api shows"
            " what would be asked without it"
        )
