"""safe_text over every code point, with a terminal as the witness."""

import unicodedata
from collections.abc import Callable, Iterator

import pyte
import pytest
from wcwidth import wcwidth

from auditql.diagnostics.safe_text import is_harmless, safe_text, shown

EVERY = 0x110000


class Witness:
    """A terminal's other half: notes all that a stream asks of it but drawing."""

    def __init__(self) -> None:
        self.acts: list[str] = []
        self.drawn: list[str] = []

    def draw(self, text: str) -> None:
        self.drawn.append(text)

    def __getattr__(self, act: str) -> Callable[..., None]:
        return lambda *_, **__: self.acts.append(act)


def seen(text: str) -> Witness:
    """What a terminal does with a text."""
    witness = Witness()
    pyte.Stream(witness).feed(text)
    return witness


def code_points() -> Iterator[str]:
    return map(chr, range(EVERY))


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("\x1b[2J", "erase_in_display"),
        ("\x9b2J", "erase_in_display"),
        ("\x1b]0;title\x07", "set_title"),
        ("\x9d0;title\x9c", "set_title"),
        ("\x1bc", "reset"),
        ("\x1b[?1049h", "set_mode"),
        ("a\rb", "carriage_return"),
        ("a\bb", "backspace"),
        ("\x07", "bell"),
        ("\n", "linefeed"),
        ("\t", "tab"),
    ],
)
def test_the_witness_sees_what_acts_and_safe_text_stops_it(text: str, act: str) -> None:
    """Raw it acts; made harmless it is drawn, all of it, and does nothing."""
    assert act in seen(text).acts
    made = seen(safe_text(text))
    assert [] == made.acts
    assert safe_text(text) == "".join(made.drawn)


def test_no_code_point_acts_on_a_terminal() -> None:
    """All 1,114,112, in chunks and alone: the terminal draws and does nothing else."""
    for start in range(0, EVERY, 4096):
        chunk = "".join(map(chr, range(start, start + 4096)))
        made = safe_text(chunk)
        witness = seen(made)
        assert [] == witness.acts, hex(start)
        assert made == "".join(witness.drawn)
        assert made == "".join(map(shown, chunk))


def test_what_is_shown_is_harmless_and_stays_as_it_is() -> None:
    """Made harmless twice is made harmless once, for every code point."""
    for character in code_points():
        made = shown(character)
        is_plain = made.isascii() and made.isprintable()
        assert is_plain or (made == character and is_harmless(character))
        assert made == safe_text(made)


def test_what_is_changed_can_be_told_again() -> None:
    """Each changed code point is written in visible ASCII that names it alone."""
    names: dict[str, str] = {}
    for character in code_points():
        made = shown(character)
        if made == character:
            continue
        assert made.isascii()
        assert made.isprintable()
        assert names.setdefault(made, character) == character
        code = ord(character)
        assert made in (
            f"<U+{code:04X}>",
            f"^{chr(code ^ 0x40)}",
            repr(character)[1:-1],
        )


def test_what_is_kept_can_be_seen() -> None:
    """A character that is kept has a width; none without one but combining marks."""
    for character in filter(is_harmless, code_points()):
        width = wcwidth(character)
        assert width >= 0, hex(ord(character))
        is_mark = unicodedata.category(character) in ("Mn", "Me", "Mc")
        is_jamo = "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7fb"
        assert width > 0 or is_mark or is_jamo, hex(ord(character))


def test_what_hides_or_turns_text_is_changed() -> None:
    """Format characters, bidi, tags, selectors, blanks without width, surrogates."""
    hidden = (
        "\u200b\u200e\u202a\u202e\u2066\u2069\u061c\xad\ufeff\ufe0f\U000e0041"
        "\U000e0100\ud800\udfff\ue000\u2028\u2029\u115f\u3164\u2800\x85\x9b\x7f\uffff"
    )
    assert not [hex(ord(c)) for c in hidden if is_harmless(c)]


def test_the_letters_of_all_scripts_are_kept() -> None:
    """Every assigned letter, number, sign and mark but the few that hide."""
    changed = [
        c
        for c in code_points()
        if unicodedata.category(c)[0] in "LNPS" and not is_harmless(c)
    ]
    assert sorted("\u115f\u1160\u3164\uffa0\u2800") == changed
    text = "Łódź 東京 e\u0301té Straße नमस्ते שלום مرحبا 🦀 100 % — “x”"
    assert text == safe_text(text)


@pytest.mark.parametrize(
    ("raw", "made"),
    [
        ("\x1b[31mred\x1b[0m", "^[[31mred^[[0m"),
        ("\x00\x07\x08\x7f", "^@^G^H^?"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\u202etxt.exe", "<U+202E>txt.exe"),
        ("\x9b2J", "<U+009B>2J"),
        ("\ud83e\udd80", "<U+D83E><U+DD80>"),
        ("", ""),
    ],
)
def test_how_it_is_shown(raw: str, made: str) -> None:
    """Carets, escapes and code points, as people know them."""
    assert made == safe_text(raw)


def test_line_feeds_and_tabs_are_kept_when_asked() -> None:
    """Only these two, and only the one that is asked for."""
    raw = "a\nb\tc\x1bd\re"
    assert "a\nb\\tc^[d\\re" == safe_text(raw, keep_newlines=True)
    assert "a\\nb\tc^[d\\re" == safe_text(raw, keep_tabs=True)
    assert "a\nb\tc^[d\\re" == safe_text(raw, keep_newlines=True, keep_tabs=True)
