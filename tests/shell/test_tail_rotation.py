"""A log of `auditql tail` that was rotated, and a run that is killed over it."""

import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from auditql.shell.commands import tail
from auditql.shell.output import Output

MOST_STEPS = 200


class Killed(SystemExit):
    """The process is no more."""


@contextmanager
def killed_at(step: int) -> Iterator[list[str]]:
    """End what runs within before or after a step of the disk; gives those done.

    What it holds open is closed then, and its locks are gone, as with a process.
    """
    done: list[str] = []
    held: set[int] = set()
    right_open, right_close, right_fdopen = os.open, os.close, os.fdopen

    def opened(*given: object, **named: object) -> int:
        handle = right_open(*given, **named)  # type: ignore[arg-type] # as given
        held.add(handle)
        return handle

    def closed(handle: int) -> None:
        held.discard(handle)
        right_close(handle)

    def taken(handle: int, *given: object) -> object:
        held.discard(handle)
        return right_fdopen(handle, *given)  # type: ignore[call-overload] # as given

    def around(name: str, right: Callable[..., object]) -> Callable[..., object]:
        def stepped(*given: object, **named: object) -> object:
            reach(f"before {name}")
            found = right(*given, **named)
            reach(f"after {name}")
            return found

        return stepped

    def reach(moment: str) -> None:
        if len(done) >= step:
            raise Killed
        done.append(moment)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", around("open", opened))
        patch.setattr(os, "fsync", around("fsync", os.fsync))
        patch.setattr(os, "ftruncate", around("ftruncate", os.ftruncate))
        patch.setattr(Path, "replace", around("replace", Path.replace))
        patch.setattr(os, "close", closed)
        patch.setattr(os, "fdopen", taken)
        yield done
    for handle in held:
        os.close(handle)


def test_a_run_that_is_killed_over_a_new_log_locks_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whatever step: the next run goes on, and the new csv has its heading."""
    monkeypatch.setenv("ZENDESK_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    out, state = tmp_path / "out.csv", tmp_path / "state.json"
    command = ("--since", "2026-03-10", "-f", "csv", "-o", str(out))
    command += ("--state", str(state), "created_at < 2026-01-01 | select id")

    def run() -> int:
        return int(tail.run(command, Output(io.StringIO(), io.StringIO())))

    assert 0 == run()  # its time is over: it keeps its state, and asks nobody
    facts = json.loads(state.read_text()) | {"bytes": 5, "begun": [["id"], []]}
    for step in range(MOST_STEPS):
        state.write_text(json.dumps(facts))
        out.unlink(missing_ok=True)  # the log of five bytes was moved away
        with killed_at(step) as done:
            is_killed = False
            try:
                assert 0 == run()
            except Killed:
                is_killed = True
        assert 0 == run(), done
        kept = json.loads(state.read_text())
        assert (0, None) == (kept["bytes"], kept["begun"]), done
        if not is_killed:
            break
    assert 20 < step < MOST_STEPS - 1
    assert b"" == out.read_bytes()
