"""What the parser says beside the tree: places, the description, warnings."""

import pytest

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Span
from auditql.errors import QueryError
from auditql.language import syntax
from auditql.language.comments import comments
from auditql.language.parser import (
    Reading,
    parse,
    parse_moment,
    parse_value,
    read,
)


def only(text: str) -> syntax.Query:
    """The one query of a text."""
    (statement,) = parse(text).statements
    assert isinstance(statement, syntax.Query)
    return statement


TEXT = """\
/* 東 */ (Actor_ID not in (1,  22, -3) -- x
  or hour(created_at)
     between 7 and 19) and created_at >= 7d ago
order by -id, action desc limit 5 page size 10
| stats count() as n, max(id) by action as verb | where n > 2
"""


def places() -> dict[str, Span]:
    """The spans of TEXT's nodes, by what they should mark."""
    query = only(TEXT)
    assert isinstance(query.filter, syntax.And)
    either, since = query.filter.terms
    assert isinstance(either, syntax.Or)
    ids, hours = either.terms
    assert isinstance(ids, syntax.In)
    assert isinstance(hours, syntax.Between)
    assert isinstance(since, syntax.Comparison)
    (run,) = ids.items
    assert isinstance(run, syntax.IntegerRun)
    stats, where = query.stages
    assert isinstance(stats, syntax.Stats)
    assert isinstance(where, syntax.Where)
    return {
        "Actor_ID": ids.operand.span,
        "Actor_ID not in (1,  22, -3)": ids.span,
        "not in": ids.op_span,
        "1,  22, -3": run.span,
        "1": run.spans.of(0),
        "22": run.spans.of(1),
        "-3": run.spans.of(2),
        "hour(created_at)": hours.operand.span,
        "between": hours.op_span,
        "19": hours.high.span,
        "created_at >= 7d ago": since.span,
        ">=": since.op_span,
        "7d ago": since.value.span,
        "-id": query.order[0].span,
        "action desc": query.order[1].span,
        "count() as n": stats.aggregates[0].span,
        "max(id)": stats.aggregates[1].span,
        "action as verb": stats.keys[0].span,
        "stats count() as n, max(id) by action as verb": stats.span,
        "where n > 2": where.span,
    }


@pytest.mark.parametrize("marked", list(places()))
def test_a_span_marks_what_it_says(marked: str) -> None:
    """In code points, through lines, comments and wide characters."""
    span = places()[marked]
    assert marked == TEXT[span.start : span.end]


def test_the_places_of_a_run_go_on_over_comments() -> None:
    """Runs that stand side by side are joined, and each element keeps its place."""
    text = "id in (1, 2 /* , 9 */, 3, -/**/4, 5, 66)"
    query = only(text)
    assert isinstance(query.filter, syntax.In)
    (run,) = query.filter.items
    assert isinstance(run, syntax.IntegerRun)
    assert (1, 2, 3, -4, 5, 66) == run.values
    shown = [text[s.start : s.end] for s in map(run.spans.of, (0, 1, 2, 4, 5))]
    assert ["1", "2", "3", "5", "66"] == shown
    with pytest.raises(IndexError):
        run.spans.of(6)


def test_a_byte_order_mark_shifts_no_place() -> None:
    """Spans point into the text as it was given."""
    assert Span(1, 7) == only("\ufeffid = 1").filter.span  # type: ignore[union-attr] # there is one


@pytest.mark.parametrize(
    ("text", "description"),
    [
        (" ; -- who left\nid = 1", "who left"),
        ("-- Who was it?\nid = 1", "Who was it?"),
        ("# Who was it?\nid = 1", "Who was it?"),
        ("\n\n  -- Who\n  -- was it?\n\nid = 1", "Who\nwas it?"),
        ("/* Who\n * was it?\n */ id = 1", "Who\nwas it?"),
        ("-- Who was it?", "Who was it?"),
        ("\ufeff-- Who?\r\nid = 1", "Who?"),
        ("--\nid = 1", None),
        ("id = 1 -- Who was it?", None),
        ("id = 1", None),
        ("'-- no'", None),
        ("", None),
    ],
)
def test_the_first_comment_describes_the_text(
    text: str, description: str | None
) -> None:
    """Where it stands before every statement."""
    assert description == parse(text).description


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("id = --5\n5", ["--5"]),
        ("id = 5 --5", ["--5"]),
        ("id = 5 -- 5", []),
        ("'--5' -- x", []),
        ("id = 5 # --5", []),
        ("--1\n--2\nid = 1", ["--1", "--2"]),
        ("id in (1,--2\n3)", ["--2"]),
    ],
)
def test_two_dashes_before_a_digit_get_a_warning(text: str, marked: list[str]) -> None:
    """It may have been meant as a sign."""
    warnings = parse(text).warnings
    assert all(d.code is Code.DASHES_BEFORE_DIGIT for d in warnings)
    assert not any(d.is_error for d in warnings)
    assert marked == [text[d.span.start : d.span.end] for d in warnings if d.span]


def test_comments_are_found_and_strings_passed_over() -> None:
    """One pass, as the lexer reads them."""
    text = "/* a */ '/* b */' \"-- c\" -- d '\n# e\nx#f (--g\n"
    shown = [text[s.start : s.end] for s in comments(text)]
    assert ["/* a */", "-- d '", "# e", "--g"] == shown


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("param a-b = 1", "param a_b = 1"),
        ("param a.b", "param a_b"),
        ("| count by action as x-y", "| count by action as x_y"),
        ("| select id as a/b.c", "| select id as a_b_c"),
        ("| stats max(id) as a.b by action", "| stats max(id) as a_b by action"),
        ("| timeline by action as a-b", "| timeline by action as a_b"),
    ],
)
def test_a_name_that_is_given_is_one(text: str, fixed: str) -> None:
    """Letters, digits and `_`: else it could not be used where it is needed."""
    with pytest.raises(QueryError) as caught:
        parse(text)
    (diagnostic,) = caught.value.diagnostics
    assert Code.STRAY_CHARACTER is diagnostic.code
    assert diagnostic.fix is not None
    assert fixed == diagnostic.fix.apply(text)
    assert parse(fixed)


@pytest.mark.parametrize(
    "text",
    [
        "created_at in last \u017fecond",
        "url conta\u0131ns 'x'",
        "url L\u0131ke 'x'",
        "created_at >= 5 m\u0131nutes ago",
        "created_at in la\u017ft wee\u212a",
        "l\u0131m\u0131t 5",
        "id i\u017f null",
        "created_at = ye\u017fterday - 1d",
    ],
)
def test_letters_that_fold_to_ascii_ones_end_in_no_traceback(text: str) -> None:
    """A dotless i, a long s, the sign for kelvin: read as the keyword or refused."""
    found: tuple[object, ...]
    try:
        found = parse(text).statements
    except QueryError as error:
        found = error.diagnostics
    assert found


@pytest.mark.parametrize(
    ("text", "kept"),
    [("\u0130d", "\u0130d"), ("ÄB", "äb"), ("ÄΣ", "ä\u03c3"), ("ID", "id"), ("ǅ", "ǆ")],
)
def test_names_are_lower_case_of_the_same_length(text: str, kept: str) -> None:
    """What a letter becomes is a letter, so that the name can be written again."""
    query = only(f"{text} = 1")
    assert isinstance(query.filter, syntax.Comparison)
    assert syntax.Name(kept, Span(0, 0)) == query.filter.operand
    assert only(f"{kept} = 1") == query


@pytest.mark.parametrize(
    "text", ["", "login -- x", "1, 2", "a b", ":a b", "(1", "()", "id = 1"]
)
def test_what_is_not_one_value_is_none(text: str) -> None:
    """Nothing of it is left out to make it one."""
    assert parse_value(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2026-02-01 08:00", syntax.TimeLiteral),
        (" 2026-02 ", syntax.TimeLiteral),
        ("now - 1d", syntax.Anchor),
        ("last week", syntax.Calendar),
        ("last 7d", syntax.Rolling),
        ("7d ago", syntax.Ago),
        ("2026", syntax.Integer),
        ("7d", None),
        ("soon", None),
        ("", None),
        ("now # x", None),
        ("today and 1", None),
        ("'today'", None),
        (":p", None),
    ],
)
def test_the_text_of_a_quoted_time(text: str, kind: type | None) -> None:
    """What may stand without quotes, and a blank for the T."""
    found = parse_moment(text)
    assert found is None if kind is None else isinstance(found, kind)


def test_clauses_that_come_twice_or_exclude_each_other_are_all_told() -> None:
    """Each with a fix that leaves it out."""
    text = "limit 1 limit 2 offset 3 offset 4 after 'a' before 'b'"
    with pytest.raises(QueryError) as caught:
        parse(text)
    codes = [d.code for d in caught.value.diagnostics]
    assert [Code.CLAUSE_TWICE, Code.CLAUSE_TWICE, Code.PAGING_MIXED] == codes
    for diagnostic in reversed(caught.value.diagnostics):
        assert diagnostic.fix is not None
        text = diagnostic.fix.apply(text)
    assert parse(text) == parse("limit 1 offset 3 after 'a'")


@pytest.mark.parametrize(
    ("text", "unfinished"),
    [
        ("action = login", False),
        ("", False),
        ("action", True),
        ("action =", True),
        ("action = login and", True),
        ("action in (create,", True),
        ("(action = login", True),
        ("action = login |", True),
        ("action = login order", True),
        ("actor_name = 'Jane", True),
        ('actor_name = "Jane and more', True),
        ("action = login /* why", True),
        ("actor_name = 'Jane\\'", True),
        ("actor_name 'Jane", False),
        ("action = login 'Jane'", False),
        ("action == login and", False),
        ("action = login)", False),
        ("(" * 101, False),
        ("\ufeffaction =", True),
    ],
)
def test_a_text_is_unfinished_where_more_could_make_it_fit(
    text: str, unfinished: bool
) -> None:
    """The grammar decides: what stands is the beginning of a script, or it is not."""
    assert unfinished is read(text).is_unfinished


@pytest.mark.parametrize("text", ["action = login", "action = ", "action == login"])
def test_what_was_read_need_not_be_read_again(text: str) -> None:
    """Parsing from a reading gives the tree, or the error, of the text itself."""

    def outcome(reading: Reading | None) -> object:
        try:
            return parse(text, reading)
        except QueryError as error:
            return error.diagnostics

    assert outcome(None) == outcome(read(text))
