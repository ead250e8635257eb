"""What the resolver makes of clauses, and what it says where something is wrong."""

import pytest

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Severity
from auditql.language import query
from auditql.language.parser import parse
from auditql.language.resolver import Resolution, limited, resolve

NOW_S = 1_773_144_000


def resolved(text: str, zone: str = "UTC", **parameters: object) -> Resolution:
    return resolve(parse(text), text, parameters=parameters, now_s=NOW_S, zone=zone)


def only(text: str, **parameters: object) -> query.Query:
    """The one query of a text without errors."""
    found = resolved(text, **parameters)
    assert [] == [d for d in found.diagnostics if d.is_error]
    (made,) = found.queries
    return made


@pytest.mark.parametrize(
    ("text", "limit", "offset", "size", "page"),
    [
        ("", None, 0, None, None),
        ("limit 5 offset 7", 5, 7, None, None),
        ("limit 0", 0, 0, None, None),
        ("page size 1", None, 0, 1, None),
        ("page size 100", None, 0, 100, None),
        ("page 3", None, 0, None, query.OffsetPage(3, 100)),
        ("page 3 size 50", None, 0, None, query.OffsetPage(3, 50)),
        ("page 3 page size 50", None, 0, 50, query.OffsetPage(3, 50)),
        ("page 100", None, 0, None, query.OffsetPage(100, 100)),
        ("page 10000 size 1", None, 0, None, query.OffsetPage(10_000, 1)),
        ("after 'x'", None, 0, None, query.CursorPage(True, "x")),
        ("before 'x' page size 9", None, 0, 9, query.CursorPage(False, "x")),
        ("page 2 order by -created_at", None, 0, None, query.OffsetPage(2, 100)),
        ("after 'x' order by created_at", None, 0, None, query.CursorPage(True, "x")),
    ],
)
def test_clauses_are_bounded_numbers(
    text: str, limit: int | None, offset: int, size: int | None, page: object
) -> None:
    """A page has 1 to 100 records and ends at 10,000; `page size` goes with both."""
    made = only(text)
    assert (limit, offset, size, page) == (
        made.limit,
        made.offset,
        made.page_size,
        made.page,
    )


def test_parameters_stand_for_the_numbers_of_clauses() -> None:
    """A cursor is text."""
    made = only("limit :n offset :m page :p size :s", n=5, m=0, p=2, s=10)
    assert (5, 0) == (made.limit, made.offset)
    assert query.OffsetPage(2, 10) == made.page
    assert query.CursorPage(True, "c") == only("after :c", c="c").page


ERRORS = (
    ("page 0", Code.NUMBER_OUT_OF_RANGE, "0"),
    ("page 101", Code.PAGE_TOO_DEEP, "page 101"),
    ("page 10001 size 1", Code.PAGE_TOO_DEEP, "page 10001 size 1"),
    ("page 1 size 0", Code.PAGE_SIZE, "0"),
    ("page size 101", Code.PAGE_SIZE, "101"),
    ("page 1 size 5 page size 6", Code.CLAUSE_TWICE, "6"),
    ("page 1 after 'x'", Code.PAGING_MIXED, "after 'x'"),
    ("before 'x' page 1", Code.PAGING_MIXED, "page 1"),
    ("page 1 order by id", Code.PAGING_ORDER, "id"),
    ("after 'x' order by created_at, id", Code.PAGING_ORDER, "created_at, id"),
    ("limit 9223372036854775808", Code.NUMBER_OUT_OF_RANGE, "9223372036854775808"),
    ("order by ip_address", Code.WRONG_OPERATOR, "ip_address"),
    ("nme = 1", Code.UNKNOWN_FIELD, "nme"),
    ("hour(action) = 1", Code.WRONG_ARGUMENT, "action"),
    ("hour(created_at, 1h) = 1", Code.WRONG_ARGUMENT, "hour(created_at, 1h)"),
    ("bin(created_at) = today", Code.WRONG_ARGUMENT, "bin(created_at)"),
    ("bin(created_at, 0h) = today", Code.WRONG_ARGUMENT, "bin(created_at, 0h)"),
    ("bin(1h, created_at) = today", Code.WRONG_ARGUMENT, "bin(1h, created_at)"),
    ("count(id) = 1", Code.UNKNOWN_FUNCTION, "count"),
    ("action = destory", Code.UNKNOWN_VALUE, "destory"),
    ("weekday(created_at) = monday", Code.UNKNOWN_VALUE, "monday"),
    ("id = 'x'", Code.WRONG_TYPE, "'x'"),
    ("id = login", Code.WRONG_TYPE, "login"),
    ("id in (1, x)", Code.WRONG_TYPE, "x"),
    ("actor_name = 5", Code.WRONG_TYPE, "5"),
    ("actor_name in ('a', 5, 6)", Code.WRONG_TYPE, "5"),
    ("actor_name = 2026-02", Code.WRONG_TYPE, "2026-02"),
    ("actor_name = now - 1d", Code.WRONG_TYPE, "now - 1d"),
    ("ip_address = today", Code.WRONG_TYPE, "today"),
    ("ip_address in (10.0.0.0/8, 5)", Code.WRONG_TYPE, "5"),
    ("id contains 'x'", Code.WRONG_OPERATOR, "contains"),
    ("created_at like '2026%'", Code.WRONG_OPERATOR, "like"),
    ("ip_address < 10.0.0.1", Code.WRONG_OPERATOR, "<"),
    ("ip_address between ::1 and ::2", Code.WRONG_OPERATOR, "between"),
    ("ip_address = 10.0.0.0/8", Code.WRONG_OPERATOR, "="),
    ("id during 2026", Code.WRONG_OPERATOR, "during"),
    ("id in 5", Code.NOT_A_LIST, "5"),
    ("action not in login", Code.NOT_A_LIST, "login"),
    ("ip_address in 10.0.0.1", Code.NOT_A_LIST, "10.0.0.1"),
    ("ip_address in 10.0.0.1/8", Code.HOST_BITS, "10.0.0.1/8"),
    ("ip_address in (::1/32, 10.0.0.0/8)", Code.HOST_BITS, "::1/32"),
    ("ip_address = 256.0.0.1", Code.BAD_NETWORK, "256.0.0.1"),
    ("ip_address in 10.0.0.0/33", Code.BAD_NETWORK, "10.0.0.0/33"),
    ("ip_address = 'unknown'", Code.BAD_NETWORK, "'unknown'"),
    ("created_at >= 7d", Code.BARE_DURATION, "7d"),
    ("created_at = 2026", Code.WRONG_TYPE, "2026"),
    ("created_at between 2026 and 2027", Code.WRONG_TYPE, "2026 and 2027"),
    ("created_at >= soon", Code.WRONG_TYPE, "soon"),
    ("created_at = 2026-13", Code.BAD_DATE, "2026-13"),
    ("created_at = 2026-02-29", Code.BAD_DATE, "2026-02-29"),
    ("created_at = 2026-02-01T24:00", Code.BAD_DATE, "2026-02-01T24:00"),
    ("created_at = 2026-02-01T08:00:60", Code.BAD_DATE, "2026-02-01T08:00:60"),
    ("created_at = 2026-02-01T08:00+24:00", Code.BAD_DATE, "2026-02-01T08:00+24:00"),
    ("created_at = 1969-12-31", Code.BAD_DATE, "1969-12-31"),
    ("created_at = 9999-01-01", Code.BAD_DATE, "9999-01-01"),
    ("created_at in 0", Code.BAD_DATE, "0"),
    ("created_at >= -100y", Code.BAD_DATE, "-100y"),
    ("created_at = 08:00:30", Code.BAD_DATE, "08:00:30"),
    ("actor_name ~ 'a('", Code.BAD_PATTERN, "("),
    ("actor_name ~ '[z-a]'", Code.BAD_PATTERN, "z"),
    ("@x", Code.UNKNOWN_NAME, "@x"),
    ("let @x = not @x", Code.RECURSIVE_NAME, "@x"),
    ("let @x = @y; let @y = @x", Code.UNKNOWN_NAME, "@y"),
    ("let @x = id = 1; let @x = id = 2", Code.NAME_TWICE, "let @x = id = 2"),
    ("param a = 1; param a", Code.NAME_TWICE, "param a"),
    ("param a = (1, :b)", Code.WRONG_ARGUMENT, "param a = (1, :b)"),
    ("tz 'Mars/Olympus'", Code.UNKNOWN_ZONE, "'Mars/Olympus'"),
    ("id = :a", Code.UNBOUND_PARAMETER, ":a"),
    ("| select nme", Code.UNKNOWN_FIELD, "nme"),
    ("| count by action | where id = 1", Code.UNKNOWN_COLUMN, "id"),
    ("| select id | timeline", Code.UNKNOWN_COLUMN, "timeline"),
    ("| count by id as created_at | timeline", Code.UNKNOWN_COLUMN, "timeline"),
    ("| count by action, action", Code.NAME_TWICE, "count by action, action"),
    ("| count by action as count", Code.NAME_TWICE, "count by action as count"),
    ("| timeline by action as time", Code.NAME_TWICE, "timeline by action as time"),
    ("| stats cnt()", Code.UNKNOWN_FUNCTION, "cnt"),
    ("| stats min()", Code.WRONG_ARGUMENT, "min()"),
    ("| stats count(id)", Code.WRONG_ARGUMENT, "count(id)"),
    ("| stats max(ip_address)", Code.WRONG_ARGUMENT, "ip_address"),
    ("| top 0 action", Code.NUMBER_OUT_OF_RANGE, "0"),
    ("| timeline 0d", Code.NUMBER_OUT_OF_RANGE, "0d"),
    ("| count by ip_address | order by ip_address", Code.WRONG_OPERATOR, "ip_address"),
)


@pytest.mark.parametrize(("text", "code", "marked"), ERRORS)
def test_a_mistake_has_its_code_and_its_place(
    text: str, code: Code, marked: str
) -> None:
    """No query is left where there is an error, and a fix is accepted."""
    found = resolved(text)
    assert () == found.queries
    errors = [d for d in found.diagnostics if d.is_error]
    first = errors[0]
    assert code is first.code
    assert first.span is not None
    assert marked == text[first.span.start : first.span.end]
    if first.fix is not None:
        again = resolved(first.fix.apply(text))
        assert code not in {d.code for d in again.diagnostics if d.is_error} or (
            len(errors) > 1
        )


WARNINGS = (
    ("action = 'destory'", Code.UNKNOWN_VALUE, "'destory'"),
    ("actor_name = actor_id", Code.FIELD_AS_VALUE, "actor_id"),
    ("source_label = null", Code.FIELD_AS_VALUE, "null"),
    ("id between 5 and 1", Code.REVERSED_RANGE, "5 and 1"),
    ("created_at between now and -1d", Code.REVERSED_RANGE, "now and -1d"),
    ("actor_name like 'x'", Code.NO_WILDCARD, "'x'"),
    (r"actor_name like '50\%'", Code.NO_WILDCARD, r"'50\%'"),
    ("id = 1 or id = 2 and id = 3", Code.MIXED_AND_OR, "id = 2 and id = 3"),
)


@pytest.mark.parametrize(("text", "code", "marked"), WARNINGS)
def test_a_doubt_is_a_warning_and_the_query_is_made(
    text: str, code: Code, marked: str
) -> None:
    """It is read as the language says."""
    found = resolved(text)
    assert 1 == len(found.queries)
    (warning,) = found.diagnostics
    assert (code, Severity.WARNING) == (warning.code, warning.severity)
    assert warning.span is not None
    assert marked == text[warning.span.start : warning.span.end]


@pytest.mark.parametrize(
    "text",
    ["id = 1 or (id = 2 and id = 3)", "(id = 1 and id = 2) or id = 3",
     "id between 1 and 1", "created_at between today and today",
     "actor_name like '%x'", r"actor_name like '50\\\\%'",
     "actor_name = 'actor_id'", "actor_name = 'null'"],
)  # fmt: skip
def test_what_is_said_clearly_gets_no_warning(text: str) -> None:
    """Parentheses, quotes, a wildcard."""
    assert () == resolved(text).diagnostics


def test_a_time_in_a_gap_offers_both_neighbours() -> None:
    """The last minute before, the first after."""
    found = resolved("created_at >= 2026-03-29T02:30", "Europe/Berlin")
    (error,) = found.diagnostics
    assert Code.TIME_IN_GAP is error.code
    assert "write `2026-03-29T01:59` or `2026-03-29T03:00`" == error.help
    assert error.fix is not None
    assert "2026-03-29T03:00" == error.fix.text


def test_a_quoted_time_in_a_gap_is_mended_within_its_quotes() -> None:
    """So that the fix is accepted where the text stood."""
    text = "created_at >= '2026-03-29 02:30'"
    (error,) = resolved(text, "Europe/Berlin").diagnostics
    assert error.fix is not None
    assert "created_at >= '2026-03-29T03:00'" == error.fix.apply(text)


def test_a_time_that_occurs_twice_gets_a_warning() -> None:
    """The earlier is taken; the help says how to say the other."""
    found = resolved("created_at >= 2026-10-25T02:30", "Europe/Berlin")
    (warning,) = found.diagnostics
    assert (Code.TIME_TWICE, False) == (warning.code, warning.is_error)
    assert 1 == len(found.queries)


def test_all_mistakes_are_told_at_once_in_the_order_of_the_text() -> None:
    """Clauses and stages too, whatever was looked at first."""
    text = "nme = 1 and action = destory order by xx page size 500 | count by yy"
    codes = [d.code for d in resolved(text).diagnostics]
    assert [
        Code.UNKNOWN_FIELD,
        Code.UNKNOWN_VALUE,
        Code.UNKNOWN_FIELD,
        Code.PAGE_SIZE,
        Code.UNKNOWN_FIELD,
    ] == codes


def test_one_mistake_in_a_name_is_told_once() -> None:
    """Not again at each use."""
    found = resolved("let @x = nme = 1; @x or @x; @x")
    assert [Code.UNKNOWN_FIELD] == [d.code for d in found.diagnostics]


def test_several_queries_share_what_is_defined_before_them() -> None:
    """Definitions alone give no query; the empty text gives one."""
    text = "let @x = id = 1; @x; tz 'Asia/Kolkata'; not @x; created_at = today"
    found = resolved(text)
    assert ["UTC", "Asia/Kolkata", "Asia/Kolkata"] == [q.zone for q in found.queries]
    assert () == resolved("let @x = id = 1").queries
    assert (query.EVERYTHING,) == tuple(q.filter for q in resolved("").queries)


def test_an_unknown_zone_from_outside_has_no_place_in_the_text() -> None:
    """It is said beside the text, with the nearest name."""
    (error,) = resolved("id = 1", "Europe/Berlni").diagnostics
    assert (Code.UNKNOWN_ZONE, None) == (error.code, error.span)
    assert "did you mean 'Europe/Berlin'?" == error.help


def test_a_limit_from_outside_never_raises_the_querys_own() -> None:
    """The smaller of the two counts."""
    assert 3 == limited(only("limit 3"), 5).limit
    assert 5 == limited(only("limit 9"), 5).limit
    assert 5 == limited(only(""), 5).limit
