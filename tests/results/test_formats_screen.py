"""What a hostile record does to a screen: nothing."""

from unicodedata import normalize

import pyte
import pytest
from wcwidth import wcwidth

from auditql.diagnostics.safe_text import safe_text
from auditql.results.formats import FORMATS, Layout, screen

HOSTILE = (
    "\x1b]0;title\x07",
    "\x1b[2J\x1b[H",
    "\x1b[31mred\x1b[0m",
    "\x9b31mred",
    "\x1bP+q\x1b\\",
    "a\rb\bc\x7fd\x00e",
    "one\ntwo\ttab\x0b\x0c",
    "\u202eevil\u202c\u2066x\u2069",
    "zero\u200bwidth\u00ad\ufeff",
    "\ud800lone",
    "tag\U000e0041",
    "\x0e\x0f\x1b(0lqk",
    "日本\x1b[5A語",
    "e\u0301" * 30,
    "=cmd|' /C calc'!A1",
)
ROWS = [
    {
        "url": text,
        "id": number,
        "actor_name": text,
        "source_label": text * 3,
        text: text,
        "nested": {text: [text]},
        "created_at": "2026-03-01T08:00:00Z",
    }
    for number, text in enumerate(HOSTILE, 1)
]


DRAWING = {"draw", "linefeed", "carriage_return"}


class Listener:
    """Notes what a terminal is told to do, by pyte's names."""

    def __init__(self) -> None:
        self.acted: set[str] = set()

    def __getattr__(self, name: str) -> object:
        return lambda *_, **__: self.acted.add(name)


def acted(text: str) -> set[str]:
    """What a terminal does when it is shown the text."""
    listener = Listener()
    pyte.Stream(listener, strict=False).feed(text.replace("\n", "\r\n"))
    return listener.acted


@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize("name", list(FORMATS))
def test_nothing_of_a_record_acts_on_a_screen(name: str, columns: int) -> None:
    """A terminal draws and goes to the next line; tsv's own tabs aside."""
    format_ = FORMATS[name](Layout(width=columns))
    text = format_.rows(ROWS) + format_.end()
    assert acted(text) <= DRAWING | ({"tab"} if name == "tsv" else set())
    kept = safe_text(text, keep_newlines=True, keep_tabs=name == "tsv")
    assert kept == text  # what pyte does not know is looked for by safe_text's table


@pytest.mark.parametrize("columns", [80, 40])
def test_the_screen_shows_the_lines_of_the_table(columns: int) -> None:
    """Every line stands where it was printed; none was overwritten or scrolled."""
    format_ = FORMATS["table"](Layout(("id", "actor_name"), columns))
    lines = (format_.rows(ROWS) + format_.end()).splitlines()
    screen = pyte.Screen(columns, len(lines) + 1)
    pyte.Stream(screen).feed("\r\n".join(lines))
    shown = [line.rstrip().replace(" ", "") for line in screen.display]
    # pyte joins a letter and its mark.
    drawn = [normalize("NFC", line).replace(" ", "") for line in lines]
    assert drawn == shown[:-1]
    assert "" == screen.title


def test_the_terminal_of_these_tests_notices() -> None:
    """The same text raw does act, so a format that let it through would be seen."""
    assert {"set_title", "erase_in_display", "backspace"} <= acted("".join(HOSTILE))


def test_files_and_pipes_get_csv_as_it_is() -> None:
    """Without a terminal a cell is the value: nothing acts where nothing looks."""
    format_ = FORMATS["csv"](Layout(("actor_name",)))
    text = format_.rows([{"actor_name": "a\x1b[31m"}])
    assert "actor_name\na\x1b[31m\n" == text


def test_every_character_is_as_wide_as_the_tables_say() -> None:
    """Those too that are known without them."""
    every = map(chr, range(0x11_0000))
    width = screen._width.__wrapped__
    assert [] == [c for c in every if width(c) != max(0, wcwidth(c))]
