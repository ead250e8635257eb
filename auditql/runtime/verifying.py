"""An answer in a file against its manifest (promise P11).

In: the name of a file, that of its manifest. Out: what the manifest claims, and
where the file is not as it says. The file is read once, and nothing is written.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from typing import TypeVar

from auditql.catalog.forms import form
from auditql.catalog.strict_json import BadJson, loads
from auditql.errors import ConfigurationError
from auditql.runtime.manifest import SCHEMA, SUFFIX

MOST_BYTES = 64 * 1024 * 1024
"""Longest manifest that is read: of a long query in many requests."""

_PIECE = 1024 * 1024

T = TypeVar("T")


@form
class Claimed:
    """What a manifest says.

    Attributes:
        version: of auditql, that wrote the file.
        grammar: SHA-256 of the grammar then; None where it is not told.
        account: whose records they are, or `files`.
        query: as it was asked, in its canonical form.
        parameters: that the query took, and their values.
        limit: most rows that were wanted; None for all.
        now: of the query.
        zone: of its days and hours.
        format: of the file.
        rows: that the file has.
        complete: the answer is.
        until: up to when; None where nothing is claimed.
        reason: why it is not complete; None where it is.
        files: the names of the files that it was read from.
        bytes: of the file.
        sha256: of the file.
    """

    version: str
    grammar: str | None
    account: str
    query: str
    parameters: tuple[tuple[str, str], ...]
    limit: int | None
    now: str
    zone: str
    format: str
    rows: int
    complete: bool
    until: str | None
    reason: str | None
    files: tuple[str, ...]
    bytes: int
    sha256: str


@form
class Verdict:
    """What came of it.

    Attributes:
        claimed: what the manifest says.
        differences: where the file is otherwise, in words; none where it is equal.
        counted: the rows of the file were counted.
    """

    claimed: Claimed
    differences: tuple[str, ...]
    counted: bool


def verify(path: str, manifest: str | None = None) -> Verdict:
    """What comes of a file beside its manifest.

    Args:
        path: of the file.
        manifest: of its manifest; None for the one beside it.

    Raises:
        ConfigurationError: one of them cannot be read, or is no manifest.
    """
    claimed = _claimed(_beside(path) if manifest is None else manifest)
    count = _counter(claimed.format)
    hash_ = hashlib.sha256()
    size = 0
    for piece in _pieces(path):
        hash_.update(piece)
        size += len(piece)
        if count is not None:
            count.add(piece)
    rows = None if count is None else count.rows
    return Verdict(
        claimed,
        tuple(_differences(claimed, hash_.hexdigest(), size, rows)),
        rows is not None,
    )


def rows_of(number: int) -> str:
    """So many rows, in words."""
    return "1 row" if number == 1 else f"{number:,} rows"


def _beside(path: str) -> str:
    """The manifest of a file; one in the folder of a file that was exported."""
    own = path + SUFFIX
    if os.path.lexists(own):
        return own
    from auditql.providers.lake.months import FILE
    from auditql.providers.lake.parts import MANIFEST

    folder, name = os.path.split(path)
    return os.path.join(folder, MANIFEST) if name == FILE else own  # noqa: PTH118 - a text, as it is shown


def _differences(
    claimed: Claimed, sha256: str, size: int, rows: int | None
) -> Iterator[str]:
    if sha256 != claimed.sha256:
        yield f"its SHA-256 is {sha256}, not {claimed.sha256}"
    if size != claimed.bytes:
        yield f"it has {size:,} bytes, not {claimed.bytes:,}"
    if rows is not None and rows != claimed.rows:
        yield f"it has {rows_of(rows)}, not {claimed.rows:,}"


def _claimed(path: str) -> Claimed:
    """What a manifest says.

    Raises:
        ConfigurationError: it cannot be read, or is none.
    """
    content = bytearray()
    for piece in _pieces(path):
        content += piece
        if len(content) > MOST_BYTES:
            raise _no_manifest(path, f"it is longer than {MOST_BYTES:,} bytes")
    try:
        found = loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise _no_manifest(path, "it is not UTF-8") from None
    except BadJson as error:
        raise _no_manifest(path, f"it {error}") from None
    if not isinstance(found, dict) or "auditql_manifest" not in found:
        raise _no_manifest(path, "auditql did not write it")
    schema = found["auditql_manifest"]
    if type(schema) is not int or schema != SCHEMA:
        raise _no_manifest(path, "it is of another version of auditql")
    try:
        return _read(found)
    except KeyError as error:
        raise _no_manifest(
            path, f"its {error.args[0]} is not as it should be"
        ) from None


def _read(found: Mapping[str, object]) -> Claimed:
    """What the object says.

    Raises:
        KeyError: something is missing, or of another type; the argument names it.
    """
    file, parameters = _of(found, "file", dict), _of(found, "parameters", dict)
    files = _of(found, "files", list) if "files" in found else []
    return Claimed(
        version=_of(found, "auditql", str),
        grammar=_of(found, "grammar", str) if "grammar" in found else None,
        account=_of(found, "account", str),
        query=_of(found, "query", str),
        parameters=tuple((name, _of(parameters, name, str)) for name in parameters),
        limit=_or_none(found, "limit", int),
        now=_of(found, "now", str),
        zone=_of(found, "tz", str),
        format=_of(found, "format", str),
        rows=_of(found, "rows", int),
        complete=_of(found, "complete", bool),
        until=_or_none(found, "complete_until", str),
        reason=_or_none(found, "reason", str),
        files=tuple(_of(_part(file), "name", str) for file in files),
        bytes=_of(file, "bytes", int),
        sha256=_of(file, "sha256", str),
    )


def _part(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise KeyError("files")
    return value


def _of(found: Mapping[str, object], name: str, kind: type[T]) -> T:
    value = found[name]
    if not isinstance(value, kind) or (kind is int and value is True):
        raise KeyError(name)
    return value


def _or_none(found: Mapping[str, object], name: str, kind: type[T]) -> T | None:
    return None if found[name] is None else _of(found, name, kind)


def _pieces(path: str) -> Iterator[bytes]:
    """The bytes of a regular file.

    Raises:
        ConfigurationError: it cannot be read to its end, or is none.
    """
    try:
        # A pipe in its place would be waited for.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb", 0) as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise ConfigurationError(f"{path} is no regular file")
            while piece := file.read(_PIECE):
                yield piece
    except IsADirectoryError as error:
        raise ConfigurationError(f"{path} is a directory") from error
    except (OSError, ValueError) as error:  # ValueError: NUL in the name
        why = getattr(error, "strerror", None) or "the name cannot be used"
        raise ConfigurationError(f"{path} cannot be read: {why}") from error


def _no_manifest(path: str, why: str) -> ConfigurationError:
    return ConfigurationError(f"{path} is no manifest that can be relied on: {why}")


class _Rows:
    """Counts rows of one line each; one that lacks its line feed counts too."""

    def __init__(self, others: int, *, has_cells: bool) -> None:
        """Count nothing yet.

        Args:
            others: lines that are no rows: a heading, the brackets of an array.
            has_cells: a line feed within quotes belongs to its cell.
        """
        self._others = others
        self._has_cells = has_cells
        self._is_quoted = False
        self._feeds = 0
        self._last = b"\n"

    def add(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._last = piece[-1:]
        if not self._has_cells:
            self._feeds += piece.count(b"\n")
            return
        parts = piece.split(b'"')
        self._feeds += sum(part.count(b"\n") for part in parts[self._is_quoted :: 2])
        self._is_quoted ^= len(parts) % 2 == 0

    @property
    def rows(self) -> int:
        """How many there were."""
        return max(0, self._feeds + (self._last != b"\n") - self._others)


def _counter(format_: str) -> _Rows | None:
    """What counts the rows of a format; None where lines do not tell."""
    match format_:
        case "jsonl":
            return _Rows(0, has_cells=False)
        case "json":
            return _Rows(2, has_cells=False)
        case "csv" | "tsv":
            return _Rows(1, has_cells=True)
        case _:
            return None
