"""Cursors have the recorded shape and refuse everything else."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditql.emulator.cursors import escape_cursor, read_cursor, write_cursor
from auditql.emulator.listing import Key, Order
from auditql.emulator.settings import CursorStyle

KEY = (1_767_225_600, 6139157572367)


@given(
    st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1)),
    st.sampled_from(Order),
    st.sampled_from(CursorStyle),
)
def test_a_cursor_reads_back(key: Key, order: Order, style: CursorStyle) -> None:
    """Every key survives, in every order and style."""
    assert key == read_cursor(write_cursor(key, order, style), order, style)


def test_a_cursor_has_the_recorded_shape() -> None:
    """Base64 of JSON with `o` and `v`; `v` is `d`, seconds, `i`, id."""
    token = write_cursor(KEY, Order.RISING, CursorStyle.DOCUMENTED)
    outer = json.loads(base64.b64decode(token))
    packed = base64.b64decode(outer["v"])
    assert list(outer) == ["o", "v"]
    assert outer["o"] == "created_at,id"
    assert packed[:1] == b"d"
    assert int.from_bytes(packed[1:9], "little") == KEY[0]
    assert packed[9:10] == b"i"
    assert int.from_bytes(packed[10:], "little") == KEY[1]


def test_a_binary_cursor_needs_escaping() -> None:
    """Both signs of base64 that mean something else in a query occur."""
    token = write_cursor(KEY, Order.FALLING, CursorStyle.BINARY)
    assert "+" in token
    assert "/" in token
    assert not {"+", "/", "="} & set(escape_cursor(token))


def documented(order: Order = Order.RISING, key: Key = KEY) -> str:
    return write_cursor(key, order, CursorStyle.DOCUMENTED)


def wrapped(packed: bytes) -> str:
    inner = base64.b64encode(packed).decode()
    outer = json.dumps({"o": "created_at,id", "v": inner}, separators=(",", ":"))
    return base64.b64encode(outer.encode()).decode()


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "eyJ9",
        "é",
        documented()[:-4],
        documented() + "A",
        " " + documented(),
        documented(Order.FALLING),
        write_cursor(KEY, Order.RISING, CursorStyle.BINARY),
        base64.b64encode(b"[" * 5000).decode(),
        base64.b64encode(b'{"o":"created_at,id","v":7}').decode(),
        wrapped(b"d" + bytes(8)),
        wrapped(b"x" + bytes(8) + b"i" + bytes(8)),
        wrapped(b"d" + bytes(8) + b"i" + bytes(9)),
    ],
)
def test_a_damaged_cursor_is_refused(token: str) -> None:
    """A token of another order, cut, or made up is a ValueError."""
    with pytest.raises(ValueError, match=r".*"):
        read_cursor(token, Order.RISING, CursorStyle.DOCUMENTED)


@pytest.mark.parametrize("token", [documented(), "", "+/++", "+/++AAAA"])
def test_a_damaged_binary_cursor_is_refused(token: str) -> None:
    """The same holds for the other style."""
    with pytest.raises(ValueError, match=r".*"):
        read_cursor(token, Order.RISING, CursorStyle.BINARY)
