"""What a text is cut into: the table of terminals and their priorities."""

import pytest
from lark import Token
from lark.exceptions import UnexpectedToken

from auditql.language.grammar import load


def tokens(text: str) -> list[Token]:
    """The tokens of a text up to the first that does not fit, that one included."""
    parser = load().parse_interactive(text, start="script")
    found = []
    for token in parser.lexer_thread.lex(parser.parser_state):
        found.append(token)
        try:
            parser.feed_token(token)
        except UnexpectedToken:
            break
    return found


VALUES = (
    # integers
    ("7", "INTEGER"),
    ("007", "INTEGER"),
    ("-7", "MINUS INTEGER"),
    ("2026", "INTEGER"),
    ("7up", "JUNK"),
    ("1.5", "JUNK"),
    ("7/2", "JUNK"),
    ("\u0663", "JUNK"),
    # addresses come before times and integers
    ("10.0.0.1", "ADDRESS"),
    ("10.0.0.0/8", "ADDRESS"),
    ("1.2.3", "JUNK"),
    ("1.2.3.4.5", "JUNK"),
    ("::", "ADDRESS"),
    ("::1", "ADDRESS"),
    ("fe80::1", "ADDRESS"),
    ("2001:DB8::/32", "ADDRESS"),
    ("::ffff:10.0.0.1", "ADDRESS"),
    ("08:00:30", "ADDRESS"),
    ("08:00", "JUNK"),
    # times
    ("2026-02", "TIME"),
    ("2026-02-01", "TIME"),
    ("2026-02-01T08:00", "TIME"),
    ("2026-02-01t08:00:30z", "TIME"),
    ("2026-02-01T08:00:30+05:30", "TIME"),
    ("2026-2-1", "JUNK"),
    ("2026-02-01T08", "JUNK"),
    ("2026-02-01T08:00:30.5", "JUNK"),
    ("2026-02-013", "JUNK"),
    # anchors come before words, and only whole
    ("now", "ANCHOR"),
    ("TODAY", "ANCHOR"),
    ("now-90m", "ANCHOR MINUS DURATION"),
    ("now+1mo-2h", "ANCHOR PLUS DURATION MINUS DURATION"),
    ("now - 90m", "ANCHOR MINUS DURATION"),
    ("now-90min", "WORD"),
    ("nowadays", "WORD"),
    ("now-shop", "WORD"),
    ("now/x", "WORD"),
    ("now.x", "WORD"),
    ("now_", "WORD"),
    # durations come before integers
    ("7d", "DURATION"),
    ("7mo", "DURATION"),
    ("7m", "DURATION"),
    ("7D", "JUNK"),
    ("7month", "JUNK"),
    ("7 months", "INTEGER MONTHS"),
    ("-7d", "MINUS DURATION"),
    ("7d ago", "DURATION AGO"),
    # words
    ("login", "WORD"),
    ("zendesk/app_market/app", "WORD"),
    ("a-b.c", "WORD"),
    ("a--b", "WORD JUNK"),
    ("a//b", "WORD JUNK"),
    ("räumung", "WORD"),
    ("_1", "WORD"),
    ("last", "LAST"),
    ("lastly", "WORD"),
    ("last week", "LAST WEEK"),
    ("this", "THIS"),
    # strings, names
    ("'it''s'", "STRING"),
    ('"a\\"b"', "STRING"),
    (":since", "PARAMETER"),
    (":1", "JUNK"),
    # signs that are none
    ("&&", "JUNK"),
    ("\u201cx\u201d", "JUNK"),
)


@pytest.mark.parametrize(("text", "kinds"), VALUES)
def test_a_value_is_cut_by_priority(text: str, kinds: str) -> None:
    """A run of integers, address, time and anchor, duration, integer, word, junk."""
    cut = tokens(f"x = {text}")[2:]
    assert kinds == " ".join(t.type for t in cut)
    assert len(f"x = {text}") >= (cut[-1].start_pos or 0) + len(cut[-1])


LISTS = (
    ("1", "INTEGER"),
    ("1, 2", "INTEGERS"),
    ("-1,2 , -3", "INTEGERS"),
    ("1, 2,", "INTEGERS COMMA"),
    ("1, 2, x", "INTEGERS COMMA WORD"),
    ("1, 2d", "INTEGER COMMA DURATION"),
    ("1, 2 hours", "INTEGER COMMA INTEGER HOURS"),
    ("1, 2, 3 hours", "INTEGERS COMMA INTEGER HOURS"),
    ("1, 10.0.0.1", "INTEGER COMMA ADDRESS"),
    ("1, 2026-02", "INTEGER COMMA TIME"),
    ("1, 2 /* x */, 3", "INTEGERS COMMA INTEGER"),
    ("login, 1, 2", "WORD COMMA INTEGERS"),
)


@pytest.mark.parametrize(("text", "kinds"), LISTS)
def test_a_list_is_cut_into_runs(text: str, kinds: str) -> None:
    """Integers side by side are one token; what follows keeps its own kind."""
    cut = tokens(f"x in ({text})")[3:-1]
    assert kinds == " ".join(t.type for t in cut)


PLACES = (
    ("a = 1 and b = 2", "WORD COMPARATOR INTEGER AND WORD COMPARATOR INTEGER"),
    ("a = 1 andy = 2", "WORD COMPARATOR INTEGER WORD"),
    ("a = 1 limit10", "WORD COMPARATOR INTEGER WORD"),
    ("orderby a", "WORD WORD"),
    ("a startswith 'x'", "WORD WORD"),
    ("a !~* 'x'", "WORD PATTERN STRING"),
    ("a !~ 'x'", "WORD PATTERN STRING"),
    ("a ~*'x'", "WORD PATTERN STRING"),
    ("a <= 1", "WORD COMPARATOR INTEGER"),
    ("a <> 1", "WORD COMPARATOR JUNK"),
    ("a == 1", "WORD COMPARATOR JUNK"),
    ("not in = 1", "NOT WORD COMPARATOR INTEGER"),
    ("note = 1", "WORD COMPARATOR INTEGER"),
    ("@x or @y", "REFERENCE OR REFERENCE"),
    ("limit = 1", "LIMIT JUNK"),
    ("| count | top 3 count", "VBAR COUNT VBAR TOP INTEGER WORD"),
    ("a = 1 -- x", "WORD COMPARATOR INTEGER"),
    ("a = 1 # x", "WORD COMPARATOR INTEGER"),
    ("a = c#", "WORD COMPARATOR WORD JUNK"),
)


@pytest.mark.parametrize(("text", "kinds"), PLACES)
def test_a_keyword_is_a_whole_word_where_the_grammar_expects_it(
    text: str, kinds: str
) -> None:
    """Elsewhere it is a word like others."""
    assert kinds == " ".join(t.type for t in tokens(text))


def test_junk_is_one_token_with_its_whole_length() -> None:
    """A message can mark all of it."""
    (junk,) = [t for t in tokens("a = 7up&&x b") if t.type == "JUNK"]
    assert "7up&&x" == junk
    assert 4 == junk.start_pos


HOSTILE = (
    "'" + "\\" * 60_000,
    "'" + "''" * 30_000,
    "a = " + "1," * 30_000,
    "a in (" + "1 , " * 15_000,
    "a = " + ":" * 60_000,
    "a = " + "1:" * 30_000,
    "a = " + "a-" * 30_000,
    "/*" * 30_000,
    "/*" + "*" * 60_000,
    "-" * 60_000,
    "a = " + "9" * 60_000,
    " " * 60_000 + "\x0b",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.timeout(5)
def test_no_text_takes_long_to_cut(text: str) -> None:
    """Every terminal is linear: 60,000 characters of the worst are cut at once."""
    assert len(tokens(text)) <= 60_000
