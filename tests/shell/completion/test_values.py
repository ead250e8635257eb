"""What is put in of a value says that value, behind each field and operator."""

from hypothesis import given, settings
from hypothesis import strategies as st
from typed import NOW_S, drawn, session, tokens

import auditql
from auditql.catalog.fields import FIELDS
from auditql.catalog.kinds import Kind
from auditql.diagnostics.safe_text import safe_text
from auditql.errors import QueryError
from auditql.language import syntax
from auditql.language.parser import parse
from auditql.language.tree.values import unquote
from auditql.shell.completion import ItemKind, Known, Seen, complete


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


def test_kinds_are_all_met() -> None:
    """The laws are not held of nothing: values of each kind that can be written."""
    known = session()
    for kind in Kind:
        field = next((f for f in FIELDS if f.kind is kind), None)
        if field is not None and kind is not Kind.LIST:
            text = f"{field.name} = "
            assert field.name in ("url", "id") or offered(text, known), field.name
