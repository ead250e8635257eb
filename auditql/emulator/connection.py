"""One client of the loopback server: bytes in, deliveries out.

In: bytes, and what is to come of each request. Out: bytes, pauses, and the end
of the connection where a delivery says so. Answers come in the order asked.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVarTuple, assert_never

from auditql.emulator.answers import Answer, text_answer
from auditql.emulator.deliveries import (
    Cut,
    Delivery,
    Drip,
    Late,
    NoConnection,
    Silence,
)
from auditql.emulator.wire import Parsed, WireError, parse, write

if TYPE_CHECKING:
    from auditql.emulator.deliveries import Service

Ts = TypeVarTuple("Ts")


class Connection(asyncio.Protocol):
    """One client: bytes in, answers out, in the order asked."""

    def __init__(self, emulator: Service, siblings: set[Connection]) -> None:
        """Serve one client; it stands among its siblings while it is inside."""
        self._emulator = emulator
        self._siblings = siblings
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.TimerHandle | None = None
        self._is_full = False
        self._is_mute = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the client in."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._siblings.add(self)

    def connection_lost(self, _error: Exception | None) -> None:
        """Forget the client."""
        self._siblings.discard(self)
        self._transport = None
        if self._waiting is not None:
            self._waiting.cancel()

    def abort(self) -> None:
        """Drop the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take bytes in and answer what is whole."""
        self._received += data
        self._go_on()

    def pause_writing(self) -> None:
        """Stop taking requests until the client has read its answers."""
        self._is_full = True
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Take requests again."""
        self._is_full = False
        if self._transport is not None:
            self._transport.resume_reading()
        self._go_on()

    def _go_on(self) -> None:
        """Answer every whole request that may be answered now."""
        while (
            self._transport is not None
            and not self._transport.is_closing()
            and not self._is_full
            and not self._is_mute
            and self._waiting is None
            and self._received
        ):
            try:
                parsed = parse(self._received)
            except WireError as error:
                refusal = text_answer(error.status, error.status.phrase)
                self._transport.write(write(refusal, stays_open=False))
                self._transport.close()
                return
            if parsed is None:
                return
            del self._received[: parsed.length]
            latency_s = self._emulator.settings.latency_s
            if latency_s > 0:
                self._later(latency_s, self._answer, parsed)
            else:
                self._answer(parsed)

    def _answer(self, parsed: Parsed) -> None:
        if self._transport is not None:
            delivery = self._emulator.deliver(parsed.call)
            self._carry_out(delivery, parsed.stays_open, self._transport)

    def _carry_out(
        self, delivery: Delivery, stays_open: bool, transport: asyncio.Transport
    ) -> None:
        match delivery:
            case Answer():
                transport.write(write(delivery, stays_open=stays_open))
                if not stays_open:
                    transport.close()
            case Late(answer, wait_s):
                self._later(wait_s, self._carry_out, answer, stays_open, transport)
            case Cut(answer, sent, was_reset):
                whole = write(answer, stays_open=stays_open)
                transport.write(whole[: len(whole) - len(answer.body) + sent])
                _end(transport, was_reset)
            case Drip(answer, pause_s):
                whole = write(answer, stays_open=False)
                head = len(whole) - len(answer.body)
                transport.write(whole[:head])
                self._later(pause_s, self._drip, whole, head, pause_s, transport)
            case Silence():
                self._is_mute = True
            case NoConnection():
                _end(transport, was_reset=True)
            case _:
                assert_never(delivery)

    def _drip(
        self, whole: bytes, place: int, pause_s: float, transport: asyncio.Transport
    ) -> None:
        transport.write(whole[place : place + 1])
        if place + 1 < len(whole):
            self._later(pause_s, self._drip, whole, place + 1, pause_s, transport)
        else:
            transport.close()

    def _later(self, wait_s: float, act: Callable[[*Ts], None], *given: *Ts) -> None:
        """Do something later; until then the connection takes no request."""

        def now() -> None:
            self._waiting = None
            act(*given)
            self._go_on()

        self._waiting = asyncio.get_running_loop().call_later(wait_s, now)


def _end(transport: asyncio.Transport, was_reset: bool) -> None:
    """End a connection once what was written is out, or tear it down at once."""
    if not was_reset:
        transport.close()
        return
    found = transport.get_extra_info("socket")
    if found is not None:
        at_once = struct.pack("ii", 1, 0)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    transport.abort()
