"""Themes: every class of style looks like something, in words a terminal knows."""

import pytest
from prompt_toolkit.styles import Style as TerminalStyle

from auditql.shell.live.styles import Style
from auditql.shell.live.themes import THEMES, Theme


@pytest.mark.parametrize("theme", Theme)
def test_every_class_has_a_look(theme: Theme) -> None:
    """No class is missing from a theme, and all are understood."""
    assert set(Style) == set(THEMES[theme])
    TerminalStyle.from_dict(
        {style.value: look for style, look in THEMES[theme].items()}
    )


def test_without_colours_there_is_none() -> None:
    """NO_COLOR leaves weights and lines, no colour."""
    words = {word for look in THEMES[Theme.NONE].values() for word in look.split()}
    assert words <= {"bold", "italic", "underline", "noreverse"}
