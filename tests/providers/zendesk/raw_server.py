"""A server of raw bytes on 127.0.0.1, in a thread that ends by itself.

In: for every connection, what is done with the socket. Out: a port, and every
byte that was received. Nothing here knows HTTP but where a request ends.
"""

import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"
LONGEST_S = 8.0

Act = Callable[[socket.socket], None]


class RawServer:
    """Accepts connections, reads one request from each, and acts."""

    def __init__(self, act: Act, context: object = None) -> None:
        self._act = act
        self._context = context
        self._listener = socket.create_server((HOST, 0))
        self._listener.settimeout(0.01)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        self.connections = 0
        self.received: list[bytes] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join(LONGEST_S)
        self._listener.close()

    def _run(self) -> None:
        ends = time.monotonic() + LONGEST_S
        while not self._is_over.is_set() and time.monotonic() < ends:
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            self.connections += 1
            with connection:
                connection.settimeout(0.5)
                try:
                    self._serve(connection)
                except OSError:
                    continue

    def _serve(self, connection: socket.socket) -> None:
        if self._context is not None:
            connection = self._context.wrap_socket(connection, server_side=True)
        data = _request(connection)
        if data is None:
            return
        self.received.append(data)
        self._act(connection)
        if self._context is not None:
            connection.close()


def _request(connection: socket.socket) -> bytes | None:
    """A whole request; None where the other side leaves before its end.

    Its body too: whoever closes with bytes unread resets the connection, and
    the reset may overtake the answer.
    """
    data = b""
    missing = 1
    while missing > 0:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
        top, blank, body = data.partition(b"\r\n\r\n")
        told = re.search(rb"\r\ncontent-length: *(\d+)", top, re.IGNORECASE)
        length = 0 if told is None else int(told[1])
        missing = length - len(body) if blank else 1
    return data


@contextmanager
def raw_server(act: Act, context: object = None) -> Iterator[RawServer]:
    """A server that does `act` with every connection, while the context lasts."""
    server = RawServer(act, context)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def head(*lines: str, status: str = "200 OK", kind: str = "application/json") -> bytes:
    """A status line and headers, with the blank line.

    It says that the connection ends, as it does: a client that used it again
    might meet the end in the middle of its next request.
    """
    first = (f"HTTP/1.1 {status}", "X-Request-Id: raw-1", "Connection: close")
    all_lines = [*first, *lines]
    if kind:
        all_lines.append(f"Content-Type: {kind}")
    return "\r\n".join([*all_lines, "", ""]).encode()


def sends(*pieces: bytes) -> Act:
    """Send and close."""
    return lambda connection: [connection.sendall(piece) for piece in pieces]  # type: ignore[return-value] # nobody looks


def resets(*pieces: bytes) -> Act:
    """Send and reset the connection."""

    def act(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
        time.sleep(0.01)  # or the reset overtakes what was sent
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    return act


def drips(begin: bytes, drop: bytes) -> Act:
    """Send a little, then a drop every 10 ms until the other side has gone."""

    def act(connection: socket.socket) -> None:
        connection.sendall(begin)
        ends = time.monotonic() + 3
        while time.monotonic() < ends:
            connection.sendall(drop)
            time.sleep(0.01)

    return act


def is_silent(connection: socket.socket) -> None:
    """Say nothing until the other side has gone."""
    connection.settimeout(3)
    connection.recv(1)
