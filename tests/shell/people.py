"""Someone who runs the command line with settings of their own."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from auditql.emulator import Emulator
from auditql.emulator.settings import (
    ClientCredentialsAuth,
)

CANARY = "canary-9b27-client-secret"
AUTH = ClientCredentialsAuth("cli", CANARY)

Done = subprocess.CompletedProcess[bytes]
Run = Callable[..., Done]


class Person:
    """Someone with a folder of settings of their own."""

    def __init__(self, run: Run, folder: Path) -> None:
        self._run = run
        self.folder = folder / "auditql"
        self.stored = self.folder / "credentials.json"
        self.env = {"XDG_CONFIG_HOME": str(folder)}

    def run(self, *arguments: str, **settings: object) -> Done:
        env = self.env | settings.pop("env", {})
        done = self._run(*arguments, env=env, **settings)
        for text in (done.stdout, done.stderr):
            assert b"canary" not in text
            assert b"Traceback" not in text
        return done

    def log_in(self, url: str, *more: str, secret: str = CANARY) -> Done:
        words = ("login", "--base-url", url, "--client-id", "cli", *more)
        return self.run(*words, stdin=f"{secret}\n".encode())

    def configure(self, text: str) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / "config.toml"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)


def asked(emulator: Emulator) -> list[str]:
    return [f"{r.method} {r.path}" for r in emulator.requests]
