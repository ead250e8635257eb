"""A writer killed at any moment leaves rows, intervals and digests that agree."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from kept import exactly, held, opened, place
from until_killed import END, START, oracle

from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.verify import verify

SCRIPT = Path(__file__).with_name("until_killed.py")
COUNT = 1_500


def _kill(folder: Path, seed: int, lines: int) -> list[str]:
    """Let one write, and kill it after some lines; what it said was durable."""
    arguments = [sys.executable, str(SCRIPT), str(folder), str(seed), str(COUNT)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        said += process.stdout.readlines()
    assert process.returncode == -9, "nothing else ended it"
    return said


def _check(folder: Path, said: list[str]) -> None:
    """What was said is there, and nothing else but what the account has."""
    with closing(Mirror(place(folder))) as mirror:
        assert verify(mirror).is_sound
        covered = mirror.covered()
        found = held(mirror)
    whole = [line for line in said if line.endswith("\n")]
    verb, second = whole[-1].split()
    if verb == "covered":
        assert any(i.start <= int(second) < i.end for i in covered)
    expected = [
        exactly(record)
        for record in oracle(COUNT)
        if any(i.start <= record.created_s < i.end for i in covered)
    ]
    assert expected == [exactly(record) for record in found]
    assert all(START <= i.start < i.end <= END for i in covered)


def _rounds(folder: Path, seed: int, rounds: int) -> None:
    rng = Random(seed)
    for number in range(rounds):
        said = _kill(folder, rng.randrange(10**6), rng.randrange(1, 120))
        _check(folder, said)
        assert said, number
    opened(place(folder)).close()  # the lock went with the process


def test_a_killed_writer_leaves_a_whole_mirror(tmp_path: Path) -> None:
    """Three times, each going on from where the one before was killed."""
    _rounds(tmp_path, 1, 3)


@pytest.mark.full
@pytest.mark.timeout(900)
def test_many_killed_writers_leave_a_whole_mirror(tmp_path: Path) -> None:
    """Sixty times."""
    _rounds(tmp_path, 2, 60)


def test_a_writer_of_another_process_is_named(tmp_path: Path) -> None:
    """Who waits knows which process to look for."""
    arguments = [sys.executable, str(SCRIPT), str(tmp_path), "1", "100"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(Exception, match=f"by process {process.pid};"):
            opened(place(tmp_path))
        process.kill()
