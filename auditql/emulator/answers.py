"""What goes in and out of the imitated API, free of any HTTP library.

In: nothing. Out: `Call` (a request as received) and `Answer` (what is sent
back). Nothing here decides anything, and nothing here opens a socket.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

JSON_TYPE = "application/json; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived.

    Attributes:
        method: the verb, upper case.
        path: the path as written, without the query.
        query: the raw query string, percent escapes intact, no `?`.
        origin: `scheme://host[:port]` that the caller used.
        headers: header values by lower-case name.
        body: the whole body.
    """

    method: str
    path: str
    query: str = ""
    origin: str = "http://127.0.0.1"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """One response: status, whole body, its type and any further headers."""

    status: int
    body: bytes = b""
    content_type: str | None = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()


def encode(value: object) -> bytes:
    """UTF-8 JSON of a value, compact, as the real service writes it.

    A lone surrogate has no UTF-8 form; it leaves as its JSON escape.
    """
    return _ENCODER.encode(value).encode("utf-8", "backslashreplace")


def json_answer(status: int, value: object) -> Answer:
    """An answer whose body is the JSON of `value`."""
    return Answer(status, encode(value))


def text_answer(
    status: int, text: str, headers: tuple[tuple[str, str], ...] = ()
) -> Answer:
    """An answer in plain text, as the service's front door writes them."""
    return Answer(status, text.encode(), TEXT_TYPE, headers)
