"""Commands about what the session knows: parameters, zone, account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError
from auditql.language.clock import UnknownZone, text_of, zone_named, zone_names
from auditql.shell.completion.known import Choice, Takes
from auditql.shell.session.events import Note, Switched, Text
from auditql.shell.session.registry import Group, command, one_of
from auditql.shell.source_option import USES

if TYPE_CHECKING:
    from auditql.shell.session.session import Session


@command("params", "", "the parameters and names that are known", Group.SESSION)
async def params(session: Session, _argument: str) -> None:
    """List what `param`, `let` and `set` made known."""
    state = session.state
    lines = [one.text for one in state.definitions.all()]
    lines += [f":{name} = {value}" for name, value in state.values.items()]
    session.tell(Text("\n".join(lines)) if lines else Note("none is known yet"))


@command("set", "NAME [VALUE]", "what :NAME stands for; alone: forget", Group.SESSION)
async def set_(session: Session, argument: str) -> None:
    """Let a parameter stand for a value, a list, or else a text."""
    if not argument:
        await params(session, "")
        return
    name, _, value = argument.replace("=", " ", 1).partition(" ")
    name, value = name.removeprefix(":"), value.strip()
    state = session.state
    if not name.isidentifier() or not name.isascii():
        raise ConfigurationError(f"`{name[:40]}` is no name of a parameter")
    if value:
        state.values[name] = value
        session.tell(Note(f":{name} = {value}"))
        return
    is_known = state.values.pop(name, None) is not None
    is_known = state.definitions.forget(f":{name}") or is_known
    what = "is not known any more" if is_known else "was not known"
    session.tell(Note(f":{name} {what}"))


@command("tz", "[ZONE]", "the zone of days and hours", Group.SESSION, takes=Takes.ZONE)
async def tz(session: Session, argument: str) -> None:
    """Name the zone, or take another."""
    state = session.state
    if argument:
        wanted = argument.strip("'\"")
        try:
            zone_named(wanted)
        except UnknownZone:
            from auditql.diagnostics.nearest import nearest

            meant = nearest(wanted[:64], zone_names())
            near = f"; did you mean {' or '.join(meant)}?" if meant else ""
            raise ConfigurationError(
                f"there is no zone `{wanted[:40]}`{near or ', such as Europe/Berlin'}"
            ) from None
        state.zone = wanted
    session.tell(Note(f"days and hours are those of {state.zone or 'UTC'}"))


def _profiles(session: Session) -> tuple[Choice, ...]:
    return tuple(map(Choice, session.reach.profiles()))


@command(
    "profile",
    "[NAME]",
    "the account that is asked; ask another",
    Group.SESSION,
    takes=Takes.WORDS,
    words=_profiles,
)
async def profile(session: Session, argument: str) -> None:
    """Name the account, or ask another from now on."""
    if argument:
        await session.reach.switch(argument)
        state = session.state
        session.tell(Switched(state.profile, state.account or ""))
        return
    await session.reach.client()
    state = session.state
    lines = [f"asking {state.account}"]
    if state.profile is not None:
        lines[0] += f", the profile {state.profile}"
    others = [name for name in session.reach.profiles() if name != state.profile]
    if others:
        lines.append(f"there are also {', '.join(others)}")
    session.tell(Text("\n".join(lines)))


_SOURCES = {
    "auto": "what the mirror holds out of it, the rest from the API",
    "api": "the API alone",
    "mirror": "the mirror alone",
}


def _sources(_session: Session) -> tuple[Choice, ...]:
    return tuple(Choice(name, words) for name, words in _SOURCES.items())


@command(
    "source",
    "[auto|api|mirror]",
    "what is read: the mirror, the API, or both",
    Group.SESSION,
    takes=Takes.WORDS,
    words=_sources,
)
async def source(session: Session, argument: str) -> None:
    """Name what is read, or read something else from now on."""
    state = session.state
    if argument:
        word = one_of(argument, USES, "source")
        if word != "api" and session.reach.account().mirror("auto") is None:
            raise ConfigurationError("no mirror is kept of this account")
        state.source = next(use for use in USES if use == word)
    session.reach.look()
    held = ""
    if state.covered and state.source != "api":
        held = f"; the mirror holds what is up to {text_of(state.covered[-1].end or 0)}"
    session.tell(Note(f"read: {_SOURCES[state.source]}{held}"))
