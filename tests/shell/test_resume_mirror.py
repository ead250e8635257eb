"""An answer over the seam that stops goes on to the same bytes, whatever is synced."""

import io
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from stopped_answers import NOW, NOW_S, QUERIES, RECORDS, stopped

from auditql.catalog.record import Record
from auditql.emulator import AsyncEmulatorTransport, Emulator, Settings
from auditql.emulator.settings import TieOrder
from auditql.plan.model import Interval
from auditql.providers.mirror.place import Place
from auditql.providers.mirror.writer import MirrorWriter
from auditql.providers.zendesk.auth import NoCredential
from auditql.providers.zendesk.origin import of_base_url
from auditql.runtime.checkpoint_files import load
from auditql.runtime.client import AsyncClient
from auditql.runtime.client_settings import MirrorUse
from auditql.runtime.connection import Connection
from auditql.shell.arguments import VerbParser
from auditql.shell.exits import Exit
from auditql.shell.job import job_of
from auditql.shell.output import Output
from auditql.shell.querying import read
from auditql.shell.running import run_job

ORIGIN = of_base_url("http://127.0.0.1:1")
SERVER_S = NOW_S + 1_000
NONE: tuple[Interval, ...] = ()
MIDDLE = (Interval(NOW_S - 14, NOW_S - 7),)
MORE = (Interval(NOW_S - 16, NOW_S - 4),)
TWO = (Interval(NOW_S - 18, NOW_S - 13), Interval(NOW_S - 9, NOW_S - 5))
ALL = (Interval(0, NOW_S + 5),)


class Seam:
    """A folder, an account, its mirror, and runs of the command line."""

    def __init__(self, folder: Path, ties: TieOrder) -> None:
        self.file = folder / "rows"
        self.folder = folder
        self.ties = ties
        self.mirror: Path | None = None
        self.requests = 0

    def synced(self, covered: Sequence[Interval]) -> None:
        """Let the mirror cover these times, and no others."""
        path = self.folder / f"mirror-{len(list(self.folder.iterdir()))}" / "a.sqlite"
        writer = MirrorWriter(Place(path, ORIGIN.base), clock=lambda: float(SERVER_S))
        found = [Record.from_json(raw) for raw in RECORDS]
        for window in covered:
            writer.begin(window, SERVER_S)
            start, end = window.start or 0, window.end or 0
            writer.page([r for r in found if start <= r.created_s < end], start)
        writer.close()
        self.mirror = path

    def run(
        self, *arguments: str, at: int | None = None, source: MirrorUse = "auto"
    ) -> tuple[Exit, str]:
        """Exit code and standard error; `at`: the row to stop at."""
        emulator = Emulator(
            RECORDS, Settings(ties=self.ties), clock=lambda: float(NOW_S)
        )
        stderr = io.StringIO()
        output = Output(io.StringIO(), stderr)
        asked = read(VerbParser("query", ""), arguments, output)
        client = AsyncClient(
            connection=Connection(ORIGIN, NoCredential(), mirror=self.mirror),
            transport=AsyncEmulatorTransport(emulator),
            source=source,
        )
        job = job_of(asked, client, [])
        if at is not None:
            job = replace(job, rows=stopped(job.rows, at))
        code = run_job(job, asked.options, output, asked.command)
        self.requests = len(emulator.requests)
        return code, stderr.getvalue()

    def ask(self, text: str, at: int | None = None, source: MirrorUse = "auto") -> Exit:
        """Ask into the file."""
        words = ("--now", NOW, "-f", "jsonl", "-o", str(self.file), text)
        return self.run(*words, at=at, source=source)[0]

    def go_on(self, at: int | None = None, source: MirrorUse = "auto") -> Exit:
        """Go on with the file."""
        code, said = self.run("--resume", str(self.file), at=at, source=source)
        assert code is not Exit.FAILED, said
        return code

    def rows(self) -> bytes:
        """The finished file, which is away then."""
        content = self.file.read_bytes()
        self.file.unlink()
        return content


@pytest.fixture(autouse=True)
def no_power_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is synced to the disk here."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.mark.parametrize("ties", TieOrder)
@pytest.mark.parametrize("covered", [MIDDLE, TWO, ALL], ids=["middle", "two", "all"])
@pytest.mark.parametrize("query", QUERIES)
def test_it_goes_on_to_the_same_bytes_while_the_mirror_grows(
    query: str, covered: Sequence[Interval], ties: TieOrder, tmp_path: Path
) -> None:
    """At any row; what a sync has added since is left to the API, as it began."""
    seam = Seam(tmp_path, ties)
    seam.synced(covered)
    assert Exit.OK is seam.ask(QUERIES[query])
    expected = seam.rows()
    first = seam.mirror
    seam.synced(ALL)
    grown = seam.mirror
    for at in range(1, len(expected.splitlines()), 4):
        seam.mirror = first
        assert Exit.CONNECTION is seam.ask(QUERIES[query], at=at)
        seam.mirror = grown if at % 8 == 1 else first
        assert Exit.OK is seam.go_on()
        assert (at, expected) == (at, seam.rows())


@pytest.mark.parametrize("query", ["newest first", "oldest first", "checked here"])
def test_it_goes_on_where_the_mirror_is_gone_or_is_another(
    query: str, tmp_path: Path
) -> None:
    """The API is asked for what is not held any more; ids rise in both."""
    seam = Seam(tmp_path, TieOrder.IDS_RISE)
    seam.synced(MORE)
    assert Exit.OK is seam.ask(QUERIES[query])
    expected = seam.rows()
    begun = seam.mirror
    seam.synced(MIDDLE)
    others = (seam.mirror, tmp_path / "nothing" / "there.sqlite")
    for at in range(1, len(expected.splitlines())):
        seam.mirror = begun
        seam.ask(QUERIES[query], at=at)
        seam.mirror = others[at % 2]
        assert Exit.OK is seam.go_on()
        assert (at, expected) == (at, seam.rows())


def test_an_answer_of_the_api_goes_on_with_the_api(tmp_path: Path) -> None:
    """A mirror that was made meanwhile has no part in it; ties may run otherwise."""
    seam = Seam(tmp_path, TieOrder.IDS_FALL)
    seam.mirror = tmp_path / "nothing" / "there.sqlite"
    text = QUERIES["newest first"]
    assert Exit.OK is seam.ask(text)
    expected = seam.rows()
    for at in range(1, 13):
        seam.mirror = tmp_path / "nothing" / "there.sqlite"
        seam.ask(text, at=at)
        seam.synced(ALL)
        assert Exit.OK is seam.go_on()
        assert seam.requests
        assert (at, expected) == (at, seam.rows())


def test_a_checkpoint_names_what_was_read_of_the_mirror(tmp_path: Path) -> None:
    """Those times of the answer, and how the mirror was used."""
    seam = Seam(tmp_path, TieOrder.IDS_RISE)
    seam.synced(TWO)
    seam.ask("created_at >= -1d", at=30, source="auto")
    asking = load(tmp_path / "rows.part.resume").asking
    assert tuple((t.start, t.end) for t in TWO) == asking.mirror
    assert "auto" == asking.source


def test_a_mirror_alone_goes_on_alone(tmp_path: Path) -> None:
    """Nobody is asked for the rest of its answer."""
    seam = Seam(tmp_path, TieOrder.IDS_FALL)
    seam.synced(ALL)
    assert Exit.OK is seam.ask("action is not null", source="mirror")
    expected = seam.rows()
    for at in range(1, 60, 7):
        seam.ask("action is not null", at=at, source="mirror")
        assert Exit.OK is seam.go_on(source="mirror")
        assert 0 == seam.requests
        assert (at, expected) == (at, seam.rows())
