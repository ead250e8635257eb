"""Run one world again and show what happened: `python one_seed.py SEED`.

In: a seed. Out, on standard output: the query, every request with its answer
and its fault, the ending, and the rules that are broken.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "properties")]

import world  # noqa: E402 - found by the path above
from ending import run  # noqa: E402 - found by the path above
from rules import broken  # noqa: E402 - found by the path above


def story(seed: int) -> list[str]:
    """What happened, line by line."""
    drawn = world.draw(seed)
    ending = run(drawn)
    query, settings = drawn.drawn.query, drawn.drawn.settings
    lines = [
        f"{query.filter}",
        f"order {query.order} limit {query.limit} offset {query.offset}",
        f"{len(drawn.drawn.records)} records, {settings.rate_limit.value} limit of "
        f"{settings.per_minute}, clock {drawn.behind_s} s behind",
        f"faults: {', '.join(kind.name for kind in drawn.faults.kinds)}",
    ]
    for sent in ending.sent:
        lines.append(f"{sent.left_s:10.3f} {sent.method} {sent.path}?{sent.query}")
        lines.append(f"{'':10} {sent.status} hold until {sent.hold_s}")
    lines += [
        f"{met.met_s - world.EPOCH_S:10.3f} {met.fault.name if met.fault else '-'}"
        for met in ending.line.journal
    ]
    lines.append(f"{len(ending.rows)} rows, {ending.error!r}")
    return lines + [f"broken: {said}" for said in broken(ending)]


if __name__ == "__main__":
    sys.stdout.write("\n".join(story(int(sys.argv[1]))) + "\n")
