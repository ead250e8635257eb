"""What a terminal can do, by what its environment says."""

from collections.abc import Mapping

from auditql.shell.live.themes import Theme

_DUMB = frozenset({"", "dumb", "unknown"})
_LIGHT = frozenset({"7", "15"})


def can_draw(environment: Mapping[str, str]) -> bool:
    """Whether the terminal can move its cursor."""
    return environment.get("TERM", "") not in _DUMB


def theme_of(environment: Mapping[str, str], *, is_colored: bool) -> Theme:
    """The colours of a terminal; COLORFGBG tells of a light ground."""
    if not is_colored:
        return Theme.NONE
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    return Theme.LIGHT if ground in _LIGHT else Theme.DARK
