"""Queries over a file of a million records, beside jq.

Run: python tests/benchmarks/bench_files.py [--records N] [--rounds N]
One file of generated records, newest first, as `auditql query -f jsonl` exports them
(without the hostile ones: jq 1.6 refuses half of a surrogate pair). Each command is
run as a person would, from start to end, in turns, and the median of its wall and
of its processor time is shown; `x` is jq's wall over ours. `stdlib` hides orjson.
`100k` and `peak` are the memory of the same query over a tenth, and over all.

Targets: a filter at least 2 times as fast as jq 1.6 with the standard library's
JSON and 5 times with orjson; a count by two keys in at most a third of jq's time;
memory that does not grow with the rows.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from auditql.emulator.generator import generate

END_S = 1_773_144_000
YEAR_S = 365 * 86_400

HIDDEN = (
    "import sys; sys.modules['orjson'] = None\n"
    "from auditql.__main__ import main; sys.exit(main())"
)
OURS = (sys.executable, "-m", "auditql")
STDLIB = (sys.executable, "-c", HIDDEN)


@dataclass(frozen=True)
class Task:
    """One question, asked of both."""

    name: str
    query: str
    jq: Sequence[str]


TASKS = (
    Task(
        "filter, 5 % pass",
        "action = login and created_at >= 2026-01-01",
        ("-c", 'select(.action == "login" and .created_at >= "2026-01-01T00:00:00Z")'),
    ),
    Task(
        "filter, few pass",
        "action = destroy and source_type = user and created_at >= 2026-01-01",
        (
            "-c",
            'select(.action == "destroy" and .source_type == "user"'
            ' and .created_at >= "2026-01-01T00:00:00Z")',
        ),
    ),
    Task(
        "filter by text",
        "action = update and change_description contains 'role'",
        (
            "-c",
            'select(.action == "update" and'
            ' (.change_description // "" | ascii_downcase | contains("role")))',
        ),
    ),
    Task(
        "count by two keys",
        "| count by action, source_type",
        (
            "-c",
            "-n",
            'reduce inputs as $r ({}; .[$r.action + "|" + $r.source_type] += 1)',
        ),
    ),
)


@dataclass
class Measured:
    """What the runs of one command took."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    peak_kib: int = 0

    def run(self, command: Sequence[str]) -> None:
        """Run it once more."""
        read, write = os.pipe()
        program = (
            "import json,os,resource,subprocess,sys,time\n"
            "began = time.perf_counter()\n"
            "done = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL)\n"
            "wall = time.perf_counter() - began\n"
            "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
            "cpu = used.ru_utime + used.ru_stime\n"
            "told = [done.returncode, wall, cpu, used.ru_maxrss]\n"
            "os.write(int(sys.argv[1]), json.dumps(told).encode())\n"
        )
        subprocess.run(
            [sys.executable, "-c", program, str(write), *command],
            pass_fds=(write,),
            check=True,
        )
        os.close(write)
        with os.fdopen(read) as told:
            code, wall, cpu, peak = json.load(told)
        assert code == 0, command
        self.wall_s.append(wall)
        self.cpu_s.append(cpu)
        self.peak_kib = max(self.peak_kib, peak)

    @property
    def wall(self) -> float:
        """The median."""
        return statistics.median(self.wall_s)

    @property
    def cpu(self) -> float:
        """The median."""
        return statistics.median(self.cpu_s)


def write(path: Path, number: int) -> None:
    """A file of so many records, newest first."""
    records = generate(7, number, END_S - YEAR_S, END_S, hostile_share=0.0)
    dumped = [
        json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
        for record in records
    ]
    path.write_bytes(b"".join(line + b"\n" for line in reversed(dumped)))


def query(task: Task, path: Path) -> list[str]:
    """The arguments of our command."""
    return ["query", "--from", str(path), "-f", "jsonl", task.query]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    jq = shutil.which("jq")
    with tempfile.TemporaryDirectory() as folder:
        whole, tenth = Path(folder, "whole.jsonl"), Path(folder, "tenth.jsonl")
        write(whole, options.records)
        write(tenth, options.records // 10)
        print(f"{options.records:,} records, {whole.stat().st_size:,} bytes;", end=" ")
        print(version(jq), "\n")
        for task in TASKS:
            print(task.name, "·", task.query)
            runs = {
                "jq": None if jq is None else [jq, *task.jq, str(whole)],
                "orjson": [*OURS, *query(task, whole)],
                "stdlib": [*STDLIB, *query(task, whole)],
            }
            took = {name: Measured() for name in runs}
            for _ in range(options.rounds):
                for name, command in runs.items():
                    if command is not None:
                        took[name].run(command)
            small = Measured()
            small.run([*OURS, *query(task, tenth)])
            for name, one in took.items():
                if one.wall_s:
                    more = took["jq"].wall / one.wall if took["jq"].wall_s else 0.0
                    print(
                        f"  {name:7}{one.wall:7.2f} s wall{one.cpu:7.2f} s cpu"
                        f"{more:7.2f} x{one.peak_kib // 1024:5} MiB peak"
                    )
            print(f"  100k   {small.peak_kib // 1024:34} MiB peak\n")


def version(jq: str | None) -> str:
    """Which jq it is."""
    if jq is None:
        return "no jq here"
    told = subprocess.run([jq, "--version"], capture_output=True, text=True, check=True)
    return told.stdout.strip()


if __name__ == "__main__":
    main()
