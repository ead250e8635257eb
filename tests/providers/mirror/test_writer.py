"""Pages into a mirror: rows and covered time, together."""

from pathlib import Path

from kept import ORIGIN, exactly, fill, held, opened, place, records

from auditql.emulator.generator import generate
from auditql.plan.model import Interval
from auditql.providers.mirror.opening import Mirror

START, END = 1_772_000_000, 1_772_100_000


def test_what_was_put_in_comes_out(tmp_path: Path) -> None:
    """Every record as it was received, and the window as covered time."""
    made = records(generate(1, 1_000, START, END - 1, subdomain="acme"))
    writer = opened(place(tmp_path))
    added = fill(writer, made, START, END)
    assert (1_000, 0) == (sum(a.new for a in added), sum(a.known for a in added))
    assert (Interval(START, END),) == writer.covered()
    writer.close()
    mirror = Mirror(place(tmp_path))
    assert [exactly(r) for r in made] == [exactly(r) for r in held(mirror)]
    assert (Interval(START, END),) == mirror.covered()
    assert ORIGIN == mirror.place.origin
    mirror.close()
