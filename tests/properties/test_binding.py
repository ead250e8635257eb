"""A parameter is bound as a value: whatever its text says, nothing else changes.

Texts are made of what ends strings, begins comments, is an operator, a name, a
parameter, a statement: whatever a text that is pasted would break out with.
"""

import json
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import auditql
from auditql.diagnostics.model import Span
from auditql.language import query, syntax
from auditql.language.parameters import from_text
from auditql.language.parser import parse, parse_value
from auditql.language.printer import format_value, quoted

NOW = "2026-03-10T12:00:00Z"
BASE = "https://acme.zendesk.com"
AT = Span(0, 0)
PLAIN = "plain text"

FRAGMENTS = (
    *(
        "'",
        '"',
        "''",
        "\\",
        "\\'",
        "`",
        "“",
        "”",
        "\u2019",
        "%",
        "_",
        "*",
        "?",
        "&",
        "=",
    ),
    *("--", "-- x", "#", "/*", "*/", "//", ";", ";\n", "|", "| count", ",", "(", ")"),
    *("@x", ":p", ":q", ":p)", "$1", "{p}", "%s", "%27", "&filter[action]=login"),
    *(
        "\n",
        "\r\n",
        "\r",
        "\t",
        "\x00",
        "\x1b[2J",
        "\x7f",
        "\ufeff",
        "\u202e",
        "\u2028",
    ),
    *("\ud800", "\udfff", "\U0001f980", "é", "İ", "\u017f", "\u0301"),
    *(
        " or id > 0",
        " and ",
        "not ",
        "null",
        "in",
        "login",
        "destroy",
        "id",
        "7",
        "-7d",
    ),
    *(
        "2026-02-01",
        "10.0.0.0/8",
        "1e5",
        "x",
        " ",
        "param p = 1;",
        "tz 'UTC';",
        "limit 0",
    ),
)
texts = st.one_of(
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=6).map("".join),
    st.text(max_size=20),
)

FORMS = (
    "source_type = :p and created_at >= -7d",
    "source_type != :p and created_at >= -7d limit 3",
    "source_type in (:p, 'other') and created_at >= -7d",
    "actor_name = :p and action = login and created_at >= -7d",
    "not actor_name < :p and created_at >= -7d order by actor_name",
    "source_label contains :p and created_at >= -7d",
    "source_label not starts with :p and created_at >= -7d | count by action",
    "let @n = actor_name = :p; @n and created_at >= -7d | where actor_name != :p",
    "param p = 'a default'; source_label ilike :p and created_at >= -7d",
)


def compiled(text: str, value: object) -> auditql.Plan:
    return auditql.compile(text, params={"p": value}, now=NOW)


def joined(text: str) -> str:
    """Two halves of a character are that character, as JSON reads them."""
    return text.encode("utf-16-le", "surrogatepass").decode(
        "utf-16-le", "surrogatepass"
    )


def put_in(node: object, text: str) -> object:
    """The tree with that text in place of the plain one."""
    if node == PLAIN:
        return text
    if isinstance(node, tuple):
        return tuple(put_in(item, text) for item in node)
    names = getattr(node, "__dataclass_fields__", None)
    if names is None or isinstance(node, type):
        return node
    return replace(node, **{n: put_in(getattr(node, n), text) for n in names})


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=40, deadline=None)
@given(text=texts)
def test_a_text_of_a_program_changes_the_value_and_nothing_else(
    form: str, text: str
) -> None:
    """The checked query is that of a plain text with this text in its place."""
    plain, made = compiled(form, PLAIN).query, compiled(form, text).query
    assert put_in(plain, joined(text)) == made


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=40, deadline=None)
@example(text="\ud800\udfff")
@given(text=texts)
def test_a_parameter_means_what_the_quoted_text_means(form: str, text: str) -> None:
    """Written out as a string, escaped by our own printer, it is the same query."""
    written = form.replace("param p = 'a default'; ", "").replace(":p", quoted(text))
    literal = auditql.compile(written, now=NOW)
    bound = compiled(form, text)
    assert literal.query == replace(bound.query, text=literal.query.text)
    assert literal.requests == bound.requests
    assert literal.residual == bound.residual


@settings(max_examples=40, deadline=None)
@given(text=texts)
def test_what_is_sent_is_the_text_itself(text: str) -> None:
    """The request carries it percent-encoded, or does not and it is checked here."""
    plan = compiled(FORMS[0], text)
    base = [p for p in compiled(FORMS[0], PLAIN).requests[0].params if p[1] != PLAIN]
    (request,) = plan.requests
    sent = [
        pair for pair in request.params if pair[0].startswith("filter[source_type]")
    ]
    assert base == [pair for pair in request.params if pair not in sent]
    if sent:
        assert [("filter[source_type]", text)] == sent
    else:
        assert f"source_type = {quoted(text)}" == plan.residual
    pairs = parse_qsl(
        urlsplit(request.url(BASE)).query,
        keep_blank_values=True,
        strict_parsing=True,
        errors="strict",
    )
    assert list(request.params) == pairs


@settings(max_examples=40, deadline=None)
@given(text=texts, other=texts)
def test_the_records_that_pass_are_those_that_hold_the_text(
    text: str, other: str
) -> None:
    """Equality is equality, whatever the text looks like."""
    plan = compiled("actor_name = :p and created_at >= -7d", text)
    for name in (text, other, text + " ", text.upper()):
        record = {"id": 1, "created_at": NOW, "actor_name": name}
        assert (name == text) is plan.matches(record)


@settings(max_examples=40, deadline=None)
@given(values=st.lists(texts, min_size=1, max_size=5))
def test_a_list_of_texts_is_these_texts(values: list[str]) -> None:
    """No text of a list ends it, divides it or joins another."""
    form = "source_type in :p and created_at >= -7d"
    made = compiled(form, values)
    assert isinstance(made.query.filter, query.And)
    (chosen,) = (t for t in made.query.filter.terms if isinstance(t, query.OneOf))
    assert tuple(dict.fromkeys(values)) == chosen.values
    assert compiled(form, tuple(values)).query == made.query


@settings(max_examples=40, deadline=None)
@given(text=texts)
def test_a_text_of_the_command_line_is_one_value_or_itself(text: str) -> None:
    """A value or list of the language stands for that; all else is the text, whole."""
    made = from_text(text)
    read = parse_value(text)
    items = read if isinstance(read, tuple) else (read,)
    if any(item is None or isinstance(item, syntax.Parameter) for item in items):
        assert syntax.Text(text, AT) == made
    else:
        assert read == made
        statement = parse(f"param p = {format_value(made)}").statements
        assert 1 == len(statement)
        assert made == statement[0].default


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=40, deadline=None)
@given(text=texts)
def test_a_text_of_the_command_line_changes_its_value_or_is_refused_at_its_place(
    form: str, text: str
) -> None:
    """A number for a text is an error at the parameter; nothing else is touched."""
    value = from_text(text)
    try:
        made = compiled(form, value)
    except auditql.QueryError as error:
        for found in error.diagnostics:
            assert found.span is not None
            assert form[found.span.start : found.span.end].startswith((":p", "(:p"))
        return
    plain = compiled(form, PLAIN).query
    said = value.value if isinstance(value, syntax.Text | syntax.Word) else None
    if said is not None:
        assert put_in(plain, said) == made.query
    assert len(plain.stages) == len(made.query.stages)
    assert (plain.order, plain.limit) == (made.query.order, made.query.limit)


@settings(max_examples=40, deadline=None)
@given(text=texts)
def test_the_plan_says_the_text_again_unharmed(text: str) -> None:
    """What `compile` prints is JSON that holds the text, and explains as one line."""
    plan = compiled("actor_name = :p and created_at >= -7d", text)
    again = auditql.compile(plan.residual, now=NOW)
    record = {"id": 1, "created_at": NOW, "actor_name": text}
    assert plan.matches(record)
    assert again.matches(record)
    assert plan.to_json() == json.loads(json.dumps(plan.to_json()))
