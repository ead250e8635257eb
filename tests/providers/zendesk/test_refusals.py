"""Answers that are errors, told apart by status and body."""

import pytest
from replay import Replay, read, reader, said, scan

from auditql.emulator import AsyncEmulatorTransport, Emulator
from auditql.errors import ApiError, AuthenticationFailed, RateLimited
from auditql.plan.model import Mode
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


PAGE = ("page[size]", "5")
REFUSED = "the service refused the request (400)"


@pytest.mark.parametrize(
    ("mode", "params", "cause"),
    [
        (Mode.ONE_PAGE, (PAGE, ("page[after]", "abc")), "the cursor of `after`"),
        (Mode.ONE_PAGE, (PAGE, ("page[before]", "abc")), "the cursor of `before`"),
        (
            Mode.CURSOR,
            (("filter[source_id]", "7"), PAGE),
            "the condition on `source_id`",
        ),
        (
            Mode.CURSOR,
            (("filter[actor_id][]", "x"), ("filter[actor_id][]", "y"), PAGE),
            "the condition on `actor_id`",
        ),
        (
            Mode.ONE_PAGE,
            (("filter[created_at][]", "x"), ("filter[created_at][]", "y"), PAGE),
            "the condition on `created_at`",
        ),
    ],
)
def test_a_refusal_is_said_of_what_caused_it(
    mode: Mode, params: tuple[tuple[str, str], ...], cause: str
) -> None:
    """The clause or the condition of the query, then the service's own words."""
    transport = AsyncEmulatorTransport(Emulator([]))
    with pytest.raises(ApiError) as caught:
        read(reader(transport), scan(mode, *params))
    words = str(caught.value)
    assert words.startswith(f"the service does not accept {cause} (400) — it says: In")
    assert (400, True) == (caught.value.status, caught.value.request_id is not None)


@pytest.mark.parametrize(
    ("mode", "params", "code", "words"),
    [
        (Mode.CURSOR, (), "InvalidValue", "Invalid filter[action] specified"),
        (Mode.CURSOR, (), "InvalidPaginationParameter", "page[after] is not valid"),
        (Mode.ONE_PAGE, (), "InvalidPaginationParameter", "sort is not valid"),
        (Mode.CURSOR, (("filter[action]", "login"),), "Other", "filter[action]"),
        (Mode.CURSOR, (("filter[action]", "login"),), "InvalidValue", "filter[a b]"),
    ],
)
def test_a_refusal_whose_cause_is_open_is_left_as_it_is(
    mode: Mode, params: tuple[tuple[str, str], ...], code: str, words: str
) -> None:
    """What was not asked for cannot be to blame; another code is another matter."""
    answer = said(400, {"error": code, "description": words})
    with pytest.raises(ApiError) as caught:
        read(reader(Replay(answer)), scan(mode, *params, PAGE))
    assert f"{REFUSED} — it says: {code}: {words}" == str(caught.value)
