"""A run of the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

from arrows.cases import Case


def check_shell(case: Case, directory: Path) -> None:
    """One run of the command line in an empty directory that holds `files`.

    The directory is its home; a file in a folder of it is private, unless `modes`
    says otherwise.

    `args`; `stdin` (`repeat` times over) or `stdin_hex`; `env`. Then `code`
    (0 unless said), `stdout` and `stderr` whole, parts that they `_has` and
    that they `_lacks`, `json` (what standard output says as JSON), `files_after`.
    """
    for name, content in case.get("files", {}).items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
        if "/" in name:
            path.chmod(int(case.get("modes", {}).get(name, "0600"), 8))
    stdin = case.get("stdin", "").encode() * case.get("repeat", 1)
    done = subprocess.run(
        [sys.executable, "-m", "auditql", *case["args"]],
        input=bytes.fromhex(case["stdin_hex"]) if "stdin_hex" in case else stdin,
        capture_output=True,
        cwd=directory,
        env=clean_environment(directory) | case.get("env", {}),
        timeout=60,
        check=False,
    )
    said = {"stdout": done.stdout.decode(), "stderr": done.stderr.decode()}
    assert case.get("code", 0) == done.returncode, said
    for stream, text in said.items():
        if stream in case:
            assert case[stream] == text
        for part in case.get(f"{stream}_has", []):
            assert part in text
        for part in case.get(f"{stream}_lacks", []):
            assert part not in text
        assert "Traceback" not in text
    if "json" in case:
        assert json.loads(case["json"]) == json.loads(said["stdout"])
    if "files_after" in case:
        after = {p.name: p.read_bytes().decode() for p in directory.iterdir()}
        assert case["files_after"] == after


def clean_environment(home: Path) -> dict[str, str]:
    """This process's environment without what would change an answer."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ZENDESK_", "LC_", "PYTHON", "XDG_"))
        and name not in {"COLUMNS", "NO_COLOR", "CLICOLOR_FORCE", "LANG"}
    }
    cache = home.parent / "cache"  # one for all, so that the grammar is built once
    return kept | {"HOME": str(home), "XDG_CACHE_HOME": str(cache), "TERM": "xterm"}
