"""A number is written as it was received, and is as large as it says."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditql.catalog.numbers import Exact, Number, written
from auditql.catalog.record import Record
from auditql.catalog.strict_json import first, loads
from auditql.providers.zendesk.pages import cursor_page
from auditql.results.formats import FORMATS, Layout

TEXTS = ["0.12345678901234567890123", "1.10", "1E5", "1e-400", "-0", "-0.0", "1.0E+2"]
TIME = "2026-03-01T08:00:00Z"


@pytest.mark.parametrize("text", TEXTS)
def test_a_number_is_written_as_it_came(text: str) -> None:
    """Alone, and at any depth of what holds it."""
    number = loads(text)
    assert isinstance(number, Number)
    assert (text, float(text), hash(float(text))) == (str(number), number, hash(number))
    for whole in (text, f"[{text}]", f'{{"a":[1,{{"b":[[{text}]]}}],"c":"x"}}'):
        assert whole == written(loads(whole)) == written(first(f" {whole} ", 1)[0])


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("held", ["{}", "[0,{}]", '{{"z":[{}]}}'])
def test_every_format_has_it_as_it_came(text: str, held: str) -> None:
    """Out of a page of the API."""
    value = held.replace("{}", text).replace("{{", "{").replace("}}", "}")
    line = f'{{"id":1,"created_at":"{TIME}","x":{value}}}'
    page = f'{{"audit_logs":[{line}],"meta":{{"has_more":false}}}}'
    (record,) = cursor_page(loads(page)).records
    cell = (
        '"' + value.replace('"', '""') + '"' if '"' in value or "," in value else value
    )
    for name, there in {
        "jsonl": line + "\n",
        "json": line,
        "csv": f",{cell}\n",
        "vertical": f"x                  | {value}\n",
        "table": value,
    }.items():
        format_ = FORMATS[name](Layout())
        assert there in format_.rows([record.raw]) + format_.end()
    chosen = FORMATS["jsonl"](Layout(columns=("x",)))
    assert f'{{"x":{value}}}\n' == chosen.rows([record.raw])


def test_what_holds_no_such_number_is_a_plain_object() -> None:
    """Which is written faster; one beside it makes no difference."""
    line = f'{{"id":1,"created_at":"{TIME}","x":[1]}}'
    plain, exact = loads(f"[{line},{line[:-2]},1.5]}}]")  # type: ignore[misc] # two
    assert (dict, Exact) == (type(plain), type(exact))
    assert Record.from_json(plain).raw is plain


@given(
    st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(allow_nan=False, allow_infinity=False),
            st.text(),
        ),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    st.booleans(),
)
def test_json_is_what_the_standard_library_writes(
    value: object, is_ascii: bool
) -> None:
    """Read and written again, numbers included."""
    text = json.dumps(value, ensure_ascii=is_ascii, separators=(",", ":"))
    assert text == written(value, is_ascii=is_ascii)
    assert text == written(loads(text), is_ascii=is_ascii)
