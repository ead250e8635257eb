"""A case, and what many arrows ask of it."""

import dataclasses
from enum import Enum
from typing import Any

import auditql
from auditql.catalog.record import Record
from auditql.diagnostics.model import Diagnostic, Severity
from auditql.errors import QueryError

NOW = "2026-03-10T12:00:00Z"

Case = dict[str, Any]


def dump(node: object) -> str:
    """A tree on one line: class names, values by position, no spans."""
    if isinstance(node, tuple):
        return "[" + ", ".join(dump(n) for n in node) + "]"
    if isinstance(node, Enum):
        return node.name
    if dataclasses.is_dataclass(node):
        shown = (
            dump(getattr(node, f.name)) for f in dataclasses.fields(node) if f.repr
        )
        return f"{type(node).__name__}({', '.join(shown)})"
    return repr(node)


def compiled(case: Case) -> "auditql.Plan":
    return auditql.compile(
        case["query"],
        params=case.get("with"),
        now=case.get("now", NOW),
        tz=case.get("tz"),
    )


def found(case: Case) -> tuple[Diagnostic, ...]:
    try:
        return compiled(case).diagnostics
    except QueryError as error:
        return error.diagnostics


def codes(diagnostics: tuple[Diagnostic, ...], severity: Severity) -> list[str]:
    return [d.code.value for d in diagnostics if d.severity is severity]


def auditql_now(text: str) -> int:
    return Record.from_json({"id": 1, "created_at": text}).created_s
