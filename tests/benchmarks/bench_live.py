"""What the shell says of a text while it is typed: how long a keystroke waits.

Run: python tests/benchmarks/bench_live.py
A query of about 500 characters is typed key by key, then written into and cut in its
middle at every place, so that most kinds of broken text are met. Each figure is of
texts that were never seen before; what was kept is thrown away before each. Times
are CPU time of this process, in microseconds. Targets: colouring under 1,000 at p99;
checking and the toolbar together at most 2,000 at p99.
"""

import gc
import time
from collections.abc import Callable, Iterator, Sequence

from auditql.shell.live import checking, highlighting, reading
from auditql.shell.live.bar import toolbar
from auditql.shell.live.checking import check
from auditql.shell.live.forms import Context
from auditql.shell.live.highlighting import highlight

NOW_S = 1_773_144_000  # 2026-03-10T12:00:00Z
QUERY = (
    "action in (create, destroy) and source_type = user and actor_id != 42 "
    "and created_at between 2026-01-01 and 2026-02-01 "
    "and source_label like 'Role: %' and ip_address = 203.0.113.9 "
    "and actor_name contains 'jane' and hour(created_at) not between 7 and 19 "
    "and change_description is not null and source_id > 1000 "
    "and (actor_name starts with 'A' or source_label contains 'team' "
    "or changed_to = 'admin') order by -created_at limit 50 "
    "| count by actor_name, action | order by -count | limit 10 -- the ten"
)
CONTEXT = Context(
    "UTC",
    NOW_S,
    limit=100,
    values=(("who", 7), ("since", "2026-01-01")),
    definitions=(("@role", "let @role = source_type = user and actor_id = :who"),),
    densities=(("", 0.01),),
)


def typed() -> Iterator[str]:
    """The query as it grows."""
    for end in range(1, len(QUERY) + 1):
        yield QUERY[:end]


def edited() -> Iterator[str]:
    """The query with something put in or taken out in its middle."""
    for place in range(0, len(QUERY), 3):
        for piece in ("x", "'", "(", " and "):
            yield QUERY[:place] + piece + QUERY[place:]
        yield QUERY[:place] + QUERY[place + 5 :]


def whole() -> Iterator[str]:
    """The whole query, as at every key that leaves it sound."""
    for number in range(500):
        yield QUERY.replace("42", str(1_000 + number))


def forget() -> None:
    """Throw away what is kept of earlier texts."""
    reading.reading_of.cache_clear()
    checking._checked.cache_clear()
    highlighting._pieces.cache_clear()


def times(work: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """CPU time of each text in microseconds, sorted; the better of two rounds."""
    best = [float("inf")] * len(texts)
    for _ in range(2):
        gc.collect()
        for place, text in enumerate(texts):
            forget()
            start = time.process_time_ns()
            work(text)
            spent = (time.process_time_ns() - start) / 1_000
            best[place] = min(best[place], spent)
    return sorted(best)


def say(text: str) -> None:
    """Check a text and make the line of it."""
    toolbar(check(text, CONTEXT), 120)


def both(text: str) -> None:
    """All that a keystroke needs: the text is read once."""
    highlight(text)
    say(text)


def main() -> None:
    """Print the table."""
    for warm in (QUERY, QUERY[:-3] + "'"):
        both(warm)
    kinds = {"typed": [*typed()], "edited": [*edited()], "whole": [*whole()]}
    kinds["all"] = [text for texts in kinds.values() for text in texts]
    print(f"{len(QUERY)} characters; CPU time in us      p50     p99     max")
    for name, work in (
        ("highlight", highlight),
        ("check + toolbar", say),
        ("both", both),
    ):
        for kind, texts in kinds.items():
            spent = times(work, texts)
            p50, p99 = (spent[int(len(spent) * part)] for part in (0.5, 0.99))
            label = f"{name}, {kind} ({len(texts):,})"
            print(f"{label:36} {p50:7.0f} {p99:7.0f} {spent[-1]:7.0f}")


if __name__ == "__main__":
    main()
