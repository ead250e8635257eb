"""What may stand at the cursor: from the grammar, the catalog and what was seen.

In: a text, a cursor, what the session knows. Out: at most 200 items, best first.
No terminal, no file and no clock: a session hands in what it knows.
"""

from auditql.shell.completion.complete import complete, warm
from auditql.shell.completion.known import (
    Choice,
    Command,
    Completions,
    Item,
    ItemKind,
    Known,
    SavedName,
    Takes,
)
from auditql.shell.completion.seen import Seen, SeenValue

__all__ = [
    "Choice",
    "Command",
    "Completions",
    "Item",
    "ItemKind",
    "Known",
    "SavedName",
    "Seen",
    "SeenValue",
    "Takes",
    "complete",
    "warm",
]
