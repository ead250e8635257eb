"""Bytes become requests, answers become bytes."""

from http import HTTPStatus

import pytest

from auditql.emulator.answers import Answer
from auditql.emulator.wire import BODY_LIMIT, HEAD_LIMIT, WireError, parse, write

HEAD = b"GET /a/b?c=d%20e HTTP/1.1\r\nHost: h:1\r\nX-Y:  z \r\n\r\n"


def test_a_request_is_taken_apart() -> None:
    """Line, headers by lower-case name, raw query, origin from Host."""
    parsed = parse(HEAD)
    assert parsed is not None
    assert (parsed.call.method, parsed.call.path) == ("GET", "/a/b")
    assert parsed.call.query == "c=d%20e"
    assert parsed.call.origin == "http://h:1"
    assert parsed.call.headers == {"host": "h:1", "x-y": "z"}
    assert parsed.length == len(HEAD)
    assert parsed.stays_open


def test_a_body_has_the_length_it_says() -> None:
    """What follows belongs to the next request."""
    raw = b"POST /t HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET"
    parsed = parse(raw)
    assert parsed is not None
    assert parsed.call.body == b"abc"
    assert raw[parsed.length :] == b"GET"


@pytest.mark.parametrize("cut", range(len(HEAD)))
def test_part_of_a_request_waits_for_more(cut) -> None:
    """However it is cut."""
    assert parse(HEAD[:cut]) is None


def test_part_of_a_body_waits_for_more() -> None:
    """Until it is whole."""
    assert parse(b"POST /t HTTP/1.1\r\nContent-Length: 3\r\n\r\nab") is None


@pytest.mark.parametrize(
    ("version", "connection", "stays_open"),
    [
        ("1.1", b"", True),
        ("1.1", b"Connection: close\r\n", False),
        ("1.1", b"Connection: keep-alive\r\n", True),
        ("1.0", b"", False),
        ("1.0", b"connection: Keep-Alive\r\n", True),
    ],
)
def test_who_closes_a_connection(version, connection, stays_open) -> None:
    """The client decides, by version and header."""
    line = f"GET / HTTP/{version}\r\n".encode()
    parsed = parse(line + connection + b"\r\n")
    assert parsed is not None
    assert stays_open is parsed.stays_open


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\n\r\n", 400),
        (b"GET http://x/ HTTP/1.1\r\n\r\n", 400),
        (b"GET / x HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n : x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (BODY_LIMIT + 1), 413),
        (b"GET / HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"x" * (HEAD_LIMIT + 1), 431),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * HEAD_LIMIT + b"\r\n\r\n", 431),
    ],
)
def test_what_is_no_request_is_refused(raw, status) -> None:
    """With the status that says why."""
    with pytest.raises(WireError) as caught:
        parse(raw)
    assert status == caught.value.status


@pytest.mark.parametrize(
    ("stays_open", "word"), [(True, "keep-alive"), (False, "close")]
)
def test_an_answer_is_written_whole(stays_open, word) -> None:
    """Status line, headers in order, length, body."""
    answer = Answer(HTTPStatus.NOT_FOUND, b"{}", None, (("Date", "d"), ("X", "y")))
    expected = (
        "HTTP/1.1 404 Not Found\r\nDate: d\r\nX: y\r\n"
        f"Content-Length: 2\r\nConnection: {word}\r\n\r\n{{}}"
    )
    assert expected.encode() == write(answer, stays_open=stays_open)
