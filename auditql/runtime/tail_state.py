"""Where a followed query stands, in a file: so that a restart repeats and loses none.

In: what is followed, how far it is out. Out: a file of mode 0600 that is replaced
whole, and one run alone at a time. Nothing secret is in it.
"""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from auditql.catalog.forms import form
from auditql.errors import ConfigurationError, OutputError
from auditql.results.formats import Begun
from auditql.runtime.following import Mark
from auditql.runtime.profiles import private

FORMAT = 2
"""Which keys there are and what they mean."""

_MOST_BYTES = 256 * 1024 * 1024


@form
class Followed:
    """What is followed and where it goes; a state is of exactly this.

    Attributes:
        account: origin of the account, `https://acme.zendesk.com`.
        text: of the query.
        parameters: as they were written.
        zone: of days and hours; None for the text's own, or UTC.
        format: of the rows.
        output: the file that rows are added to; None for standard output.
    """

    account: str
    text: str
    parameters: tuple[tuple[str, str], ...]
    zone: str | None
    format: str
    output: str | None

    def to_json(self) -> dict[str, object]:
        """Plain values, in the order they are written."""
        return {
            "account": self.account,
            "query": self.text,
            "parameters": [list(pair) for pair in self.parameters],
            "tz": self.zone,
            "format": self.format,
            "output": self.output,
        }

    def name(self) -> str:
        """The name of its state in a folder of many; a file has one state alone."""
        if self.output is not None:
            target = os.fsencode(os.path.realpath(self.output))
            return f"file-{hashlib.sha256(target).hexdigest()[:16]}.json"
        text = json.dumps(self.to_json(), ensure_ascii=True)
        host = self.account.split("//")[-1].replace(":", "_")
        return f"{host}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"


@form
class Standing:
    """How far it is out.

    Attributes:
        now_s: the frozen now of the query, in seconds since 1970 UTC.
        mark: of the rows that are out.
        bytes: of the output file that hold them; None for standard output.
        most_bytes: that the output file may have, if a run was killed while it wrote.
        begun: what of the format the rest depends on; None for nothing.
    """

    now_s: int
    mark: Mark
    bytes: int | None = None
    begun: Begun | None = None
    most_bytes: int | None = None


def folder() -> Path:
    """Where states are that nobody named; it need not exist."""
    import platformdirs

    found = Path(platformdirs.user_state_dir("auditql", appauthor=False))
    return found / "tail" if found.is_absolute() else Path("/nonexistent/auditql")


class StateFile:
    """The state of one followed query, for this run alone; used with `with`.

    Attributes:
        path: of the file.
        standing: what it said when it was opened; None where there was none.
    """

    def __init__(self, path: Path, followed: Followed) -> None:
        """Lock and read it.

        Raises:
            ConfigurationError: another run holds it, it is of another query, or it
                cannot be used.
        """
        self.path = path
        self._followed = followed
        self._handle = _locked(path)
        try:
            self.standing = self._read()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "StateFile":
        """The file itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let others have it."""
        self.close()

    def close(self) -> None:
        """Let others have it."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def save(self, standing: Standing) -> None:
        """Put it on the disk in place of what was there, whole or not at all.

        Raises:
            OutputError: it cannot be written.
        """
        mark, begun = standing.mark, standing.begun
        value = {
            "state": FORMAT,
            **self._followed.to_json(),
            "now_s": standing.now_s,
            "settled_s": mark.settled_s,
            "seen": [
                [number, second, digest]
                for number, contents in mark.seen.items()
                for digest, second in contents.items()
            ],
            "bytes": standing.bytes,
            "most_bytes": standing.most_bytes,
            "begun": None if begun is None else [begun.columns, begun.late],
        }
        try:
            private.replace(self.path, json.dumps(value).encode("ascii") + b"\n")
        except ConfigurationError as error:
            raise OutputError(str(error)) from error

    def begin_file(self) -> None:
        """Say that no byte of the output file counts: a new one is about to be made.

        Raises:
            OutputError: it cannot be written.
        """
        if self.standing is not None:
            self.standing = replace(self.standing, bytes=0, begun=None, most_bytes=None)
            self.save(self.standing)

    def _read(self) -> Standing | None:
        content = private.read(self.path, most_bytes=_MOST_BYTES)
        if content is None:
            return None
        try:
            value = json.loads(content)
            if not isinstance(value, dict) or value.get("state") != FORMAT:
                raise ValueError  # noqa: TRY301 - told below, as all else
            other = [k for k, v in self._followed.to_json().items() if value[k] != v]
            standing = _standing(value)
        except (ValueError, KeyError, TypeError, RecursionError):
            raise ConfigurationError(
                f"{self.path} is no state of a followed query that this version reads;"
                " move it away to begin anew"
            ) from None
        if other:
            raise ConfigurationError(
                f"{self.path} is of another {' and '.join(other)}: name another with"
                " --state, or move it away"
            )
        return standing


def _standing(value: dict[str, object]) -> Standing:
    """What a state says.

    Raises:
        ValueError: it is none.
    """
    mark = Mark(_whole(value["settled_s"]))
    match value["seen"]:
        case list(seen):
            for number, second, digest in seen:
                contents = mark.seen.setdefault(_whole(number), {})
                (text,) = _texts([digest])
                contents[text] = _whole(second)
        case _:
            raise ValueError
    size, most = value["bytes"], value["most_bytes"]
    return Standing(
        _whole(value["now_s"]),
        mark,
        None if size is None else _whole(size),
        _begun(value["begun"]),
        None if most is None else _whole(most),
    )


def _begun(value: object) -> Begun | None:
    match value:
        case None:
            return None
        case [None, late]:
            return Begun(None, _texts(late))
        case [columns, late]:
            return Begun(_texts(columns), _texts(late))
        case _:
            raise ValueError


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise ValueError
    return tuple(value)


def _whole(value: object) -> int:
    if type(value) is not int:
        raise ValueError
    return value


def _locked(path: Path) -> int:
    """A handle that holds the lock beside a state, until it is closed.

    Raises:
        ConfigurationError: another run holds it, or it cannot be made.
    """
    import fcntl

    if path.name in ("", ".."):  # `.` and `/` have none
        raise ConfigurationError(f"{path} is no file: a state has a name of its own")
    lock = path.with_name(path.name + ".lock")
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        private.make_folder(path.parent)
        handle = os.open(lock, flags, 0o600)
    except (OSError, ValueError) as error:  # ValueError: NUL in the name
        why = getattr(error, "strerror", None) or "the name cannot be used"
        raise ConfigurationError(f"{lock} cannot be used: {why}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(handle, 20).decode("ascii", "replace").strip()
        os.close(handle)
        raise ConfigurationError(
            f"another run follows this already: process {holder or 'unknown'} holds"
            f" {path}"
        ) from error
    os.ftruncate(handle, 0)
    os.write(handle, f"{os.getpid()}\n".encode("ascii"))
    return handle
