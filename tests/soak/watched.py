"""A run of the command line whose memory is watched, and the file that it wrote.

In: a process, a file. Out: peaks of memory over the growth of the file, and
the first line that is not as it should be.
"""

import json
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from processes import started

STEP_S = 0.05
_LIMIT_S = 900
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass
class Memory:
    """The peak of each short while, in KiB, beside how long the file was then."""

    peaks: list[tuple[int, int]] = field(default_factory=list)

    @property
    def most(self) -> int:
        """The highest peak of all."""
        return max(peak for _, peak in self.peaks)

    def halves(self) -> tuple[int, int]:
        """The highest peaks while either half of the file was written."""
        half = self.peaks[-1][0] // 2
        first = max(peak for size, peak in self.peaks if size <= half)
        return first, max(peak for size, peak in self.peaks if size > half)


def ran(*arguments: str, part: Path, env: dict[str, str]) -> tuple[int, bytes, Memory]:
    """The exit code, standard error and memory of a run that writes a part.

    The kernel keeps the highest peak; it is read and begun anew at each step,
    so that no short peak is missed.
    """
    memory = Memory()
    with started(*arguments, env=env, stderr=subprocess.PIPE) as process:
        begun_anew = Path(f"/proc/{process.pid}/clear_refs")
        for _ in range(round(_LIMIT_S / STEP_S)):
            try:
                code = process.wait(STEP_S)
                break
            except subprocess.TimeoutExpired:
                peak = _peak(process.pid)
                begun_anew.write_text("5")
                if part.exists() and peak is not None:
                    memory.peaks.append((part.stat().st_size, peak))
        else:
            raise AssertionError("the run has no end")
        return code, process.stderr.read(), memory


def _peak(pid: int) -> int | None:
    """The highest resident memory of a process, in KiB; None where it has none."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return None  # it is over


@contextmanager
def lines_of(path: Path) -> Iterator[Iterator[str]]:
    """The lines of a file, one after the other."""
    with path.open(encoding="utf-8", newline="\n") as file:
        yield iter(file)


def first_wrong(lines: Iterable[str], records: Iterable[dict[str, object]]) -> str:
    """What is wrong with the first line that is not its record; else nothing.

    A line is the record as it was made: every field, in its order.
    """
    rest = iter(lines)
    for number, record in zip(count(1), records, strict=False):
        line = next(rest, None)
        if line is None:
            return f"line {number} is missing: record {record['id']}"
        if line != _encode(record) + "\n" and _pairs(line) != list(record.items()):
            return f"line {number} is not record {record['id']}: {line[:200]}"
    line = next(rest, None)
    return "" if line is None else f"a line too many: {line[:200]}"


def _pairs(line: str) -> object:
    """The fields of a line in their order; none have fields of their own."""
    return json.loads(line, object_pairs_hook=list)
