"""What completion may offer of a session: its state in the completion's own form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditql.errors import AuditQLError
from auditql.providers.zendesk.capability import CAPABILITIES
from auditql.shell.completion.known import Command, Known, SavedName
from auditql.shell.session.registry import commands

if TYPE_CHECKING:
    from auditql.shell.session.session import Session
    from auditql.shell.session.state import State


def known(session: Session) -> Known:
    """What the session knows now; cheap enough for every key.

    Args:
        session: its saved queries and commands are those that it remembers.
    """
    state = session.state
    return Known(
        session.now_s(),
        state.zone or "UTC",
        state.seen,
        _names(state),
        _parameters(state),
        session.queries(),
        session.commands(),
        CAPABILITIES,
    )


def made_commands(session: Session) -> tuple[Command, ...]:
    """The commands by all of their names, as completion and the live check read them.

    Their `words` are those of now.
    """
    return tuple(
        Command(name, one.arguments, one.help, one.takes, one.words(session))
        for one in commands().values()
        for name in (one.name, one.long)
        if name is not None
    )


def made_queries() -> tuple[SavedName, ...]:
    """The saved queries; one that cannot be read is left out, `queries` says why."""
    from auditql.library.files import SavedQuery
    from auditql.shell.commands.queries import all_found

    try:
        found = all_found()
    except AuditQLError:
        return ()
    return tuple(
        SavedName(
            entry.name,
            (saved.description or "").partition("\n")[0],
            {parameter.name: parameter.default for parameter in saved.parameters},
        )
        for entry, saved in found
        if isinstance(saved, SavedQuery)
    )


def _names(state: State) -> dict[str, str]:
    """The names that `let` gave, and how they read."""
    return {
        one.name[1:]: one.text.partition("=")[2].strip()
        for one in state.definitions.all()
        if one.name.startswith("@")
    }


def _parameters(state: State) -> dict[str, str | None]:
    """The parameters, and what they stand for; None where a value is missing."""
    declared: dict[str, str | None] = {
        one.name[1:]: one.text.partition("=")[2].strip() or None
        for one in state.definitions.all()
        if one.name.startswith(":")
    }
    return declared | state.values
