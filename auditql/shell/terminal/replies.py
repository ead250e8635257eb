"""What is an answer to a question, and what is not.

In: a line. Out: a reply; None for what is none: it may be a query that was typed
before the question came.
"""

from collections.abc import Sequence

from auditql.shell.session.events import Reply


def reply_of(line: str, replies: Sequence[Reply]) -> Reply | None:
    """The reply that a whole line is; NO for an empty one."""
    said = line.strip().casefold()
    if not said:
        return Reply.NO
    for reply in replies:
        word = reply.value.partition(" ")[0]
        if said in (word[0], word, reply.value):
            return reply
    return None


def choices(replies: Sequence[Reply]) -> str:
    """What may be answered: `yes, no or limit`."""
    *words, last = (reply.value.partition(" ")[0] for reply in replies)
    return f"{', '.join(words)} or {last}" if words else last
