"""HTTP/1.1 on the wire, as much as a loopback server needs.

In: received bytes. Out: whole requests, and the bytes of answers. No socket
here; what is cut short waits for more, what cannot be read is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from types import MappingProxyType

from auditql.emulator.answers import Answer, Call

HEAD_LIMIT = 64 * 1024
BODY_LIMIT = 1024 * 1024

_END = b"\r\n\r\n"


class WireError(ValueError):
    """What came is no HTTP/1.1 request; `status` is the answer to it."""

    def __init__(self, status: HTTPStatus) -> None:
        """Refuse with `status`."""
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole request.

    Attributes:
        call: the request.
        length: how many of the received bytes it took.
        stays_open: whether the connection may carry another.
    """

    call: Call
    length: int
    stays_open: bool


def parse(received: bytes | bytearray) -> Parsed | None:
    """The first request in `received`; None while it is not whole.

    Raises:
        WireError: if it is malformed, too large, or sent in chunks.
    """
    end = received.find(_END)
    if end < 0:
        if len(received) > HEAD_LIMIT:
            raise WireError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return None
    if end > HEAD_LIMIT:
        raise WireError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    line, _, block = received[:end].decode("latin-1").partition("\r\n")
    method, target, version = _request_line(line)
    headers = _headers(block)
    start = end + len(_END)
    length = _body_length(headers)
    if len(received) < start + length:
        return None
    path, _, query = target.partition("?")
    connection = headers.get("connection", "").lower()
    stays_open = (
        connection != "close" if version == "HTTP/1.1" else connection == "keep-alive"
    )
    call = Call(
        method,
        path,
        query.partition("#")[0],
        f"http://{headers.get('host', '127.0.0.1')}",
        headers,
        bytes(received[start : start + length]),
    )
    return Parsed(call, start + length, stays_open)


def _request_line(line: str) -> tuple[str, str, str]:
    parts = line.split(" ")
    if len(parts) != 3 or not parts[0].isupper() or not parts[1].startswith("/"):
        raise WireError(HTTPStatus.BAD_REQUEST)
    if parts[2] not in {"HTTP/1.1", "HTTP/1.0"}:
        raise WireError(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
    return parts[0], parts[1], parts[2]


@lru_cache(maxsize=64)
def _headers(block: str) -> Mapping[str, str]:
    """Header values by lower-case name; a client mostly repeats its block."""
    headers = {}
    for line in block.split("\r\n") if block else ():
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise WireError(HTTPStatus.BAD_REQUEST)
        headers[name.lower()] = value.strip()
    return MappingProxyType(headers)


def _body_length(headers: Mapping[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise WireError(HTTPStatus.LENGTH_REQUIRED)
    text = headers.get("content-length", "0")
    if not (text.isascii() and text.isdigit()):
        raise WireError(HTTPStatus.BAD_REQUEST)
    if len(text) > 9 or int(text) > BODY_LIMIT:
        raise WireError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return int(text)


def write(answer: Answer, *, stays_open: bool) -> bytes:
    """The bytes of an answer; the connection is said to stay open or to end."""
    head = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    head.extend([f"{name}: {value}" for name, value in answer.headers])
    connection = "keep-alive" if stays_open else "close"
    head.append(f"Content-Length: {len(answer.body)}")
    head.append(f"Connection: {connection}\r\n\r\n")
    return "\r\n".join(head).encode() + answer.body
