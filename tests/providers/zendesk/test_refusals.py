"""Answers that are errors, told apart by status and body."""

import pytest

from auditql.errors import ApiError, AuthenticationFailed, RateLimited
from auditql.providers.zendesk.refusals import MOST_WORDS, refusal, words_of
from auditql.providers.zendesk.secret import Mask, Secret

JSON = "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (b'{"error":"InvalidValue","description":"no"}', JSON, "InvalidValue: no"),
        (
            b'{"error":"invalid_token","error_description":"x"}',
            JSON,
            "invalid_token: x",
        ),
        (b'{"error":"Couldn\'t authenticate you"}', JSON, "Couldn't authenticate you"),
        (b'{"error":{"title":"Forbidden","message":"m"}}', JSON, "Forbidden: m"),
        (b'{"errors":[{"code":"Depth","title":"t","detail":"d"}]}', JSON, "Depth: t"),
        (b'{"errors":[]}', JSON, ""),
        (b'{"errors":"x","error":7,"description":[]}', JSON, ""),
        (b"{}", JSON, ""),
        (b"[1]", JSON, "[1]"),
        (b'{"error":', JSON, '{"error":'),
        (b"[" * 19_000, JSON, "[" * (MOST_WORDS - 1) + "…"),
        (
            b"Number of  requests\nexceeded ",
            "text/plain",
            "Number of requests exceeded",
        ),
        (b"", "", ""),
        (b"\xff\xfe", "text/plain", "\ufffd\ufffd"),
        (b"<html>down</html>", "text/html", ""),
        (b"<!DOCTYPE html>", JSON, ""),
        (b"x" * 20_001, "text/plain", ""),
    ],
)
def test_the_service_is_quoted_in_one_line(
    body: bytes, content_type: str, words: str
) -> None:
    """Four shapes of JSON, text; nothing of HTML or of what is too long."""
    assert words == words_of(body, content_type, str)


@pytest.mark.parametrize("offset", range(MOST_WORDS - 14, MOST_WORDS + 2))
def test_secrets_are_masked_before_words_are_cut(offset: int) -> None:
    """Half a token at the edge is a token shown."""
    mask = Mask([Secret("canary-token", "x")])
    words = words_of(b"-" * offset + b"canary-token" * 3, "text/plain", mask)
    assert "can" not in words
    assert len(words) <= MOST_WORDS


@pytest.mark.parametrize(
    ("status", "words", "kind", "said"),
    [
        (
            400,
            "InvalidValue: x",
            ApiError,
            r"refused the request \(400\).*InvalidValue",
        ),
        (401, "", AuthenticationFailed, r"does not accept the credential \(401\)"),
        (403, "Forbidden: You do not have access", AuthenticationFailed, "admin"),
        (
            403,
            "missing the following required scopes: read",
            AuthenticationFailed,
            "scope",
        ),
        (403, "not in your plan", AuthenticationFailed, "plan"),
        (403, "Explanation follows", AuthenticationFailed, "admin"),
        (403, "", AuthenticationFailed, "admin"),
        (404, "InvalidEndpoint: Not found", ApiError, "no audit log at that address"),
        (422, "RecordInvalid", ApiError, r"\(422\)"),
        (429, "", RateLimited, r"\(429\)"),
        (204, "", ApiError, r"refused the request \(204\)"),
        (302, "", ApiError, "not followed"),
        (503, "", ApiError, r"failed \(503\)"),
    ],
)
def test_each_status_is_an_error_of_its_own(
    status: int, words: str, kind: type, said: str
) -> None:
    """With the status and the request id."""
    error = refusal(status, words, "req-1", help_="")
    assert kind is type(error)
    assert (status, "req-1") == (error.status, error.request_id)
    with pytest.raises(kind, match=said):
        raise error


def test_what_is_known_beside_it_comes_before_the_services_words() -> None:
    """Our words first, theirs marked as theirs."""
    error = refusal(401, "no", None, help_="idle for 30 days")
    assert (
        "the service does not accept the credential (401); idle for 30 days"
        " — it says: no"
    ) == str(error)
