"""The loopback server, over real sockets."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from auditql.emulator import Emulator, Settings, generate, serve
from auditql.emulator.server import HOST, serve_async

pytestmark = pytest.mark.enable_socket

LIST = "/api/v2/audit_logs.json"


@pytest.fixture
def emulator() -> Emulator:
    """A thousand records of a week."""
    return Emulator(generate(1, 1000, 1_767_225_600, 1_767_225_600 + 7 * 86_400))


def connect(port: int) -> socket.socket:
    connection = socket.create_connection((HOST, port), timeout=10)
    connection.settimeout(10)
    return connection


def read_answers(connection: socket.socket, count: int) -> list[tuple[int, bytes]]:
    """Status and body of so many answers."""
    answers = []
    stream = connection.makefile("rb")
    for _ in range(count):
        status = int(stream.readline().split()[1])
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b": ")
            if name == b"Content-Length":
                length = int(value)
        answers.append((status, stream.read(length)))
    return answers


def get(query: str, *headers: str) -> bytes:
    lines = [f"GET {LIST}?{query} HTTP/1.1", f"Host: {HOST}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def test_a_walk_over_a_socket_gives_every_record(emulator) -> None:
    """One keep-alive client, all pages, nothing lost, nothing twice."""
    with serve(emulator) as server, httpx.Client(base_url=server.url) as client:
        ids: list[int] = []
        params = {"page[size]": "100", "sort": "created_at"}
        while True:
            body = client.get(LIST, params=params).json()
            ids.extend(record["id"] for record in body["audit_logs"])
            if not body["meta"]["has_more"]:
                break
            params["page[after]"] = body["meta"]["after_cursor"]
    assert list(emulator.store.ids) == ids
    assert {server.url} == {request.origin for request in emulator.requests}


def test_links_lead_back_to_the_server(emulator) -> None:
    """The host and port of the links are those that the client used."""
    with serve(emulator) as server:
        body = httpx.get(f"{server.url}{LIST}", params={"page[size]": "1"}).json()
        assert body["links"]["next"].startswith(f"{server.url}{LIST}?")
        assert httpx.get(body["links"]["next"]).status_code == 200


def test_requests_in_one_piece_are_answered_in_order(emulator) -> None:
    """A client may send many before it reads the first answer."""
    with serve(emulator) as server, connect(server.port) as connection:
        sizes = [1, 2, 3, 101, 5] * 20
        connection.sendall(b"".join(get(f"page[size]={n}") for n in sizes))
        answers = read_answers(connection, len(sizes))
    assert [400 if n > 100 else 200 for n in sizes] == [s for s, _ in answers]
    lengths = [len(json.loads(b).get("audit_logs", ())) for _, b in answers]
    assert [0 if n > 100 else n for n in sizes] == lengths


def test_a_request_in_many_pieces_is_understood(emulator) -> None:
    """Byte by byte."""
    with serve(emulator) as server, connect(server.port) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in get("page[size]=3"):
            connection.send(bytes([byte]))
        status, body = read_answers(connection, 1)[0]
    assert status == 200
    assert len(json.loads(body)["audit_logs"]) == 3


def test_latency_keeps_the_order_and_holds_up_nobody_else() -> None:
    """Each answer waits; clients wait side by side."""
    emulator = Emulator([], Settings(latency_s=0.05))
    with serve(emulator) as server:
        with connect(server.port) as connection:
            begun = time.monotonic()
            connection.sendall(get("page[size]=1") + get("page[size]=0"))
            assert [200, 400] == [s for s, _ in read_answers(connection, 2)]
            assert time.monotonic() - begun >= 0.1
        begun = time.monotonic()
        with ThreadPoolExecutor(20) as pool:
            url = f"{server.url}{LIST}"
            statuses = list(pool.map(lambda _: httpx.get(url).status_code, range(20)))
        assert [200] * 20 == statuses
        assert time.monotonic() - begun < 20 * 0.05 + 4


def test_a_client_that_does_not_read_is_waited_for(emulator) -> None:
    """Answers do not pile up without bound; all arrive in the end."""
    with serve(emulator) as server, connect(server.port) as connection:
        count = 400
        sender = threading.Thread(
            target=connection.sendall, args=(get("page[size]=100") * count,)
        )
        sender.start()
        answers = read_answers(connection, count)
        sender.join(10)
    assert [200] * count == [status for status, _ in answers]
    assert len(emulator.requests) == count


@pytest.mark.parametrize("request_line", ["get / HTTP/1.1", "GET / HTTP/3", "\x00\x01"])
def test_garbage_is_answered_and_the_connection_closed(emulator, request_line) -> None:
    """And the server goes on serving others."""
    with serve(emulator) as server:
        with connect(server.port) as connection:
            connection.sendall(request_line.encode() + b"\r\n\r\n")
            data = connection.makefile("rb").read()
        assert data.startswith(b"HTTP/1.1 ")
        assert b"Connection: close" in data
        assert httpx.get(f"{server.url}{LIST}").status_code == 200


def test_close_is_obeyed(emulator) -> None:
    """After `Connection: close` the stream ends behind the answer."""
    with serve(emulator) as server, connect(server.port) as connection:
        connection.sendall(get("page[size]=1", "Connection: close") + get("x=1"))
        data = connection.makefile("rb").read()
    assert data.count(b"HTTP/1.1 ") == 1


def test_head_has_no_body_on_the_wire(emulator) -> None:
    """The next answer begins right behind the headers."""
    with serve(emulator) as server, httpx.Client(base_url=server.url) as client:
        head = client.head(LIST, params={"page[size]": "1"})
        after = client.get(LIST, params={"page[size]": "1"})
    assert (head.status_code, head.content) == (200, b"")
    assert after.status_code == 200


def test_it_listens_on_loopback_alone_and_ends_with_its_context(emulator) -> None:
    """Afterwards nobody answers, and no thread is left."""
    before = threading.active_count()
    with serve(emulator) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        idle = connect(server.port)
    with pytest.raises(OSError, match=r".+"):
        connect(server.port)
    with idle, contextlib.suppress(ConnectionResetError):
        assert idle.recv(1) == b""
    assert before == threading.active_count()


def test_a_port_in_use_is_an_error(emulator) -> None:
    """Raised where the context is entered."""
    with serve(emulator) as server:
        with pytest.raises(OSError, match="in use"), serve(emulator, server.port):
            pass
        assert httpx.get(f"{server.url}{LIST}").status_code == 200


def test_it_runs_on_a_loop_that_is_there_already(emulator) -> None:
    """The command line serves on its own loop, with its own ways to stop."""

    async def run() -> int:
        async with serve_async(emulator) as server:
            async with httpx.AsyncClient(base_url=server.url) as client:
                response = await client.get(LIST, params={"per_page": "1"})
            return int(response.json()["count"])

    assert asyncio.run(run()) == 1000
