"""Laws of completion, over drawn queries cut at every place.

What is offered can be put in, what was written is offered, and nothing raises.
"""

from random import Random

import pytest
from lark import Token
from lark.exceptions import UnexpectedToken
from stage_texts import random_query
from typed import drawn, session, texts, tokens

from auditql.catalog.fields import FIELDS
from auditql.catalog.functions import FUNCTIONS_BY_NAME
from auditql.language import reading
from auditql.language.grammar import begin
from auditql.shell.completion import Completions, Known, complete

_CHECKED = 6  # of the items at a place, those that are put in


def put_in(text: str, found: Completions, index: int) -> str:
    """What stands before the cursor once an item is put in."""
    return text[: found.start] + found.items[index].text


def reads(text: str) -> bool:
    """Whether a text is the beginning of a query, as lark itself says."""
    parser = begin(text, "script")
    try:
        for token in parser.lexer_thread.lex(parser.parser_state):
            parser.feed_token(token)
    except UnexpectedToken:
        return False
    return True


def check_items_can_be_put_in(text: str, known: Known, rng: Random) -> int:
    """At each place, with and without what stands behind it; how many were tried."""
    tried = 0
    for cursor in range(len(text) + 1):
        for whole in (text[:cursor], text):
            found = complete(whole, cursor, known)
            assert found.start <= cursor <= found.end <= len(whole)
            assert len(found.items) <= 200
            assert len({item.text for item in found.items}) == len(found.items)
            indexes = range(len(found.items))
            for index in rng.sample(indexes, min(_CHECKED, len(indexes))):
                made = put_in(whole, found, index)
                assert reads(made), (whole, cursor, found.items[index])
                tried += 1
    return tried


def check_what_follows_is_offered(text: str, known: Known) -> int:
    """Before each word, and in it, the word is offered; how many words there were."""
    met = 0
    for token in tokens(text):
        if not is_offered(token, text):
            continue
        met += 1
        start = token.start_pos or 0
        is_sign = token.type in ("COMPARATOR", "PATTERN")
        for typed in {0, len(token) // 2} | (set() if is_sign else {1, len(token)}):
            found = complete(text[: start + typed], start + typed, known)
            items = found.items
            offered = [i.shown if is_sign else i.text.strip() for i in items]
            offered = [text.lower() for text in offered]
            word = str(token).lower()
            assert any(o.startswith(word) for o in offered), (text, token, typed)
    return met


def is_offered(token: Token, text: str) -> bool:
    """Whether a token is a keyword, an operator, or a name that there is."""
    start = token.start_pos or 0
    if token.type in ("COMPARATOR", "PATTERN"):
        return text[start - 1 : start].isspace()
    if token.type == "WORD":
        is_call = text[start + len(token) : start + len(token) + 1] == "("
        known = FUNCTIONS_BY_NAME if is_call else NAMES
        return str(token) in known and not text[:start].rstrip().endswith(" as")
    if token.type in ("LAST", "THIS"):
        return False  # offered with a unit; the units are looked at by themselves
    return str(token).isalpha() and token.type not in ("ANCHOR", "JUNK")


NAMES = {f.name for f in FIELDS}


def test_what_is_offered_can_be_put_in() -> None:
    """The text up to the end of each item is the beginning of a query."""
    known, tried = session(), 0
    for text in texts(range(8)):
        tried += check_items_can_be_put_in(text[:220], known, Random(text))
    assert tried > 5_000


@pytest.mark.full
@pytest.mark.timeout(900)
def test_what_is_offered_can_be_put_in_of_many() -> None:
    """The same, of many more."""
    known = session()
    for text in texts(range(100, 115)):
        check_items_can_be_put_in(text, known, Random(text))


def test_what_was_written_is_offered() -> None:
    """Keywords, names, functions and operators are, before them and in their midst."""
    known, met = session(), 0
    for text in drawn(range(30)):
        met += check_what_follows_is_offered(text, known)
    assert met > 500


@pytest.mark.full
@pytest.mark.timeout(900)
def test_what_was_written_is_offered_of_many() -> None:
    """The same, of many more."""
    known = session()
    for text in drawn(range(1_000, 1_300)):
        check_what_follows_is_offered(text, known)


def test_reading_on_is_reading_anew() -> None:
    """The states kept from other texts are those of the text itself."""
    for seed in range(60):
        rng = Random(seed)
        text = random_query(rng).text
        for _ in range(12):
            text = edited(text, rng)
            kept = reading.read(text)
            reading.forget()
            anew = reading.read(text)
            assert (kept.unfit is None) == (anew.unfit is None), text
            assert kept.marks[-1].accepts == anew.marks[-1].accepts, text
            assert kept.marks[-1].end == anew.marks[-1].end, text
            assert kept.marks[-1].so_far == anew.marks[-1].so_far, text


def edited(text: str, rng: Random) -> str:
    """The text with a letter or a piece put in, taken out, or cut off."""
    at = rng.randint(0, len(text))
    luck = rng.random()
    if luck < 0.3:
        return text[:at]
    if luck < 0.5:
        return text[:at] + text[at + rng.randint(1, 4) :]
    piece = rng.choice(
        (" ", "'", "--", "d", " days", ", 1, 2", "(", ")", "-7d", "| ", "=")
    )
    return text[:at] + piece + text[at:]


def test_any_text_and_cursor_give_an_answer() -> None:
    """Nothing raises, whatever stands before the cursor or behind it."""
    known = session()
    pieces = ("action", " ", "=", "'", '"', "(", ")", ",", "|", "in", "not", "7d", "-")
    more = (
        "/*",
        "*/",
        "--",
        "#",
        "\n",
        ":",
        "@",
        "\\",
        "\x00",
        "\u202e",
        "é",
        "1, 2",
        ";",
    )
    for seed in range(400):
        rng = Random(seed)
        text = "".join(rng.choice(pieces + more) for _ in range(rng.randint(0, 12)))
        for cursor in range(len(text) + 1):
            found = complete(text, cursor, known)
            assert 0 <= found.start <= cursor <= found.end <= len(text)
