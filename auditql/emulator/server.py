"""The emulator on a loopback socket: HTTP/1.1, keep-alive, one thread.

In: an emulator and a port. Out: a server on 127.0.0.1 that ends with its
context. It never listens anywhere else. Requests on one connection are
answered in order, each after the latency of the settings; connections do not
wait for each other.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from auditql.emulator.connection import Connection

if TYPE_CHECKING:
    from auditql.emulator.deliveries import Service

HOST = "127.0.0.1"
_START_WITHIN_S = 10.0


class LoopbackServer:
    """A running server: where it is.

    Attributes:
        port: the port in use.
        url: `http://127.0.0.1:PORT`, no slash at the end.
    """

    def __init__(self, port: int) -> None:
        """Describe the server on `port`."""
        self.port = port
        self.url = f"http://{HOST}:{port}"


@asynccontextmanager
async def serve_async(
    emulator: Service, port: int = 0
) -> AsyncIterator[LoopbackServer]:
    """Serve `emulator` on the running loop while the context lasts.

    Args:
        emulator: what answers, an `Emulator` or a `FaultyEmulator`.
        port: 0 takes any free port.

    Raises:
        OSError: if the port is taken.
        NotImplementedError: on a loop that cannot watch sockets (Windows'
            default); `serve` brings one that can.
    """
    listener = _Listener(emulator, port)
    try:
        yield LoopbackServer(listener.port)
    finally:
        await listener.close()


@contextmanager
def serve(emulator: Service, port: int = 0) -> Iterator[LoopbackServer]:
    """Serve `emulator` from a thread of its own while the context lasts.

    Args:
        emulator: what answers, an `Emulator` or a `FaultyEmulator`.
        port: 0 takes any free port.

    Raises:
        OSError: if the port is taken.
    """
    runner = _Runner(emulator, port)
    runner.start()
    try:
        yield runner.wait_until_ready()
    finally:
        runner.stop()


class _Runner:
    """A thread with a loop of its own that runs one server."""

    def __init__(self, emulator: Service, port: int) -> None:
        self._emulator = emulator
        self._port = port
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._server: LoopbackServer | None = None
        self._failure: OSError | None = None
        self._thread = threading.Thread(
            target=self._run, name="auditql emulator", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def wait_until_ready(self) -> LoopbackServer:
        if not self._ready.wait(_START_WITHIN_S):
            raise TimeoutError("the emulator's server did not start")
        if self._failure is not None:
            raise self._failure
        assert self._server is not None
        return self._server

    def stop(self) -> None:
        if self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(self._serve())
        except OSError as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._stopping = asyncio.Event()
        async with serve_async(self._emulator, self._port) as server:
            self._loop = asyncio.get_running_loop()
            self._server = server
            self._ready.set()
            await self._stopping.wait()
            self._loop = None  # nobody may call into a loop that ends


class _Listener:
    """The listening socket and everybody who came in by it.

    Not `loop.create_server`: when that is closed in the turn in which somebody
    comes in, their connection is neither served nor closed.
    """

    def __init__(self, emulator: Service, port: int) -> None:
        self._emulator = emulator
        self._loop = asyncio.get_running_loop()
        self._inside: set[Connection] = set()
        self._arriving: set[asyncio.Task[object]] = set()
        self._socket = socket.create_server((HOST, port))
        self._socket.setblocking(False)
        try:
            self._loop.add_reader(self._socket, self._let_in)
        except NotImplementedError:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[1]

    def _let_in(self) -> None:
        try:
            accepted, _ = self._socket.accept()
        except OSError:
            return  # gone again before it was let in
        task: asyncio.Task[object] = self._loop.create_task(
            self._loop.connect_accepted_socket(
                lambda: Connection(self._emulator, self._inside), accepted
            )
        )
        self._arriving.add(task)
        task.add_done_callback(self._arriving.discard)

    async def close(self) -> None:
        """Let nobody in any more and drop everybody inside."""
        self._loop.remove_reader(self._socket)
        self._socket.close()
        await asyncio.gather(*self._arriving, return_exceptions=True)
        for connection in tuple(self._inside):
            connection.abort()
        while self._inside:
            await asyncio.sleep(0)  # a connection ends in the next turn
