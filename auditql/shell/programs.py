"""A plan's requests as a program in Python, for httpx.

In: a plan and the account's base address. Out: the text of a program that runs
as it stands where ZENDESK_OAUTH_TOKEN holds a token, and prints one record a
line. It holds no more than the plan needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from auditql.plan.model import Mode
from auditql.shell.request_notes import is_cut_by_service, of_whole_reads

if TYPE_CHECKING:
    from auditql.plan.model import Request
    from auditql.plan.plan import Plan

_BEGIN = """\
import json
import os{imports}

import httpx

client = httpx.Client(
    base_url={base!r},
    headers={{"Authorization": f"Bearer {{os.environ['ZENDESK_OAUTH_TOKEN']}}"}},
    timeout=60,
)


def ask(path, params):
    response = client.get(path, params=params)
    response.raise_for_status()
    return response.json()
"""

_READS: Mapping[Mode, tuple[str, str]] = MappingProxyType(
    {
        Mode.CURSOR: (
            "every_page",
            """\
def every_page(path, params):
    after = []
    while True:
        page = ask(path, [*params, *after])
        yield from page["audit_logs"]
        if not page["meta"]["has_more"]:
            return
        after = [("page[after]", page["meta"]["after_cursor"])]
""",
        ),
        Mode.ONE_PAGE: (
            "one_page",
            """\
def one_page(path, params):
    return ask(path, params)["audit_logs"]
""",
        ),
        Mode.LOOKUP: (
            "look_up",
            """\
def look_up(path, params):
    response = client.get(path)
    if response.status_code == 404:
        return []  # there is no such record
    response.raise_for_status()
    return [response.json()["audit_log"]]
""",
        ),
        Mode.COUNT: (
            "count",
            """\
def count(path, params):
    return [{"count": ask(path, params)["count"]}]
""",
        ),
    }
)
"""By mode, the function that reads a request: its name and its text."""

_ISLICE = "\nfrom itertools import islice"

_END = """\
with client:
    for read, path, params in requests:
        for record in {records}:
            print(json.dumps(record))
"""


def program(plan: Plan, base: str) -> str:
    """The program; nothing where the plan asks nothing.

    Parameters are a list of pairs, because a name may stand several times. The
    next page is asked for with the same parameters and the cursor; links of an
    answer are not followed.
    """
    if not plan.requests:
        return ""
    comments = "".join(f"# {note}\n" for note in of_whole_reads(plan))
    modes = dict.fromkeys(request.mode for request in plan.requests)
    reads = "\n\n".join(_READS[mode][1] for mode in modes)
    requests = "".join(map(_listed, plan.requests))
    records, imports = "read(path, params)", ""
    if plan.limit is not None and is_cut_by_service(plan):
        records, imports = f"islice({records}, {plan.limit})", _ISLICE
    return (
        f"{comments}{_BEGIN.format(base=base, imports=imports)}\n\n{reads}\n\n"
        f"requests = [\n{requests}]\n{_END.format(records=records)}"
    )


def _listed(request: Request) -> str:
    """A request as an element of a list."""
    pairs = "".join(f"        ({key!r}, {value!r}),\n" for key, value in request.params)
    return f"    ({_READS[request.mode][0]}, {request.path!r}, [\n{pairs}    ]),\n"
