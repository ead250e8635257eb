"""A plan's requests as text for other tools: URLs, curl, parameters, Python.

In: a plan and the account's base address. Out: text that ends with a line
break, or nothing where the plan asks nothing. A credential is a placeholder
in all of them, never a value. What the requests leave undone is said in it,
where the tool knows comments.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.shell.programs import program
from auditql.shell.request_notes import of_first_pages, of_whole_reads

if TYPE_CHECKING:
    from auditql.plan.plan import Plan

PLACEHOLDER_BASE = "https://SUBDOMAIN.zendesk.com"
"""The account's address where none is named."""


@form
class TextFormat:
    """How requests are written.

    Attributes:
        write: makes the text of a plan and a base address.
        has_base: the address is a part of it.
        notes: what the requests leave undone; None where the text is no request.
    """

    write: Callable[[Plan, str], str]
    has_base: bool = False
    notes: Callable[[Plan], Iterable[str]] | None = None


def json_text(plan: Plan, base: str) -> str:
    """The whole plan, one JSON object; `base` is no part of it."""
    import json

    return json.dumps(plan.to_json(), ensure_ascii=False, indent=2) + "\n"


def urls(plan: Plan, base: str) -> str:
    """One URL a line, percent-encoded."""
    return "".join(request.url(base) + "\n" for request in plan.requests)


def curls(plan: Plan, base: str) -> str:
    """One command a request; the shell puts the token in when it runs."""
    comments = "".join(f"# {note}\n" for note in of_first_pages(plan))
    return comments + "".join(
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


FORMATS: Mapping[str, TextFormat] = MappingProxyType(
    {
        "json": TextFormat(json_text),
        "url": TextFormat(urls, has_base=True, notes=of_first_pages),
        "curl": TextFormat(curls, has_base=True, notes=of_first_pages),
        "params": TextFormat(pairs),
        "python": TextFormat(program, has_base=True, notes=of_whole_reads),
    }
)
"""The formats of `auditql compile`, by name."""
