"""The tree of exceptions: what each carries, and that it survives a process."""

import pickle

import pytest

import auditql
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity, Span

RUN_ERRORS = [
    auditql.RunError,
    auditql.ConnectionFailed,
    auditql.AuthenticationFailed,
    auditql.RateLimited,
    auditql.ApiError,
    auditql.PartialAnswer,
    auditql.TooManyGroups,
    auditql.MirrorDamaged,
]


def test_every_error_is_of_one_tree() -> None:
    """One `except` catches them all; a run's errors are a branch of it."""
    for error in (
        *RUN_ERRORS,
        auditql.QueryError,
        auditql.ConfigurationError,
        auditql.OutputError,
    ):
        assert issubclass(error, auditql.AuditQLError)
        assert (error in RUN_ERRORS) == issubclass(error, auditql.RunError)


@pytest.mark.parametrize("kind", RUN_ERRORS)
def test_an_error_of_a_run_is_pickled_whole(kind: type[auditql.RunError]) -> None:
    """Message, status and request id, as a worker process would hand it on."""
    error = pickle.loads(pickle.dumps(kind("no", status=503, request_id="r-1")))  # noqa: S301 - our own
    assert kind is type(error)
    assert ("no", 503, "r-1") == (str(error), error.status, error.request_id)
    assert (None, None) == (kind("no").status, kind("no").request_id)


def test_an_error_of_a_query_is_pickled_whole() -> None:
    """Every diagnostic and the text they point into."""
    with pytest.raises(auditql.QueryError) as caught:
        auditql.compile("acton = login")
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert caught.value.diagnostics == error.diagnostics
    assert ("acton = login", str(caught.value)) == (error.text, str(error))


def test_the_message_of_a_query_error_names_its_errors() -> None:
    """By code, in the order of the text; warnings are held and not named."""
    fault = Diagnostic(Code.UNKNOWN_FIELD, "no such field", Span(0, 1))
    warning = Diagnostic(
        Code.NOTHING_PUSHED, "nothing is pushed", severity=Severity.WARNING
    )
    error = auditql.QueryError([warning, fault], "x")
    assert "unknown-field: no such field" == str(error)
    assert (warning, fault) == error.diagnostics
