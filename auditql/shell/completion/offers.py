"""An offer: what may stand at a place, before it is matched with what was typed."""

from auditql.catalog.forms import form
from auditql.shell.completion.known import ItemKind


@form
class Offer:
    """One thing that may stand at a place.

    Attributes:
        text: what is put in.
        kind: what it is.
        margin: what is said beside it.
        shown: how it is listed; None for its text.
        matched: what the typed text is compared with; None for its text.
        count: how often it was used.
        keeps_case: it is written as it stands; else it takes the case of what
            was typed.
    """

    text: str
    kind: ItemKind
    margin: str = ""
    shown: str | None = None
    matched: str | None = None
    count: int = 0
    keeps_case: bool = True
