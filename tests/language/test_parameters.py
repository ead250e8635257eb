"""A parameter is bound as a value: Python's, or what a command line says."""

from datetime import UTC, date, datetime, timedelta, timezone
from enum import IntEnum, StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest

from auditql.catalog.kinds import Unit
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Span
from auditql.language import query, syntax
from auditql.language.parameters import BadParameter, bind, from_python, from_text
from auditql.language.parser import parse
from auditql.language.resolver import Resolution, resolve
from auditql.language.uses import agreed

AT = Span(0, 0)
NOW_S = 1_773_144_000


class Level(IntEnum):
    HIGH = 7


class Name(StrEnum):
    ANN = "Ann"


def resolved(text: str, **parameters: object) -> Resolution:
    return resolve(parse(text), text, parameters=parameters, now_s=NOW_S, zone="UTC")


def run(*values: int) -> syntax.IntegerRun:
    return syntax.IntegerRun(values, syntax.RunSpans(()), AT)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7, syntax.Integer(7, AT)),
        (-(10**40), syntax.Integer(-(10**40), AT)),
        (Level.HIGH, syntax.Integer(7, AT)),
        ("login", syntax.Text("login", AT)),
        ("", syntax.Text("", AT)),
        (Name.ANN, syntax.Text("Ann", AT)),
        (
            datetime(2026, 2, 1, 9, 0, 30, 999_999, timezone(timedelta(hours=1))),
            syntax.TimeLiteral("2026-02-01T08:00:30Z", AT),
        ),
        (
            datetime(999, 1, 1, tzinfo=UTC),
            syntax.TimeLiteral("0999-01-01T00:00:00Z", AT),
        ),
        (date(2026, 2, 1), syntax.TimeLiteral("2026-02-01", AT)),
        (IPv4Address("10.0.0.1"), syntax.Address("10.0.0.1", AT)),
        (IPv6Address("::1"), syntax.Address("::1", AT)),
        (IPv4Network("10.0.0.0/8"), syntax.Address("10.0.0.0/8", AT)),
        (IPv6Network("::/0"), syntax.Address("::/0", AT)),
        (syntax.Ago(7, Unit.DAY, AT), syntax.Ago(7, Unit.DAY, AT)),
        ([], ()),
        ([1, 2], (run(1, 2),)),
        ((1, "x", 2, 3), (run(1), syntax.Text("x", AT), run(2, 3))),
        ((run(1, 2), 3), (run(1, 2, 3),)),
        ({3}, (run(3),)),
        (frozenset({"b", "a"}), (syntax.Text("a", AT), syntax.Text("b", AT))),
    ],
)
def test_a_python_value_stands_for_itself(value: object, expected: object) -> None:
    """Numbers, text, moments, days, addresses, networks, and lists of these."""
    assert expected == from_python(value)


@pytest.mark.parametrize(
    "value",
    [None, True, 1.5, b"x", object(), {}, [None], [[1]], [True],
     datetime(2026, 2, 1),  # noqa: DTZ001 - what is refused
     datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
     syntax.Parameter("other", AT), [syntax.Parameter("other", AT)]],
)  # fmt: skip
def test_what_is_no_value_is_refused(value: object) -> None:
    """Nothing is guessed: no truth, no fraction, no moment without a zone."""
    with pytest.raises(BadParameter):
        from_python(value)
    with pytest.raises(BadParameter, match=r"^who: "):
        bind({"who": value})


def test_a_bad_value_is_a_diagnostic_that_names_its_parameter() -> None:
    """The text is not resolved with something else in its place."""
    found = resolved("id = :a", a=1.5)
    assert () == found.queries
    (diagnostic,) = found.diagnostics
    assert Code.WRONG_TYPE is diagnostic.code
    assert "a: a parameter is no float" in diagnostic.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("login", syntax.Word("login", AT)),
        ("7", syntax.Integer(7, AT)),
        ("-7d", syntax.Ago(7, Unit.DAY, AT)),
        ("last week", syntax.Calendar(True, Unit.WEEK, AT)),
        ("2026-02", syntax.TimeLiteral("2026-02", AT)),
        ("10.0.0.0/8", syntax.Address("10.0.0.0/8", AT)),
        ("'it''s'", syntax.Text("it's", AT)),
        ("(1, 2)", (run(1, 2),)),
        ("(a, 1,)", (syntax.Word("a", AT), run(1))),
        # whatever is not one value or one list is text
        ("Jane Doe", syntax.Text("Jane Doe", AT)),
        ("1, 2", syntax.Text("1, 2", AT)),
        ("x' or id > 0", syntax.Text("x' or id > 0", AT)),
        ("a; b", syntax.Text("a; b", AT)),
        ("id = 1", syntax.Text("id = 1", AT)),
        ("(1", syntax.Text("(1", AT)),
        ("()", syntax.Text("()", AT)),
        (":other", syntax.Text(":other", AT)),
        ("(1, :other)", syntax.Text("(1, :other)", AT)),
        ("", syntax.Text("", AT)),
        (" ", syntax.Text(" ", AT)),
        # a comment sign cuts nothing off
        ("Bob #2", syntax.Text("Bob #2", AT)),
        ("Bob -- x", syntax.Text("Bob -- x", AT)),
        ("Bob /* x */", syntax.Text("Bob /* x */", AT)),
        ("# 2", syntax.Text("# 2", AT)),
        ("'a # b'", syntax.Text("a # b", AT)),
        # what no query may hold is text too
        ("a\x00b", syntax.Text("a\x00b", AT)),
        ("x" * 300_000, syntax.Text("x" * 300_000, AT)),
    ],
)
def test_a_text_of_the_command_line_is_one_value_or_text(
    text: str, expected: object
) -> None:
    """Never a query, never two things, never less than was written."""
    assert expected == from_text(text)


@pytest.mark.parametrize(
    "text",
    ["id in :a", "id not in :a", "id in (:a)", "action in (:a, :a)", "created_at in :a",
     "ip_address in :a", "ip_address not in (:a)", "weekday(created_at) in :a"],
)  # fmt: skip
def test_an_empty_list_is_refused(text: str) -> None:
    """It holds for nothing, and never for every record."""
    found = resolved(text, a=[])
    assert () == found.queries
    assert [Code.EMPTY_LIST] == [d.code for d in found.diagnostics]


def test_an_empty_list_among_values_adds_none() -> None:
    """What is left is a list."""
    (made,) = resolved("id in (1, :a)", a=[]).queries
    assert query.OneOf(query.Column("id", made.columns[1].kind), (1,)) == made.filter


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("id = :a", "x", Code.WRONG_TYPE),
        ("id = :a", [1], Code.LIST_AS_VALUE),
        ("created_at >= :a", [1], Code.LIST_AS_VALUE),
        ("id between :a and 2", [1], Code.LIST_AS_VALUE),
        ("actor_name like :a", [1], Code.LIST_AS_VALUE),
        ("actor_name = :a", 7, Code.WRONG_TYPE),
        ("created_at >= :a", "soon", Code.WRONG_TYPE),
        ("created_at >= :a", "now # x", Code.WRONG_TYPE),
        ("ip_address = :a", "10.0.0.999", Code.BAD_NETWORK),
        ("ip_address in :a", "10.0.0.1/8", Code.HOST_BITS),
        ("ip_address = :a", "fe80::1%eth0", Code.BAD_NETWORK),
        ("id = :a", 2**63, Code.NUMBER_OUT_OF_RANGE),
        ("id in :a", [1, 2**63], Code.NUMBER_OUT_OF_RANGE),
        ("limit :a", "5", Code.WRONG_TYPE),
        ("limit :a", -1, Code.NUMBER_OUT_OF_RANGE),
        ("| top :a action", 0, Code.NUMBER_OUT_OF_RANGE),
        ("page size :a", 101, Code.PAGE_SIZE),
        ("after :a", 5, Code.WRONG_TYPE),
        ("actor_name ~ :a", "(", Code.BAD_PATTERN),
    ],
)
def test_a_value_of_the_wrong_kind_is_marked_where_it_is_used(
    text: str, value: object, code: Code
) -> None:
    """The kind comes from the use; the span is the parameter's."""
    (diagnostic,) = resolved(text, a=value).diagnostics
    assert code is diagnostic.code
    assert diagnostic.span is not None
    assert ":a" == text[diagnostic.span.start : diagnostic.span.end]


def test_what_is_not_used_is_a_mistake_and_names_the_nearest() -> None:
    """A misspelled `-p` would else change nothing, unseen."""
    (diagnostic,) = resolved("id = :who", who=1, whom=2).diagnostics
    assert Code.UNKNOWN_PARAMETER is diagnostic.code
    assert "did you mean `who`?" == diagnostic.help


def test_a_missing_value_is_named_at_each_use() -> None:
    """Running without it is an error that names it."""
    found = resolved("param who; id = :who and actor_id = :other")
    assert [Code.UNBOUND_PARAMETER] * 2 == [d.code for d in found.diagnostics]
    assert "`who`" in found.diagnostics[0].message
    assert "`other`" in found.diagnostics[1].message


@pytest.mark.timeout(5)
def test_a_long_list_is_bound_quickly() -> None:
    """10,000 numbers, one run."""
    (made,) = resolved("id in :a", a=list(range(10_000))).queries
    assert isinstance(made.filter, query.OneOf)
    assert 10_000 == len(made.filter.values)


def test_a_number_of_thousands_of_digits_is_refused_without_being_shown() -> None:
    """Python writes no such number, so no message could hold it."""
    for text in ("actor_name = :a", "actor_id = :a", "id in :a", "limit :a"):
        for value in (10**5000, -(10**5000), [10**5000]):
            (diagnostic,) = resolved(text, a=value).diagnostics
            assert Code.WRONG_TYPE is diagnostic.code
            assert "a: a number of thousands of digits" in diagnostic.message


def looked_at(text: str) -> Resolution:
    return resolve(
        parse(text), text, parameters={}, now_s=NOW_S, zone="UTC", assumes=True
    )


@pytest.mark.parametrize(
    ("text", "kind", "takes_list"),
    [
        ("id = :a", "integer", False),
        ("id in :a", "integer", True),
        ("id in (1, :a)", "integer", True),
        ("id in :a or id = :a", "integer", False),
        ("action = :a", "word", False),
        ("actor_name like :a", "text", False),
        ("actor_name ~ :a", "text", False),
        ("changed_to = :a", "text", False),
        ("ip_address in :a", "IP address", True),
        ("created_at >= :a", "time", False),
        ("created_at during :a", "time", True),
        ("created_at between :a and now", "time", False),
        ("weekday(created_at) = :a", "weekday", False),
        ("hour(created_at) > :a", "integer", False),
        ("limit :a", "count", False),
        ("offset :a", "count", False),
        ("page :a", "count", False),
        ("page size :a", "count", False),
        ("after :a", "text", False),
        ("| top :a action", "count", False),
        ("| limit :a", "count", False),
        ("| count by action | where count > :a", "integer", False),
        ("| where id > :other | limit :a", "count", False),
        ("param a", "any", False),
        ("source_type = :a or actor_name = :a", "word or text", False),
        ("let @n = id = :a; action = login", "integer", False),
    ],
)
def test_the_kind_of_a_parameter_comes_from_its_uses(
    text: str, kind: str, takes_list: bool
) -> None:
    """Nothing is bound, and nothing of it is an error."""
    found = looked_at(text)
    assert not any(d.is_error for d in found.diagnostics)
    uses = dict(found.uses)["a"]
    assert kind == agreed(uses)
    assert takes_list is (bool(uses) and all(use.takes_list for use in uses))


def test_a_number_here_and_text_there_is_a_mistake_before_there_is_a_value() -> None:
    """Whatever it is given, one of the two uses refuses it."""
    (diagnostic,) = looked_at("id = :a and actor_name = :a").diagnostics
    assert Code.WRONG_TYPE is diagnostic.code
    assert "no value of `:a` is a whole number and text" == diagnostic.message
    assert Span(25, 27) == diagnostic.span
    assert () == looked_at("created_at in :a and id = :a").diagnostics
