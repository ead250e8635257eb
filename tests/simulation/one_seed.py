"""Run one world again and show what happened: `python one_seed.py SEED`.

In: a seed. Out, on standard output: the query, every request with its answer
and its fault, the ending, and the rules that are broken.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "properties")]

import life_rules  # noqa: E402 - found by the path above
import lives  # noqa: E402 - found by the path above
import world  # noqa: E402 - found by the path above
from ending import run  # noqa: E402 - found by the path above
from rules import broken  # noqa: E402 - found by the path above
from said import text_of_query  # noqa: E402 - found by the path above
from watch import Sent  # noqa: E402 - found by the path above


def story(seed: int) -> list[str]:
    """What happened, line by line."""
    drawn = world.draw(seed)
    if drawn.file is not None:
        return _of_lives(drawn)
    ending = run(drawn)
    query, settings = drawn.drawn.query, drawn.drawn.settings
    lines = [
        f"{query.filter}",
        f"order {query.order} limit {query.limit} offset {query.offset}",
        f"{len(drawn.drawn.records)} records, {settings.rate_limit.value} limit of "
        f"{settings.per_minute}, clock {drawn.behind_s} s behind",
        f"faults: {', '.join(kind.name for kind in drawn.faults.kinds)}",
    ]
    lines += _requests(ending.sent)
    lines += [
        f"{met.met_s - world.EPOCH_S:10.3f} {met.fault.name if met.fault else '-'}"
        for met in ending.line.journal
    ]
    lines.append(f"{len(ending.rows)} rows, {ending.error!r}")
    return lines + [f"broken: {said}" for said in broken(ending)]


def _requests(sent: list[Sent]) -> list[str]:
    return [
        f"{each.left_s:10.3f} {each.method} {each.path}?{each.query}\n"
        f"{'':10} {each.status} hold until {each.hold_s}"
        for each in sent
    ]


def _of_lives(drawn: world.World) -> list[str]:
    found = lives.run(drawn)
    lines = [text_of_query(drawn.drawn.query), str(drawn.file)]
    for life in found.lives:
        lines.append(f"-- {'goes on' if life.goes_on else 'begins'} at {life.began_s}")
        lines += _requests(life.sent)
        lines += [
            f"{m.met_s - world.EPOCH_S:10.3f} {m.fault.name if m.fault else '-'}"
            for m in life.journal
        ]
        left = {name: len(content) for name, content in life.files.items()}
        lines += [life.said, f"{life.stop} {life.code} {life.error!r} {left}"]
    return lines + [f"broken: {said}" for said in life_rules.broken(found)]


if __name__ == "__main__":
    sys.stdout.write("\n".join(story(int(sys.argv[1]))) + "\n")
