"""What is said of an answer that stopped before its end.

In: the answer, how it stopped. Out: words and events; nothing of it is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditql.errors import AuditQLError, ConfigurationError
from auditql.plan.lines import counted
from auditql.shell.session.events import Interrupted, Note, rows_are

if TYPE_CHECKING:
    from auditql.shell.session.answer import Answer


def how_to_go_on(answer: Answer | None, error: AuditQLError) -> str | None:
    """What to do about an answer that an error ended.

    None where there is none, and where the error itself says what to do: as long as
    that is not done, asking again comes to the same.
    """
    if answer is None or isinstance(error, ConfigurationError):
        return None
    kept = f"{rows_are(len(answer.rows))} kept; " if answer.rows else ""
    if answer.goes_on:
        return f"{kept}\\resume goes on where it stopped"
    return f"{kept}ask again from the beginning" if answer.has_more else None


def interrupted(answer: Answer | None, shown: int | None) -> Interrupted:
    """What is told of an answer when Ctrl-C ends it.

    Args:
        answer: None where there is none.
        shown: rows of it that this entry has shown; None where a file takes them.
    """
    if answer is None:
        return Interrupted(None, False)
    kept = len(answer.rows)
    out = kept if shown is None else answer.rows_before + shown
    return Interrupted(kept, answer.goes_on, max(0, kept - out))


def came_after(told: Interrupted, answer: Answer | None) -> Note | None:
    """What is to be said of rows that were kept after an interrupt was told.

    Args:
        told: then.
        answer: as it is now that it has ended.
    """
    more = 0 if answer is None else len(answer.rows) - (told.rows or 0)
    if more <= 0:
        return None
    rows = counted(more, "more row")
    return Note(f"{rows} came while it was interrupted; \\last shows all that is kept")
