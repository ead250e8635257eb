"""The prompt leaves two thirds of the width to what is typed."""

import pytest

from auditql.shell.terminal.naming import prompt_of


@pytest.mark.parametrize(
    ("name", "columns", "shown"),
    [
        ("demo", 80, "demo> "),
        ("demo", 20, "demo> "),
        ("127.0.0.1-48712", 51, "127.0.0.1-48712> "),
        ("127.0.0.1-48712", 50, "127.0.0.1-487…> "),
        ("127.0.0.1-48712", 20, "127…> "),
        ("acme", 5, "…> "),
        ("acme", 0, "…> "),
        ("a\x1b[31m", 80, "a^[[31m> "),
    ],
)
def test_the_prompt_takes_a_third_of_the_width(
    name: str, columns: int, shown: str
) -> None:
    """A long name loses its end; ASCII where the terminal shows no more."""
    assert shown == prompt_of(name, columns, is_ascii=False)
    assert shown.replace("…", "~") == prompt_of(name, columns, is_ascii=True)
