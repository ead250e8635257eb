"""The audit-log API, imitated from its documentation, with believable data.

An independent witness: it imports nothing else of auditql, so a wrong belief
of the program cannot agree with itself here. `handle` answers one request in
process, `serve` answers on a loopback socket, the transports go under any
httpx client. Names are loaded when first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditql.emulator.app import Emulator, ReceivedRequest
    from auditql.emulator.demo import demo_account, demo_records, handle
    from auditql.emulator.generator import generate
    from auditql.emulator.server import LoopbackServer, serve
    from auditql.emulator.settings import Settings
    from auditql.emulator.store import RecordStore
    from auditql.emulator.transport import AsyncEmulatorTransport, EmulatorTransport

__all__ = [
    "AsyncEmulatorTransport",
    "Emulator",
    "EmulatorTransport",
    "LoopbackServer",
    "ReceivedRequest",
    "RecordStore",
    "Settings",
    "demo_account",
    "demo_records",
    "generate",
    "handle",
    "serve",
]

_HOMES = {
    "AsyncEmulatorTransport": "transport",
    "Emulator": "app",
    "EmulatorTransport": "transport",
    "LoopbackServer": "server",
    "ReceivedRequest": "app",
    "RecordStore": "store",
    "Settings": "settings",
    "demo_account": "demo",
    "demo_records": "demo",
    "generate": "generator",
    "handle": "demo",
    "serve": "server",
}


def __getattr__(name: str) -> object:
    """The public name, from the module that holds it."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    """The public names, without loading any."""
    return __all__
