"""Bars behind counts, for every size of screen and number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditql.catalog.kinds import Kind
from auditql.language.query import Column
from auditql.results.formats import FORMATS, Bars, Layout
from auditql.results.formats.bars import drawn
from auditql.results.formats.screen import width as wide
from auditql.results.formats.table import BLOCK

ANSWER = (Column("actor_name", Kind.TEXT), Column("count", Kind.INTEGER))
EIGHTHS = " ▏▎▍▌▋▊▉█"

counts = st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=30)


def length(bar: str) -> int:
    """The eighths of a column that a bar of blocks takes."""
    return sum(EIGHTHS.index(character) for character in bar)


@given(counts, st.integers(10, 200))
def test_a_longer_bar_is_never_a_smaller_number(numbers: list[int], most: int) -> None:
    """The largest fills the room, none is wider, 0 has none and 1 has one; both ways
    of drawing keep the order."""
    rows = [{"count": number} for number in numbers]
    for blocks in (True, False):
        bars = drawn(Bars("count", blocks), rows, most)
        measured = [length(bar) if blocks else len(bar) for bar in bars]
        full = most * (8 if blocks else 1)
        assert all(found <= full for found in measured)
        assert (full if max(numbers) else 0) == max(measured)
        assert [bool(number) for number in numbers] == [bool(m) for m in measured]
        in_order = sorted(zip(numbers, measured, strict=True))
        assert sorted(measured) == [found for _, found in in_order]


@pytest.mark.parametrize("value", [None, True, 3.5, "9", [1], -4, {}])
def test_what_is_no_number_above_0_is_not_drawn(value: object) -> None:
    """Missing values, and values of a field that only looks like a count."""
    assert ["", "██████████"] == drawn(
        Bars("count", blocks=True), [{"count": value}, {"count": 2}], 10
    )


@pytest.mark.parametrize("width", range(1, 201))
@pytest.mark.parametrize("blocks", [True, False])
def test_bars_fit_their_screen(width: int, blocks: bool) -> None:
    """No line is wider than the screen; from 40 columns on there are bars."""
    rows = [{"actor_name": "日本" * n, "count": 10**n} for n in range(6)]
    layout = Layout(width=width, answer=ANSWER, bars=Bars("count", blocks))
    format_ = FORMATS["table"](layout)
    text = format_.rows(rows) + format_.end()
    if not text.startswith("-["):
        assert all(wide(line) <= width for line in text.splitlines())
    if width >= 40:
        assert ("█" if blocks else "#") * 10 in text


def test_one_scale_holds_for_a_long_answer() -> None:
    """A table with bars is written whole: its largest count may come last."""
    format_ = FORMATS["table"](Layout(answer=ANSWER, bars=Bars("count", blocks=True)))
    rows = [{"actor_name": "Jane", "count": 1}] * BLOCK
    assert "" == format_.rows(rows)
    assert "" == format_.rows([{"actor_name": "Amal", "count": 40 * 8}])
    lines = format_.end().splitlines()
    assert ["Jane            1  ▏"] == sorted(set(lines[2:-1]))
    assert "Amal          320  " + "█" * 40 == lines[-1]
