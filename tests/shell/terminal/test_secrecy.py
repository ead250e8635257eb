"""A credential that the shell knows never gets into what it keeps on disk."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from terminals import on_terminal, shell

from auditql.emulator import LoopbackServer
from auditql.providers.zendesk.auth import ClientCredentials
from auditql.providers.zendesk.origin import of_base_url
from auditql.providers.zendesk.secret import Secret
from auditql.runtime.profiles.store import Store, Stored

PRINTED, KEPT = "printed-word", "kept-word"
"""Credentials that look like nothing else."""


def test_no_credential_of_a_profile_gets_into_the_history(
    world: dict[str, str], account: Callable[..., tuple[object, LoopbackServer]]
) -> None:
    """What a token_command printed, and what login keeps for another profile."""
    _, server = account()
    folder = Path(world["XDG_CONFIG_HOME"]) / "auditql"
    config = folder / "config.toml"
    client = ClientCredentials("me", Secret(KEPT))
    Store(folder).put("other", Stored(of_base_url("https://b.example"), client))
    command = [sys.executable, "-c", f"print('{PRINTED}')"]
    config.write_text(
        f'[profiles.acme]\nbase_url = "{server.url}"\n'
        f"token_command = {json.dumps(command)}\n"
    )
    config.chmod(0o600)
    with on_terminal(shell("-P", "acme"), world) as terminal:

        def ask(text: str) -> None:
            terminal.until(lambda: terminal.cursor_line() == "acme> ")
            terminal.keys(f"{text}\r")
            terminal.until(lambda: f"acme> {text}" in terminal.text())

        ask(f"\\set a {KEPT}")
        ask("limit 1")
        ask(f"actor_name = '{PRINTED}' limit 1")
        ask("\\q")
        assert 0 == terminal.ends()
    state = Path(world["XDG_STATE_HOME"])
    held = b"".join(p.read_bytes() for p in state.rglob("*") if p.is_file())
    assert b'"limit 1"\n"\\\\q"\n' in held
    assert PRINTED.encode() not in held
    assert KEPT.encode() not in held
