"""The word of the prompt, as long as there is room for it.

In: the name of whoever is asked, the width of the terminal. Out: the prompt.
"""

from auditql.diagnostics.safe_text import safe_text

_END = "> "
_PART = 3  # the prompt takes so small a part of the width at most


def prompt_of(name: str, columns: int, *, is_ascii: bool) -> str:
    """The prompt; a name that is too long for a third of the width loses its end."""
    word = safe_text(name)
    room = max(1, columns // _PART - len(_END))
    if len(word) > room:
        word = word[: room - 1] + ("~" if is_ascii else "…")
    return word + _END
