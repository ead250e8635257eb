"""A plan's requests as text for other tools: URLs, curl, parameters, Python.

In: a plan and the account's base address. Out: text that ends with a line
break, or nothing where the plan asks nothing. A credential is a placeholder
in all of them, never a value.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditql.plan.plan import Plan

PLACEHOLDER_BASE = "https://SUBDOMAIN.zendesk.com"
"""The account's address where the environment names none."""


def json_text(plan: Plan, base: str) -> str:
    """The whole plan, one JSON object; `base` is no part of it."""
    import json

    return json.dumps(plan.to_json(), ensure_ascii=False, indent=2) + "\n"


def urls(plan: Plan, base: str) -> str:
    """One URL a line, percent-encoded."""
    return "".join(request.url(base) + "\n" for request in plan.requests)


def curls(plan: Plan, base: str) -> str:
    """One command a request; the shell puts the token in when it runs."""
    return "".join(
        "curl --silent --show-error --fail --globoff"
        ' --header "Authorization: Bearer $ZENDESK_OAUTH_TOKEN"'
        f" {shlex.quote(request.url(base))}\n"
        for request in plan.requests
    )


def pairs(plan: Plan, base: str) -> str:
    """One `key=value` a line, not encoded; an empty line between requests."""
    return "\n".join(
        "".join(f"{key}={value}\n" for key, value in request.params)
        for request in plan.requests
    )


def python(plan: Plan, base: str) -> str:
    """A program for httpx that reads the first page of each request.

    It runs as it stands where ZENDESK_OAUTH_TOKEN holds a token. The
    parameters are a list of pairs, because a name may stand several times.
    """
    if not plan.requests:
        return ""
    requests = "".join(
        f"    ({request.path!r}, [\n"
        + "".join(f"        ({key!r}, {value!r}),\n" for key, value in request.params)
        + "    ]),\n"
        for request in plan.requests
    )
    return _PROGRAM.format(base=base, requests=requests)


_PROGRAM = """\
import os

import httpx

requests = [
{requests}]
headers = {{"Authorization": f"Bearer {{os.environ['ZENDESK_OAUTH_TOKEN']}}"}}
with httpx.Client(base_url={base!r}, headers=headers) as client:
    for path, params in requests:
        response = client.get(path, params=params)
        response.raise_for_status()
        print(response.text)
"""

FORMATS: Mapping[str, Callable[[Plan, str], str]] = MappingProxyType(
    {"json": json_text, "url": urls, "curl": curls, "params": pairs, "python": python}
)
"""The formats of `auditql compile`, by name."""
