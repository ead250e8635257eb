"""The toolbar: it fits, it is harmless, and it says the same in ASCII."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from auditql.diagnostics.safe_text import safe_text
from auditql.shell.live.bar import toolbar
from auditql.shell.live.checking import check
from auditql.shell.live.forms import Context
from auditql.shell.live.styles import Style

NOW_S = 1_773_144_000  # 2026-03-10T12:00:00Z
CONTEXT = Context("UTC", NOW_S, limit=100, densities=(("", 0.02),))
TEXTS = [
    "",
    "action = login",
    "action = 東京 and",
    "actor_name = 'Zoë\u0301' and created_at >= -30d and source_label not like '%x'",
    "let @ÿ = action = login; @ÿ | count",
    "actor_nam = 'x'",
    "actor_name = \u202e",
    "source_label contains 'a' or source_label contains 'b' limit 10000",
    "\\format",
    "action = login\nand\nactor_id = 'seven'",
]


def columns(text: str) -> int:
    """Columns of a terminal that a text takes."""
    width = wcswidth(text)
    assert 0 <= width, text
    return width


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("is_ascii", [False, True])
def test_it_fits_every_width(text: str, is_ascii: bool) -> None:
    """From no column to 200 it is never wider, and says something from 20 on."""
    live = check(text, CONTEXT)
    for width in range(201):
        pieces = toolbar(live, width, is_ascii=is_ascii)
        line = "".join(piece for _, piece in pieces)
        assert columns(line) <= width
        assert all(piece for _, piece in pieces)
        if width >= 20:
            assert line
        assert not is_ascii or line.isascii()


@given(st.text(st.characters(), max_size=60), st.integers(0, 100), st.booleans())
@settings(max_examples=300, deadline=None)
def test_nothing_of_a_text_acts_on_the_terminal(
    text: str, width: int, is_ascii: bool
) -> None:
    """Whatever is typed, the line is already safe, and no wider than it may be."""
    for typed in (text, f"action = {text}", f"actor_name = '{text}", f"\\{text}"):
        pieces = toolbar(check(typed, CONTEXT), width, is_ascii=is_ascii)
        line = "".join(piece for _, piece in pieces)
        assert line == safe_text(line)
        assert columns(line) <= width


def test_many_requests_are_a_warning() -> None:
    """Above 50 expected requests the cost has the colour of a warning."""
    few = toolbar(check("created_at >= -1d limit 5", CONTEXT), 80)
    many = toolbar(check("created_at >= -90d | count by action", CONTEXT), 80)
    assert Style.BAR_OK is few[-1][0]
    assert (Style.BAR_WARNING, "~1,556 requests") == many[-1]


def test_a_fault_has_a_colour_and_words() -> None:
    """The sign, the place and the reason stand in one piece."""
    (fault, *_) = toolbar(check("action in (login]", CONTEXT), 80)
    assert (Style.BAR_ERROR, "✗ col 17: expected ')' or ','") == fault
