"""An answer that fails: its own error before any row, a partial answer after."""

import pytest
from asking import ALL, NOW, Failing, settings

import auditql


def test_a_failure_before_any_row_is_its_own_error(ask, emulator) -> None:
    """And not a partial answer."""
    made = settings(emulator, transport=Failing(emulator, 0, 503))
    with pytest.raises(auditql.ApiError, match=r"\(503\)") as caught:
        ask(made, ALL)
    assert (503, "req-9") == (caught.value.status, caught.value.request_id)


def test_a_failure_after_rows_is_a_partial_answer(ask, emulator) -> None:
    """It says how many rows are out; status and request id are kept."""
    made = settings(emulator, transport=Failing(emulator, 2, 502))
    with pytest.raises(auditql.PartialAnswer, match="200 rows are out") as caught:
        ask(made, ALL)
    assert (502, "req-9") == (caught.value.status, caught.value.request_id)


def test_an_answer_is_partial_by_its_own_rows(emulator) -> None:
    """Those of an earlier query of the same client do not count."""
    transport = Failing(emulator, 1, 503)
    with auditql.Client(**settings(emulator, transport=transport)) as client:
        assert 5 == len(list(client.query("limit 5", now=NOW)))
        with pytest.raises(auditql.ApiError):
            list(client.query(ALL, now=NOW))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"<html>", auditql.ApiError),
        (200, b"", auditql.ApiError),
        (200, b'{"audit_logs":[]}', auditql.ApiError),
        (400, b'{"error":"InvalidValue"}', auditql.ApiError),
        (401, b"{}", auditql.AuthenticationFailed),
        (403, b"{}", auditql.AuthenticationFailed),
        (404, b"{}", auditql.ApiError),
        (429, b"", auditql.RateLimited),
        (500, b"", auditql.ApiError),
    ],
)
def test_no_refusal_is_an_empty_answer(
    ask, emulator, status: int, body: bytes, kind: type[auditql.RunError]
) -> None:
    """Each is an error of the tree."""
    with pytest.raises(kind):
        ask(settings(emulator, transport=Failing(emulator, 0, status, body)), ALL)


@pytest.mark.parametrize("most", [1, 2, 5, 9])
def test_a_bounded_answer_is_as_long_as_requests_allow(emulator, most: int) -> None:
    """A page for each of them, though usually several cursors read; and it says so."""
    with auditql.Client(**settings(emulator, max_requests=most)) as client:
        rows = client.query(ALL, now=NOW)
        ids = [next(rows)["id"] for _ in range(100 * most)]
        made = f"{most} request(s are| is) made, the most that were allowed"
        with pytest.raises(auditql.PartialAnswer, match=made):
            next(rows)
    assert list(emulator.store.ids)[: 100 * most] == ids
    assert most == len(emulator.requests)


def test_requests_of_a_client_are_bounded(ask, emulator) -> None:
    """Three pages are out, the rest is said to be missing."""
    with pytest.raises(auditql.PartialAnswer, match="3 requests are made"):
        ask(settings(emulator, max_requests=3), ALL)
    assert 3 == len(emulator.requests)
