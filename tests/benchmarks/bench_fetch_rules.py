"""What bench_fetch.py tries beside its readers: small answers, and the pacer."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

from bench_fetch_readers import END_S

WORKERS = 16
LAST_S = 119.999


def few_requests(url: str) -> Iterator[tuple[str, int]]:
    """Answers that one request can give, and the requests that each took."""
    hours = "created_at >= '2025-06-04T12:00:00Z' and created_at <"
    for what, text in (
        ("an empty answer", "created_at >= '2001-01-01' and created_at < '2001-02-01'"),
        ("limit 100", "limit 100"),
        ("limit 1 of a filter that the API has", "action = login limit 1"),
        ("a first page that is the last", f"{hours} '2025-06-04T14:00:00Z'"),
    ):
        yield what, asyncio.run(_requests(url, text))


async def _requests(url: str, text: str) -> int:
    import auditql

    async with auditql.AsyncClient(base_url=url, concurrency=16) as client:
        rows = [row async for row in client.query(text, now=END_S)]
    assert ("2001" in text) is not bool(rows), text
    return client.statistics.requests


def paced() -> Iterator[tuple[str, float, int]]:
    """How much of its share the pacer uses in two minutes, and its refusals.

    In virtual time, 16 workers at 150 ms, spread by 90 %.
    """
    sys.path.append(str(Path(__file__).parent.parent / "providers"))
    from pacing import Account, run

    from auditql.emulator.settings import RateLimitKind
    from auditql.providers.zendesk.pacer import SHARE, Pacer

    for kind in (RateLimitKind.BUCKET, RateLimitKind.FIXED_MINUTE):
        for per_minute in (700, 2500):
            done = run(
                Pacer(),
                Account(kind, per_minute),
                workers=WORKERS,
                last_s=LAST_S,
                latency_s=0.15,
                jitter=0.9,
                seed=1,
            )
            saved = per_minute if kind is RateLimitKind.BUCKET else 0
            ceiling = SHARE * (saved + 2 * per_minute)
            part = len(done.sent_s) / ceiling
            yield f"{kind.value}, {per_minute}/min", part, len(done.refused)
