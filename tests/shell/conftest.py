"""The command line as a process, and an account that it can ask."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from auditql.emulator import Emulator, LoopbackServer, Settings, generate, serve

sys.path.insert(0, str(Path(__file__).parent))  # for the modules beside this file
from people import Person

NOW_S = 1_773_144_000  # 2026-03-10T12:00:00Z
DAY_S = 86_400

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]
Served = tuple[Emulator, LoopbackServer]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """This process's environment without what would change an answer."""
    home = tmp_path_factory.mktemp("home")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ZENDESK_", "LC_", "PYTHON", "XDG_"))
        and name not in {"COLUMNS", "NO_COLOR", "CLICOLOR_FORCE", "LANG"}
    }
    cache = str(home / "cache")
    return kept | {"HOME": str(home), "XDG_CACHE_HOME": cache, "TERM": "xterm"}


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run `auditql` to its end; keywords `stdin`, `env` and `cwd`."""

    def run(
        *arguments: str,
        stdin: bytes = b"",
        env: dict[str, str] | None = None,
        cwd: Path = tmp_path,
    ) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [sys.executable, "-m", "auditql", *arguments],
            input=stdin,
            capture_output=True,
            cwd=cwd,
            env=environment | (env or {}),
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def person(run: Run, tmp_path: Path) -> Person:
    """A person who never ran auditql."""
    return Person(run, tmp_path / "config")


@pytest.fixture
def account() -> Iterator[Callable[..., Served]]:
    """Serve an account of 2,000 records of 30 days; keywords are its settings."""
    with ExitStack() as servers:

        def account(**settings: object) -> Served:
            records = generate(3, 2_000, NOW_S - 30 * DAY_S, NOW_S)
            emulator = Emulator(
                records, Settings(**settings), clock=lambda: float(NOW_S)
            )
            return emulator, servers.enter_context(serve(emulator))

        yield account


@pytest.fixture
def to_account() -> Callable[[LoopbackServer], dict[str, str]]:
    """The environment that names a served account, with a credential for it."""
    return lambda server: {
        "ZENDESK_BASE_URL": server.url,
        "ZENDESK_OAUTH_TOKEN": "canary-token-0123456789",
    }
