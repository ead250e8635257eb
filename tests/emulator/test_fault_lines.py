"""Each fault on the line: what a client sees in process and on the wire."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from auditql.emulator import serve
from auditql.emulator.faults import Fault
from auditql.emulator.faulty import FaultyEmulator
from auditql.emulator.faulty_transport import FaultyTransport

pytestmark = pytest.mark.enable_socket  # an event loop opens a pair of them, too

URL = "/api/v2/audit_logs?sort=created_at&page%5Bsize%5D=3"
HOST = "https://acme.test"


def ids(found: Any) -> list[int]:
    return [record["id"] for record in found["audit_logs"]]


# --- under a client, in process


def fetch(line: FaultyEmulator, sleep: Callable[[float], Any]) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = FaultyTransport(line, sleep)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.get(HOST + URL)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("fault", "error", "slept"),
    [
        (Fault.CONNECT_REFUSED, httpx.ConnectError, []),
        (Fault.CONNECT_TIMEOUT, httpx.ConnectTimeout, [5.0]),
        (Fault.READ_TIMEOUT, httpx.ReadTimeout, [5.0]),
        (Fault.RESET, httpx.ReadError, []),
        (Fault.CUT_BODY, httpx.RemoteProtocolError, []),
        (Fault.GZIP_CUT, None, []),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_a_client_sees_what_a_socket_would_show(line, fault, error, slept) -> None:
    """The exceptions of httpx, after the time-outs of the request."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    if error is None:  # httpx takes a stream that is cut off for a short one
        fetch(line(fault), sleep)
    else:
        with pytest.raises(error):
            fetch(line(fault), sleep)
    assert slept == waits


def test_a_drip_takes_its_time(line) -> None:
    """One wait before each byte, and the whole body in the end."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    response = fetch(line(Fault.DRIP), sleep)
    assert [1, 2, 3] == ids(response.json())
    assert [5.0] * len(response.content) == waits


# --- on the wire


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.CONNECT_REFUSED, httpx.TransportError),
        (Fault.READ_TIMEOUT, httpx.ReadTimeout),
        (Fault.RESET, httpx.TransportError),
        (Fault.CUT_BODY, httpx.RemoteProtocolError),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_a_line_breaks_on_the_wire(line, fault, error) -> None:
    """The client is told, and the next request is answered on a new connection."""
    found = line(fault, again=0.0)
    with serve(found) as server, httpx.Client(timeout=0.3) as client:
        url = server.url + URL
        with pytest.raises(error):
            client.get(url)
        assert [1, 2, 3] == ids(client.get(url, timeout=10).json())
    assert 1 == found.counts[fault]


def test_bytes_drip_on_the_wire(line) -> None:
    """Each read is in time, and the body goes on and on."""
    found = line(Fault.DRIP, drip_s=0.01)
    with (
        serve(found) as server,
        httpx.stream("GET", server.url + URL) as response,
    ):
        first = next(response.iter_raw())
    assert b"{" == first[:1]
    assert len(first) < 100 < int(response.headers["content-length"])


def test_whole_answers_pass_the_wire_as_they_are(line) -> None:
    """Bytes, types and headers that no encoder would write among them."""
    found = line(Fault.RATE_GARBAGE, Fault.GZIP, Fault.ERROR_503, again=1.0)
    with serve(found) as server, httpx.Client() as client:
        seen = {client.get(server.url + URL).status_code for _ in range(40)}
    assert {200, 429, 503} == seen
