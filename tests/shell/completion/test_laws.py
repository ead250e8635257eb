"""Laws of completion, over drawn queries cut at every place.

What is offered can be put in, what was written is offered, and what is put in of a
value says that value.
"""

from collections.abc import Iterator
from random import Random

import pools
import pytest
from generate import random_filter
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Token
from lark.exceptions import UnexpectedToken
from stage_texts import random_query
from trees import random_script

import auditql
from auditql.catalog.fields import FIELDS
from auditql.catalog.functions import FUNCTIONS_BY_NAME
from auditql.catalog.kinds import Kind
from auditql.diagnostics.safe_text import safe_text
from auditql.errors import QueryError
from auditql.language import reading, syntax
from auditql.language.grammar import begin
from auditql.language.parser import parse
from auditql.language.printer import format_filter, format_script
from auditql.language.restate import restate
from auditql.language.tree.values import unquote
from auditql.providers.zendesk.capability import CAPABILITIES
from auditql.shell.completion import Completions, ItemKind, Known, Seen, complete

NOW_S = 1_773_144_000
_CHECKED = 6  # of the items at a place, those that are put in


def session() -> Known:
    """A session that has seen the values that queries are drawn from."""
    seen = Seen()
    drawn = {
        "action": pools.ACTIONS,
        "source_type": pools.SOURCE_TYPES,
        "actor_name": pools.LABELS,
        "source_label": pools.LABELS,
        "ip_address": pools.ADDRESSES,
        "actor_id": tuple(map(str, pools.ACTORS)),
        "source_id": tuple(map(str, pools.SOURCES)),
    }
    for name, values in drawn.items():
        for count, value in enumerate(values, 1):
            seen.note(name, value, count)
    return Known(
        NOW_S,
        "Europe/Berlin",
        seen,
        {"roles": "changed = 'Role'"},
        {"since": "-7d", "who": None},
        capabilities=CAPABILITIES,
    )


def texts(seeds: range) -> Iterator[str]:
    """Queries of every form: of names that exist, with stages, and of any words."""
    for seed in seeds:
        rng = Random(seed)
        yield format_filter(restate(random_filter(rng, 2)))
        yield random_query(rng).text
        yield format_script(random_script(rng))


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


def tokens(text: str) -> list[Token]:
    """The tokens of a query."""
    parser = begin(text, "script")
    found = []
    for token in parser.lexer_thread.lex(parser.parser_state):
        parser.feed_token(token)
        found.append(token)
    return found


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
    for text in texts(range(100, 160)):
        check_items_can_be_put_in(text, known, Random(text))


def drawn(seeds: range) -> Iterator[str]:
    """Queries of names that exist."""
    for seed in seeds:
        rng = Random(seed)
        yield format_filter(restate(random_filter(rng, 2)))
        yield random_query(rng).text


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


def test_values_that_were_seen_are_offered() -> None:
    """Where a test of equality has a value that was seen, it is among the items."""
    known, met = session(), 0
    for text in drawn(range(300)):
        read = tokens(text)
        for name, sign, value in zip(read, read[1:], read[2:], strict=False):
            said = unquote(value) if value.type == "STRING" else str(value)
            if sign == "=" and known.seen.count(str(name), said):
                start = value.start_pos or 0
                for typed in {0, len(value) // 2, len(value) - 1}:
                    found = complete(text[: start + typed], start + typed, known)
                    items = [i.text for i in found.items]
                    plain = [unquote(i) if i[0] in "'\"" else i for i in items]
                    assert said in plain, (text, value, typed)
                    met += 1
    assert met > 200


def test_every_test_that_is_put_together_compiles() -> None:
    """Field, operator and value, each as offered: no error in any of them."""
    known, tried = session(), 0
    for name in (f.name for f in FIELDS):
        for operator in offered(f"{name} ", known):
            test = f"{name} {operator}"
            if operator.endswith("null"):
                compiles(test)
                continue
            for value in offered(f"{test} ", known)[:4]:
                whole = f"{test} {value}"
                if value == "(":
                    inside = offered(whole, known)[:1]
                    whole += f"{inside[0]})" if inside else ""
                if " between " in whole:
                    whole += f" and {value}"
                if not whole.endswith("("):  # no value of the field is known
                    compiles(whole)
                    tried += 1
    assert tried > 200


def offered(text: str, known: Known) -> list[str]:
    """What may stand at the end of a text, parameters left out."""
    items = complete(text, len(text), known).items
    return [i.text for i in items if i.kind is not ItemKind.PARAMETER]


def compiles(text: str) -> None:
    """It does, with no error."""
    try:
        auditql.compile(text, now="2026-03-10T12:00:00Z")
    except QueryError as error:
        raise AssertionError(text) from error


@settings(max_examples=300, deadline=None)
@given(st.text(min_size=1, max_size=40), st.sampled_from(["'", '"', ""]))
def test_a_seen_value_is_put_in_as_itself(value: str, quote: str) -> None:
    """Read back it is the value; shown and written it holds nothing that acts."""
    seen = Seen()
    for name in ("actor_name", "source_type"):
        seen.note(name, value)
    for name in ("actor_name", "source_type"):
        text = f"{name} = {quote}"
        found = complete(text, len(text), Known(NOW_S, seen=seen))
        new = [item for item in found.items if "seen" in item.margin]
        assert bool(value.strip()) == bool(new)
        for item in new:
            whole = text[: found.start] + item.text
            (statement,) = parse(whole).statements
            assert isinstance(statement, syntax.Query)
            assert isinstance(statement.filter, syntax.Comparison)
            read = statement.filter.value
            assert isinstance(read, syntax.Text | syntax.Word)
            assert value == read.value
            assert safe_text(item.text) == item.text
            assert safe_text(item.shown) == item.shown


def test_an_escaped_text_behind_a_pattern_matches_itself() -> None:
    """What `like` and `~` are offered finds the value, whatever signs it holds."""
    for value in ("a_b 5%", "a.b (c)", "x\\d+", "[a]{2}^$|?*", 'it\'s "so"', "a\nb"):
        seen = Seen()
        seen.note("source_label", value)
        for operator in ("like", "ilike", "~", "~*", "="):
            text = f"source_label {operator} "
            (item,) = complete(text, len(text), Known(NOW_S, seen=seen)).items
            plan = auditql.compile(text + item.text, now="2026-03-10T12:00:00Z")
            record = {"id": 1, "created_at": "2026-03-10T12:00:00Z"}
            assert plan.matches(record | {"source_label": value}), (operator, value)
            assert not plan.matches(record | {"source_label": "aXb 5Y"})


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


def test_kinds_are_all_met() -> None:
    """The laws are not held of nothing: values of each kind that can be written."""
    known = session()
    for kind in Kind:
        field = next((f for f in FIELDS if f.kind is kind), None)
        if field is not None and kind is not Kind.LIST:
            text = f"{field.name} = "
            assert field.name in ("url", "id") or offered(text, known), field.name
