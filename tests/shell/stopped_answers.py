"""Answers that stop at a row and go on: queries, and runs of the command line."""

import io
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from auditql.catalog.record import Record
from auditql.emulator import AsyncEmulatorTransport, Emulator, Settings, generate
from auditql.emulator.settings import TieOrder
from auditql.errors import ConnectionFailed
from auditql.runtime.client import AsyncClient
from auditql.shell.arguments import VerbParser
from auditql.shell.exits import Exit
from auditql.shell.job import job_of
from auditql.shell.output import Output
from auditql.shell.querying import read
from auditql.shell.running import run_job

NOW = "2026-03-10T12:00:00Z"
NOW_S = 1_773_144_000
RECORDS = tuple(generate(3, 60, NOW_S - 20, NOW_S))  # three in a second, about
ACCOUNT = "http://127.0.0.1:1"

QUERIES = {
    "newest first": "created_at >= -1d limit 14",
    "oldest first": "created_at >= -1d limit 14 order by created_at",
    "several boxes": "action = create or actor_id is null or source_type = 'user'",
    "several boxes, oldest first": "action = login or source_type = 'user'"
    " order by created_at",
    "an offset within a second": "created_at >= -1d limit 9 offset 1",
    "an offset, oldest first": "action = login or action = update limit 9 offset 7"
    " order by created_at",
    "checked here": "source_label like '%a%' limit 12",
    "look-ups": f"id in ({', '.join(str(r['id']) for r in RECORDS[10:18])})",
}


def stopped(
    rows: AsyncGenerator[Sequence[Record], None], at: int
) -> AsyncGenerator[Sequence[Record], None]:
    """The rows up to one of them, then a connection that is lost."""

    async def stop() -> AsyncGenerator[Sequence[Record], None]:
        left = at
        async with aclosing(rows):
            async for batch in rows:
                yield batch[:left]
                left -= len(batch[:left])
                if not left:
                    raise ConnectionFailed("the connection is lost")

    return stop()


class Place:
    """A folder, an account, and runs of the command line in this process."""

    def __init__(self, folder: Path, ties: TieOrder = TieOrder.IDS_FALL) -> None:
        self.file = folder / "rows"
        self.ties = ties
        self.records = RECORDS

    def run(self, *arguments: str, at: int | None = None) -> tuple[Exit, str, str]:
        """Exit code, standard output and standard error; `at`: the row to stop at."""
        emulator = Emulator(
            self.records, Settings(ties=self.ties), clock=lambda: float(NOW_S)
        )
        stdout, stderr = io.StringIO(), io.StringIO()
        output = Output(stdout, stderr)
        asked = read(VerbParser("query", ""), arguments, output)
        client = AsyncClient(
            base_url=ACCOUNT, transport=AsyncEmulatorTransport(emulator)
        )
        job = job_of(asked, client, [])
        if at is not None:
            job = replace(job, rows=stopped(job.rows, at))
        code = run_job(job, asked.options, output, asked.command)
        return code, stdout.getvalue(), stderr.getvalue()

    def ask(self, text: str, name: str, *others: str, at: int | None = None) -> Exit:
        """Ask into the file."""
        arguments = ("--now", NOW, "-f", name, "-o", str(self.file), *others, text)
        return self.run(*arguments, at=at)[0]

    def go_on(self, *others: str, at: int | None = None) -> Exit:
        """Go on with the file."""
        return self.run("--resume", str(self.file), *others, at=at)[0]

    @property
    def names(self) -> set[str]:
        return {path.name for path in self.file.parent.iterdir()}
