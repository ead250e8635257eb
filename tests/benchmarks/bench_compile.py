"""How long from text to plan, beside peers that only parse.

Run: python tests/benchmarks/bench_compile.py
The peers (pip install pygeofilter odata-query sqlglot) are measured in the
same run where they are installed; they parse the same six terms and plan
nothing. Each figure is the median of 15 rounds. Targets: six terms to a plan
in at most 1 ms, a list of 1,000 numbers in at most 5 ms, ten terms parsed in at
most 300 us, at least 5 times faster than pygeofilter.
"""

import statistics
import time
from collections.abc import Callable

import auditql
from auditql.language.parser import parse

NOW = "2026-03-10T12:00:00Z"
SIX = (
    "action in (create, destroy) and source_type = user and actor_id != 42 "
    "and created_at between 2026-01-01 and 2026-02-01 "
    "and source_label like 'Role: %' and ip_address = 203.0.113.9"
)
TEN = SIX + (
    " and actor_name contains 'jane' and hour(created_at) not between 7 and 19"
    " and change_description is not null and source_id > 1000"
)
NUMBERS = f"actor_id in ({', '.join(str(7_000_000_000 + n) for n in range(1000))})"
CQL = (
    "action IN ('create', 'destroy') AND source_type = 'user' AND actor_id <> 42 "
    "AND created_at BETWEEN 20260101 AND 20260201 "
    "AND source_label LIKE 'Role: %' AND ip_address = '203.0.113.9'"
)
ODATA = (
    "action in ('create', 'destroy') and source_type eq 'user' and actor_id ne 42 "
    "and created_at ge 2026-01-01 and created_at le 2026-02-01 "
    "and startswith(source_label, 'Role: ') and ip_address eq '203.0.113.9'"
)


def microseconds(
    work: Callable[[], object], rounds: int = 15, times: int = 20
) -> float:
    """Median time of one call, in microseconds."""
    work()
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(times):
            work()
        spent.append((time.perf_counter() - start) / times * 1e6)
    return statistics.median(spent)


def peers() -> dict[str, Callable[[], object]]:
    """The peers that are installed, each parsing the same six terms."""
    found: dict[str, Callable[[], object]] = {}
    try:
        from pygeofilter.parsers.ecql import parse as ecql

        found["pygeofilter parse"] = lambda: ecql(CQL)
    except ImportError:
        pass
    try:
        from odata_query.grammar import ODataLexer, ODataParser

        lexer, parser = ODataLexer(), ODataParser()
        found["odata-query parse"] = lambda: parser.parse(lexer.tokenize(ODATA))
    except ImportError:
        pass
    try:
        import sqlglot

        found["sqlglot parse"] = lambda: sqlglot.parse_one(
            f"SELECT * FROM t WHERE {CQL}"
        )
    except ImportError:
        pass
    return found


def main() -> None:
    """Print the table."""
    compile_six = microseconds(lambda: auditql.compile(SIX, now=NOW))
    rows = {
        "compile, 6 terms": compile_six,
        "parse, 6 terms": microseconds(lambda: parse(SIX)),
        "parse, 10 terms": microseconds(lambda: parse(TEN)),
        "compile, 1,000 numbers": microseconds(
            lambda: auditql.compile(NUMBERS, now=NOW), times=5
        ),
        "parse, 1,000 numbers": microseconds(lambda: parse(NUMBERS), times=5),
    }
    rows |= {name: microseconds(work, times=5) for name, work in peers().items()}
    for name, value in rows.items():
        ratio = value / compile_six
        print(f"{name:26} {value:9.0f} us   {ratio:6.2f} x compile of 6 terms")


if __name__ == "__main__":
    main()
