"""The exceptions that leave auditql, one tree.

* AuditQLError
    * QueryError            the text is wrong; holds every Diagnostic
    * ConfigurationError    settings, credentials or files are wrong; nothing was sent
    * RunError              the query was run and did not end well
        * ConnectionFailed      no answer could be had; may be tried again
        * AuthenticationFailed  401 or 403: credential, plan or scope
        * RateLimited           the account's limit held for longer than allowed
        * ApiError              the API refused, or answered what was not promised
        * PartialAnswer         rows were given out and the rest could not be had
        * TooManyGroups         a stage would have to hold more than it may
        * MirrorDamaged         the local mirror does not hold what was put into it
    * OutputError           the answer could not be written

A problem with the text is a diagnostic inside QueryError. Exceptions of other
libraries are mapped at the boundary, `from` their cause unless that could hold
a credential (httpx's hold the request). All of them can be pickled.
"""

from collections.abc import Sequence

from auditql.diagnostics.model import Diagnostic


class AuditQLError(Exception):
    """Every error of auditql."""


class QueryError(AuditQLError):
    """The query text cannot be run.

        >>> try:
        ...     auditql.compile("action = logni limit 5")
        ... except auditql.QueryError as error:
        ...     for fault in error.diagnostics:
        ...         print(f"{fault.code.value}: {fault.message}; {fault.help}")
        unknown-value: `action` is never `logni`; did you mean `login`?

    Attributes:
        diagnostics: everything found, warnings included, in the order of the text.
        text: the text they point into.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic], text: str) -> None:
        """Hold the diagnostics; at least one of them is an error."""
        self.diagnostics = tuple(diagnostics)
        self.text = text
        errors = [d for d in self.diagnostics if d.is_error]
        super().__init__("; ".join(f"{d.code.value}: {d.message}" for d in errors))

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Pickle it whole: by itself an exception keeps its message alone."""
        return type(self), (self.diagnostics, self.text)


class ConfigurationError(AuditQLError):
    """Settings, credentials or an input file cannot be used; nothing was sent."""


class RunError(AuditQLError):
    """The query was sent and did not end well.

    Attributes:
        status: HTTP status of the answer that ended it; None without an answer.
        request_id: the service's X-Request-Id, to quote to Zendesk; None if absent.
    """

    def __init__(
        self, message: str, *, status: int | None = None, request_id: str | None = None
    ) -> None:
        """Hold what is known; the message is safe to show."""
        super().__init__(message)
        self.status = status
        self.request_id = request_id


class ConnectionFailed(RunError):
    """No answer could be had; the same call may succeed later."""


class AuthenticationFailed(RunError):
    """The service refused the credential, the plan or the scope (401, 403)."""


class RateLimited(RunError):
    """The account's rate limit held for longer than the run may last."""


class ApiError(RunError):
    """The API refused the request or answered something that was not promised."""


class PartialAnswer(RunError):
    """The answer is not complete: rows are out and a read failed, or work ran out."""


class TooManyGroups(RunError):
    """A stage met more groups or different values than it may hold at a time."""


class MirrorDamaged(RunError):
    """The local mirror does not hold what was put into it; it can be read anew."""


class OutputError(AuditQLError):
    """The answer could not be written."""
