"""When narration is coloured: the flag, the environment, the terminal."""

import pytest

from auditql.shell.color import Color, paint, wants_color


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable decides unless a test sets it."""
    for name in ("NO_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.parametrize(
    ("expected", "color", "is_terminal", "variables"),
    [
        (True, Color.AUTO, True, {}),
        (False, Color.AUTO, False, {}),
        (True, Color.ALWAYS, False, {}),
        (False, Color.NEVER, True, {}),
        (False, Color.AUTO, True, {"NO_COLOR": "1"}),
        (True, Color.AUTO, True, {"NO_COLOR": ""}),
        (True, Color.ALWAYS, True, {"NO_COLOR": "1"}),
        (True, Color.AUTO, False, {"CLICOLOR_FORCE": "1"}),
        (False, Color.AUTO, False, {"CLICOLOR_FORCE": "0"}),
        (False, Color.NEVER, True, {"CLICOLOR_FORCE": "1"}),
        (False, Color.AUTO, True, {"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}),
        (False, Color.AUTO, True, {"TERM": "dumb"}),
        (True, Color.ALWAYS, True, {"TERM": "dumb"}),
    ],
)
def test_who_decides_on_colour(
    expected: bool,
    color: Color,
    is_terminal: bool,
    variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The flag, then NO_COLOR, then CLICOLOR_FORCE, then the terminal."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert expected is wants_color(color, is_terminal)


def test_a_quoted_line_of_a_query_is_never_coloured() -> None:
    """Only headings are; a query may say `error:` as it likes."""
    text = "warning[x]: y\n  1 | error: z\n  = help: w"
    assert (
        "\x1b[1;33mwarning[x]:\x1b[0m y\n  1 | error: z\n\x1b[36m  = help:\x1b[0m w"
    ) == paint(text)
