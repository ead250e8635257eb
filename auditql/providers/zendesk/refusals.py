"""Answers that are errors, told apart and said in one sentence.

In: status, headers and body of an answer that is not 200. Out: an exception of
the tree. The service's own words are kept, shortened; bodies come as JSON in
four shapes, as text and as HTML.
"""

import json

from auditql.errors import ApiError, AuthenticationFailed, RateLimited, RunError

MOST_WORDS = 300
"""Characters of the service's words that are shown."""


def words_of(body: bytes, content_type: str) -> str:
    """What the service said, in one line; empty for HTML and for nothing."""
    text = body[:20_000].decode("utf-8", "replace").strip()
    if "html" in content_type.lower() or text.startswith("<"):
        return ""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    said = _said(found) if isinstance(found, dict) else text
    line = " ".join(said.split())
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
    status: int, words: str, request_id: str | None, *, renewed: bool = False
) -> RunError:
    """The exception for an answer that is not 200."""
    said = f" — it says: {words}" if words else ""
    if status == 401:
        after = " also after it was renewed" if renewed else ""
        return AuthenticationFailed(
            f"the service does not accept the credential{after} (401){said}",
            status=status,
            request_id=request_id,
        )
    if status == 403:
        return AuthenticationFailed(
            f"{_forbidden(words)} (403){said}", status=status, request_id=request_id
        )
    if status == 429:
        return RateLimited(
            f"the account's rate limit holds (429){said}",
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
        message = f"the service refused the request ({status})"
    return ApiError(message + said, status=status, request_id=request_id)


def _forbidden(words: str) -> str:
    lower = words.lower()
    if "scope" in lower:
        return "the token's scope is too small: `auditlogs:read` is needed"
    if "plan" in lower or "feature" in lower or "enterprise" in lower:
        return "the account's plan has no audit log API: it comes with Enterprise"
    return "the user may not read the audit log: an admin of an Enterprise plan may"
