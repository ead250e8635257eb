"""Checkpoints: what is kept of an answer that stops, so that it can go on.

In: what was asked, how far the answer is out. Out: bytes of JSON, with their own
SHA-256; and back, every value checked. No secret is in them, but the text of the
query is. Nothing is read or written here.
"""

import hashlib
import json
from typing import TypeVar

from auditql.catalog.forms import form
from auditql.errors import ConfigurationError
from auditql.plan.plan import Plan
from auditql.results.formats import Begun
from auditql.results.position import Position
from auditql.runtime.client_settings import MirrorUse
from auditql.runtime.parts import Written

SCHEMA = 1
"""Grows when a checkpoint of an older version cannot be read any more."""

_MARK = "auditql_checkpoint"

T = TypeVar("T", int, str)


@form
class Asking:
    """What was asked: all that decides the rest of an answer.

    Attributes:
        text: of the query.
        parameters: name and value of each parameter, as they are written.
        now_s: the frozen now, in seconds since 1970 UTC.
        zone: of days and hours; None for the default.
        limit: most rows, beside what the text says; None for all.
        format: how rows are written.
        columns: those chosen, as they were written; None for all.
        csv_exact: csv and tsv are not guarded.
        account: the origin that was asked, or the place of the records.
        plan: `plan_hash` of the plan.
        version: of auditql.
        source: whether the mirror answered where it could, never, or alone; None
            where no account was asked: such an answer never goes on.
        mirror: the times that were read out of it.
    """

    text: str
    parameters: tuple[tuple[str, str], ...]
    now_s: int
    zone: str | None
    limit: int | None
    format: str
    columns: str | None
    csv_exact: bool
    account: str
    plan: str
    version: str
    source: MirrorUse | None = "api"
    mirror: tuple[tuple[int, int], ...] = ()


@form
class Checkpoint:
    """An answer that stopped.

    Attributes:
        asking: what was asked.
        position: how far it is out.
        begun: what the text of the rest depends on.
        written: what of the part counts; None where rows went to standard output.
        server_s: the server's time of the first answer; None where it told none.
        manifest: a manifest is wanted beside the file.
    """

    asking: Asking
    position: Position
    begun: Begun
    written: Written | None
    server_s: int | None
    manifest: bool


def plan_hash(plan: Plan) -> str:
    """SHA-256 of what a plan asks and in which order it reads, warnings left out."""
    asked = plan.to_json() | {"groups": plan.groups, "descending": plan.descending}
    del asked["diagnostics"], asked["mirror"]  # of the plan before it was parted
    return hashlib.sha256(_canonical(asked)).hexdigest()


def to_bytes(checkpoint: Checkpoint) -> bytes:
    """The checkpoint as a file holds it."""
    asking, position = checkpoint.asking, checkpoint.position
    written, begun = checkpoint.written, checkpoint.begun
    content = {
        "query": asking.text,
        "parameters": asking.parameters,
        "now": asking.now_s,
        "tz": asking.zone,
        "limit": asking.limit,
        "format": asking.format,
        "columns": asking.columns,
        "csv_exact": asking.csv_exact,
        "account": asking.account,
        "plan": asking.plan,
        "version": asking.version,
        "source": asking.source,
        "mirror": asking.mirror,
        "rows": position.rows,
        "second": position.second,
        "ids": position.ids,
        "heading": begun.columns,
        "late": begun.late,
        "bytes": None if written is None else written.bytes,
        "sha256": None if written is None else written.sha256,
        "server": checkpoint.server_s,
        "manifest": checkpoint.manifest,
    }
    digest = hashlib.sha256(_canonical(content)).hexdigest()
    return _canonical({_MARK: SCHEMA, "sha256": digest, "of": content}) + b"\n"


def from_bytes(content: bytes, name: str) -> Checkpoint:
    """The checkpoint that a file holds.

    Args:
        content: of the file.
        name: of the file, for messages.

    Raises:
        ConfigurationError: it is none, it is damaged, or another version's.
    """
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or _MARK not in found:
        raise ConfigurationError(f"{name} is no checkpoint of auditql")
    if found[_MARK] != SCHEMA:
        raise ConfigurationError(
            f"{name} was written by another version of auditql; go on with that one, "
            "or run the query again from the beginning"
        )
    try:
        return _checkpoint(found.get("of"), found.get("sha256"))
    except (_Damaged, KeyError):
        raise ConfigurationError(
            f"{name} is damaged; run the query again from the beginning"
        ) from None


class _Damaged(Exception):
    """A value of a checkpoint is not what it must be."""


def _checkpoint(kept: object, digest: object) -> Checkpoint:
    """The checkpoint of a decoded file.

    Raises:
        _Damaged: it does not have its SHA-256, or a value is none that it can be.
        KeyError: a value is not there.
    """
    if digest != hashlib.sha256(_canonical(kept)).hexdigest():
        raise _Damaged
    if not isinstance(kept, dict):
        raise _Damaged
    asking = Asking(
        _one(str, kept["query"]),
        tuple(_pair(pair) for pair in _list(kept["parameters"])),
        _one(int, kept["now"]),
        _maybe(str, kept["tz"]),
        _maybe(int, kept["limit"]),
        _one(str, kept["format"]),
        _maybe(str, kept["columns"]),
        _flag(kept["csv_exact"]),
        _one(str, kept["account"]),
        _one(str, kept["plan"]),
        _one(str, kept["version"]),
        _use(kept.get("source", "api")),
        tuple(_time(time) for time in _list(kept.get("mirror", []))),
    )
    heading = kept["heading"]
    length = _maybe(int, kept["bytes"])
    written = None if length is None else Written(length, _one(str, kept["sha256"]))
    return Checkpoint(
        asking,
        Position(
            _one(int, kept["rows"]), _one(int, kept["second"]), _all(int, kept["ids"])
        ),
        Begun(None if heading is None else _all(str, heading), _all(str, kept["late"])),
        written,
        _maybe(int, kept["server"]),
        _flag(kept["manifest"]),
    )


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def _one(kind: type[T], value: object) -> T:
    if isinstance(value, kind) and not isinstance(value, bool):
        return value
    raise _Damaged


def _maybe(kind: type[T], value: object) -> T | None:
    return None if value is None else _one(kind, value)


def _list(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    raise _Damaged


def _all(kind: type[T], value: object) -> tuple[T, ...]:
    return tuple(_one(kind, each) for each in _list(value))


def _pair(value: object) -> tuple[str, str]:
    match _all(str, value):
        case (name, text):
            return name, text
        case _:
            raise _Damaged


def _use(value: object) -> MirrorUse:
    match value:
        case "auto" | "api" | "mirror":
            return value
        case _:
            raise _Damaged


def _time(value: object) -> tuple[int, int]:
    match _all(int, value):
        case (start, end) if start < end:
            return start, end
        case _:
            raise _Damaged


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise _Damaged
