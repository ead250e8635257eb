"""How long the command line takes to start, beside bare interpreters.

    python tests/benchmarks/bench_startup.py [ROUNDS]

Prints the median CPU time, user and system, of each command over ROUNDS
rounds (default 21; the commands take turns, so that a busy machine is unfair
to none), and its ratio to its own yardstick of the same run.

lark loads interegular where it is installed, httpx click and rich; the tests and
linters bring them, an ordinary installation has none, so all are hidden here.
`auditql query` ends when its first request would leave: the account is a closed
port, and one request is all it may make. 3.8 times lark is 180 ms where lark
takes 47. `auditql demo query` makes its account of 20,000 records besides.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 21
QUERY = "action in (create, destroy) and created_at >= -30d limit 5"
PYTHON = (sys.executable,)
AUDITQL = (*PYTHON, "-m", "auditql")

PASS = (*PYTHON, "-c", "pass")
HIDE = "import sys; sys.modules |= dict.fromkeys(('click', 'interegular', 'rich')); "
LARK = (*PYTHON, "-c", f"{HIDE}import lark")
PLAIN = (
    *(*PYTHON, "-c"),
    f"{HIDE}from auditql.__main__ import main; sys.exit(main())",
)
FIRST = (*PLAIN, "query", "--max-requests", "1", QUERY)
PARTIAL = 6
ACCOUNT = {
    "ZENDESK_BASE_URL": "http://127.0.0.1:1",
    "ZENDESK_OAUTH_TOKEN": "0123456789abcdef",
}
# What is measured, its yardstick, and the most that it may be of it.
COMMANDS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], float | None], ...] = (
    ("python -c pass", PASS, PASS, None),
    ("auditql --version", (*AUDITQL, "--version"), PASS, 1.7),
    ("auditql --help", (*AUDITQL, "--help"), PASS, 3.6),
    ('python -c "import lark"', LARK, LARK, None),
    ("auditql compile", (*PLAIN, "compile", QUERY), LARK, 1.7),
    ("auditql explain", (*PLAIN, "explain", QUERY), LARK, 1.7),
    ("auditql fields", (*AUDITQL, "fields"), PASS, None),
    ("auditql query, 1st request", FIRST, LARK, 3.8),
    ("auditql demo query", (*PLAIN, "demo", "query", QUERY), LARK, None),
)


def cpu_ms(command: tuple[str, ...], environment: dict[str, str]) -> float:
    """CPU time of one run, user and system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == (PARTIAL if command is FIRST else 0), done.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return spent * 1000


def main() -> None:
    """Measure all commands in turns and print the table."""
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | ACCOUNT | {"XDG_CACHE_HOME": cache}
        commands = [command for _, command, _, _ in COMMANDS]
        for command in commands:  # fill the caches, ours and the system's
            cpu_ms(command, environment)
        spent: dict[tuple[str, ...], list[float]] = {c: [] for c in commands}
        for _ in range(ROUNDS):
            for command in commands:
                spent[command].append(cpu_ms(command, environment))
    median = {command: statistics.median(ms) for command, ms in spent.items()}
    print(f"{'':26}{'CPU ms':>8}{'ratio':>8}{'hold':>8}")
    for name, command, yardstick, most in COMMANDS:
        ratio = median[command] / median[yardstick]
        hold = "" if most is None else f"{most:.1f}"
        print(f"{name:26}{median[command]:8.1f}{ratio:8.2f}{hold:>8}")


if __name__ == "__main__":
    main()
