"""Answers that are errors, told apart and said in one sentence.

In: status, request id and words of an answer that is not 200. Out: an
exception of the tree. The service's own words are kept, shortened; bodies come
as JSON in four shapes, as text and as HTML (Zendesk's API reference, and
recorded answers).
"""

import json
import re
from collections.abc import Callable

from auditql.errors import ApiError, AuthenticationFailed, RateLimited, RunError
from auditql.plan.model import Mode, Request

MOST_WORDS = 300
"""Characters of the service's words that are shown."""

_MOST_BYTES = 20_000
_BAD_REQUEST = 400
_REFUSED = "the service refused the request"
_BAD_PAGING = "InvalidPaginationParameter: "
_BAD_VALUE = re.compile(r"InvalidValue: .*?\bfilter\[(\w+)\]")
_PLAN = re.compile(r"\b(plan|feature|enterprise)\b")


def words_of(body: bytes, content_type: str, mask: Callable[[str], str]) -> str:
    """What the service said, in one line.

    Empty for HTML, for nothing, and for more than an error has to say.

    Args:
        body: the whole body.
        content_type: as the answer names it.
        mask: takes secrets out, before anything is cut.
    """
    if len(body) > _MOST_BYTES:
        return ""
    text = body.decode("utf-8", "replace").strip()
    if "html" in content_type.lower() or text.startswith("<"):
        return ""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    said = _said(found) if isinstance(found, dict) else text
    line = mask(" ".join(said.split()))
    return line if len(line) <= MOST_WORDS else line[: MOST_WORDS - 1] + "…"


def _said(body: dict[object, object]) -> str:
    errors = body.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        first = errors[0]
        parts = [first.get("code"), first.get("title")]
    else:
        error = body.get("error")
        if isinstance(error, dict):
            parts = [error.get("title"), error.get("message")]
        else:
            parts = [error, body.get("description") or body.get("error_description")]
    return ": ".join(part for part in parts if isinstance(part, str) and part)


def refusal(
    status: int, words: str, request_id: str | None, *, help_: str = ""
) -> RunError:
    """The exception for an answer that is not 200.

    Args:
        status: HTTP status.
        words: the service's own, safe to show.
        request_id: the service's name for the exchange.
        help_: what is known beside it, such as how often it was asked.
    """
    more = (f"; {help_}" if help_ else "") + (f" — it says: {words}" if words else "")
    if status == 401:
        return AuthenticationFailed(
            f"the service does not accept the credential (401){more}",
            status=status,
            request_id=request_id,
        )
    if status == 403:
        return AuthenticationFailed(
            f"{_forbidden(words)} (403){more}", status=status, request_id=request_id
        )
    if status == 429:
        return RateLimited(
            f"the account's rate limit holds (429){more}",
            status=status,
            request_id=request_id,
        )
    if status == 404:
        message = "this account has no audit log at that address (404)"
    elif 300 <= status < 400:
        message = f"the service points elsewhere, which is not followed ({status})"
    elif status >= 500:
        message = f"the service failed ({status})"
    else:
        message = f"{_REFUSED} ({status})"
    return ApiError(message + more, status=status, request_id=request_id)


def blamed(error: ApiError, request: Request) -> ApiError:
    """The error, said of the condition or the clause that caused it, if one did.

    The service's own words stay: they say more than its code does. A cursor is
    the person's where one page is asked for; any other is the read's own affair.
    """
    words = str(error)
    if error.status != _BAD_REQUEST or not words.startswith(_REFUSED):
        return error
    cause = _cause(words, request)
    if cause is None:
        return error
    return ApiError(
        f"the service does not accept {cause}{words.removeprefix(_REFUSED)}",
        status=error.status,
        request_id=error.request_id,
    )


def _cause(words: str, request: Request) -> str | None:
    """What of the query the service's words are about; None where that is open."""
    names = {name for name, _ in request.params}
    if _BAD_PAGING in words and request.mode is Mode.ONE_PAGE:
        for side in ("after", "before"):
            if f"page[{side}]" in names:
                return f"the cursor of `{side}`"
    found = _BAD_VALUE.search(words)
    if found is None or not names & {f"filter[{found[1]}]", f"filter[{found[1]}][]"}:
        return None
    return f"the condition on `{found[1]}`"


def _forbidden(words: str) -> str:
    lower = words.lower()
    if "scope" in lower:
        return "the token's scope is too small: `auditlogs:read` is needed"
    if _PLAN.search(lower):
        return "the account's plan has no audit log API: it comes with Enterprise"
    return "the user may not read the audit log: an admin of an Enterprise plan may"
