"""AuditQL: a query language for Zendesk's audit log, and its compiler.

    >>> import auditql
    >>> plan = auditql.compile("action = login and ip_address in 10.0.0.0/8 limit 9")
    >>> plan.requests[0].params[0], plan.residual
    (('filter[action]', 'login'), 'ip_address in 10.0.0.0/8')
    >>> with auditql.Client() as client:  # the account that the environment names
    ...     for row in client.query("action = exported and created_at >= -30d"):
    ...         print(row["actor_name"], "exported", row["source_label"])
    Ada Example exported User data

Names are loaded when first asked for: importing this package loads nothing,
compiling loads the parser, and only a client loads what speaks HTTP. What is
not named here may change without notice.
"""

TYPE_CHECKING = False  # `typing` takes as long to load as the interpreter itself
if TYPE_CHECKING:
    from auditql import emulator
    from auditql.catalog.record import Record
    from auditql.diagnostics.model import Diagnostic
    from auditql.errors import (
        ApiError,
        AuditQLError,
        AuthenticationFailed,
        ConfigurationError,
        ConnectionFailed,
        MirrorDamaged,
        OutputError,
        PartialAnswer,
        QueryError,
        RateLimited,
        RunError,
        TooManyGroups,
    )
    from auditql.language.parser import parse
    from auditql.library.files import SavedQuery, load
    from auditql.plan.plan import Plan
    from auditql.providers.zendesk.auth import ApiToken, Bearer, ClientCredentials
    from auditql.providers.zendesk.secret import Secret
    from auditql.results.completeness import Completeness
    from auditql.runtime.blocking import Client
    from auditql.runtime.client import AsyncClient
    from auditql.runtime.client_settings import Row
    from auditql.runtime.compile import compile_text as compile
    from auditql.runtime.compile import format_text as format
    from auditql.runtime.from_files import read_file
    from auditql.runtime.given import answer

__version__ = "0.1.0"

__all__ = [
    "ApiError",
    "ApiToken",
    "AsyncClient",
    "AuditQLError",
    "AuthenticationFailed",
    "Bearer",
    "Client",
    "ClientCredentials",
    "Completeness",
    "ConfigurationError",
    "ConnectionFailed",
    "Diagnostic",
    "MirrorDamaged",
    "OutputError",
    "PartialAnswer",
    "Plan",
    "QueryError",
    "RateLimited",
    "Record",
    "Row",
    "RunError",
    "SavedQuery",
    "Secret",
    "TooManyGroups",
    "__version__",
    "answer",
    "compile",
    "emulator",
    "format",
    "load",
    "parse",
    "read_file",
]

_HOMES = {
    "ApiError": "auditql.errors:ApiError",
    "ApiToken": "auditql.providers.zendesk.auth:ApiToken",
    "AsyncClient": "auditql.runtime.client:AsyncClient",
    "AuditQLError": "auditql.errors:AuditQLError",
    "AuthenticationFailed": "auditql.errors:AuthenticationFailed",
    "Bearer": "auditql.providers.zendesk.auth:Bearer",
    "Client": "auditql.runtime.blocking:Client",
    "ClientCredentials": "auditql.providers.zendesk.auth:ClientCredentials",
    "Completeness": "auditql.results.completeness:Completeness",
    "ConfigurationError": "auditql.errors:ConfigurationError",
    "ConnectionFailed": "auditql.errors:ConnectionFailed",
    "Diagnostic": "auditql.diagnostics.model:Diagnostic",
    "MirrorDamaged": "auditql.errors:MirrorDamaged",
    "OutputError": "auditql.errors:OutputError",
    "PartialAnswer": "auditql.errors:PartialAnswer",
    "Plan": "auditql.plan.plan:Plan",
    "QueryError": "auditql.errors:QueryError",
    "RateLimited": "auditql.errors:RateLimited",
    "Record": "auditql.catalog.record:Record",
    "Row": "auditql.runtime.client_settings:Row",
    "RunError": "auditql.errors:RunError",
    "SavedQuery": "auditql.library.files:SavedQuery",
    "Secret": "auditql.providers.zendesk.secret:Secret",
    "TooManyGroups": "auditql.errors:TooManyGroups",
    "answer": "auditql.runtime.given:answer",
    "compile": "auditql.runtime.compile:compile_text",
    "emulator": "auditql.emulator:",
    "format": "auditql.runtime.compile:format_text",
    "load": "auditql.library.files:load",
    "parse": "auditql.language.parser:parse",
    "read_file": "auditql.runtime.from_files:read_file",
}


def __getattr__(name: str) -> object:
    """The public name, from the module that holds it, kept for the next call."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    path, _, attribute = home.partition(":")
    module = import_module(path)
    value: object = getattr(module, attribute) if attribute else module
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, without loading any."""
    return __all__
