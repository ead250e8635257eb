"""What the API page forbids in a request; written without our own planner.

In: a request as the emulator received it. Out: complaints in words.
"""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from auditql.emulator.app import ReceivedRequest

PLAIN_KEYS = frozenset(
    f"filter[{name}]"
    for name in ("action", "actor_id", "ip_address", "source_id", "source_type")
)


def illegal(request: ReceivedRequest) -> list[str]:
    """What the API page forbids in a request; written without our own planner."""
    pairs = parse_qsl(request.query, keep_blank_values=True)
    said = []
    if request.method != "GET" or request.status not in (200, 404):
        said.append(f"{request.method} {request.query} got {request.status}")
    if len(f"https://{'x' * 63}.zendesk.com{request.path}?{request.query}") > 4096:
        said.append("URL over 4,096 bytes")
    if request.path != "/api/v2/audit_logs":
        number = request.path.removeprefix("/api/v2/audit_logs/")
        if not number.lstrip("-").isdigit() or pairs:
            said.append(f"a look-up by {number} with {pairs}")
        return said
    return said + _illegal_filters(pairs) + _illegal_paging(dict(pairs))


def _illegal_filters(pairs: Sequence[tuple[str, str]]) -> list[str]:
    keys = [k for k, _ in pairs]
    said = []
    for key in {k for k in keys if k.startswith("filter")}:
        name, count = key.removesuffix("[]"), keys.count(key)
        if key == "filter[created_at][]":
            times = [v for k, v in pairs if k == key]
            if len(times) != 2 or times[0] > times[1]:
                said.append(f"range {times}")
        elif name not in PLAIN_KEYS:
            said.append(f"unknown {key}")
        elif (count > 1) != key.endswith("[]"):
            said.append(f"{key} {count} times")
        elif name != key and name in keys:
            said.append(f"{name} in both forms")
    if any(k.startswith("filter[source_id]") for k in keys) and not any(
        k.startswith("filter[source_type]") for k in keys
    ):
        said.append("source_id alone")
    return said


def _illegal_paging(params: dict[str, str]) -> list[str]:
    offset = {"page", "per_page", "sort_by", "sort_order"} & set(params)
    cursor = {"page[size]", "page[after]", "page[before]", "sort"} & set(params)
    if offset and cursor:
        return [f"paging styles mixed: {offset | cursor}"]
    if offset:
        deep = int(params.get("page", "1")) * int(params["per_page"]) > 10_000
        return ["a page too deep"] if deep else []
    said = []
    if not 1 <= int(params["page[size]"]) <= 100:
        said.append(f"page[size] {params['page[size]']}")
    if {"page[after]", "page[before]"} <= set(params):
        said.append("two cursors")
    if params["sort"] not in ("created_at", "-created_at"):
        said.append("sort")
    if params["sort"] == "created_at" and "filter[created_at][]" not in params:
        said.append("rising without a range chases the tail")
    return said
