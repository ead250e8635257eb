"""Cursor tokens: where a page ended, as text that clients must not read.

In: a key and an order. Out: a token in the shape unpacked from recordings, and
back. A token holds the position itself, so records that come later never
shift it. Which tokens a request may carry together is not decided here.
"""

import binascii
import struct

from auditql.emulator.listing import Key, Order
from auditql.emulator.settings import CursorStyle

# `d` and the second, `i` and the id, each as eight bytes, lowest first.
_KEY = struct.Struct("<cqcq")
# Begins with bits that base64 writes as `+` and `/`.
_BINARY_MARK = b"\xfb\xff\xbe"


def write_cursor(key: Key, order: Order, style: CursorStyle) -> str:
    """The token for a position in a listing of this order."""
    packed = _KEY.pack(b"d", key[0], b"i", key[1])
    if style is CursorStyle.BINARY:
        mark = bytes([list(Order).index(order)])
        return _text(_BINARY_MARK + mark + packed)
    head, tail = _envelope(order)
    return _text(head + _text(packed).encode() + tail)


def escape_cursor(token: str) -> str:
    """A token as it must stand in a query: nothing else of base64 needs it."""
    return token.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")


def read_cursor(token: str, order: Order, style: CursorStyle) -> Key:
    """The position that a token names.

    Raises:
        ValueError: if it is no token of this style, or one of another order.
    """
    raw = _bytes(token)
    if style is CursorStyle.BINARY:
        mark = _BINARY_MARK + bytes([list(Order).index(order)])
        if not raw.startswith(mark):
            raise ValueError("not a cursor of this listing")
        return _unpack(raw[len(mark) :])
    head, tail = _envelope(order)
    if not (raw.startswith(head) and raw.endswith(tail)):
        raise ValueError("not a cursor of this listing")
    return _unpack(_bytes(raw[len(head) : -len(tail)]))


def _envelope(order: Order) -> tuple[bytes, bytes]:
    """The JSON around the key, byte for byte as it is written."""
    return b'{"o":"%b","v":"' % order.value.encode(), b'"}'


def _unpack(packed: bytes) -> Key:
    try:
        time_mark, second, id_mark, number = _KEY.unpack(packed)
    except struct.error as error:
        raise ValueError("not a cursor") from error
    if (time_mark, id_mark) != (b"d", b"i"):
        raise ValueError("not a cursor")
    return second, number


def _text(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).decode()


def _bytes(text: str | bytes) -> bytes:
    return binascii.a2b_base64(text, strict_mode=True)
