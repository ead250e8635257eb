"""What a client is made with, and the rows that it gives."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from auditql.diagnostics.model import Diagnostic
from auditql.runtime.connection import Connection

if TYPE_CHECKING:
    import httpx

    from auditql.providers.zendesk.auth import Credential

MirrorUse = Literal["auto", "api", "mirror"]
"""Whether the mirror answers where it can, never, or alone."""

Row = dict[str, Any]
"""A record as received, a decoded JSON object; or a row that stages made."""


class ClientSettings(TypedDict, total=False):
    """The arguments of a client, none of them needed; see AsyncClient."""

    subdomain: str | None
    base_url: str | None
    credential: "Credential | None"
    profile: str | None
    connection: Connection | None
    tz: str | None
    transport: "httpx.AsyncBaseTransport | None"
    sleep: Callable[[float], Awaitable[object]]
    clock: Callable[[], float]
    chance: Callable[[], float]
    max_requests: int | None
    concurrency: int | None
    rate_share: float | None
    source: MirrorUse
    on_warning: Callable[[Diagnostic], object]
