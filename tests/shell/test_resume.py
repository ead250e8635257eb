"""An answer that stops and goes on is the answer that never stopped, byte for byte."""

import hashlib
import io
import json
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from auditql.catalog.record import Record
from auditql.emulator import AsyncEmulatorTransport, Emulator, Settings, generate
from auditql.emulator.settings import TieOrder
from auditql.errors import ConfigurationError, ConnectionFailed
from auditql.results.formats import RESUMABLE
from auditql.runtime.client import AsyncClient
from auditql.shell.arguments import VerbParser
from auditql.shell.exits import Exit, UsageError
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


@pytest.mark.parametrize("name", RESUMABLE)
@pytest.mark.parametrize("query", QUERIES)
def test_an_answer_that_stops_at_any_row_goes_on_to_the_same_bytes(
    query: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ties, several boxes, limit, offset, both orders, every format that can go on."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # no power is cut here
    place = Place(tmp_path)
    assert Exit.OK is place.ask(QUERIES[query], name)
    expected = place.file.read_bytes()
    rows = len(expected.splitlines()) - {"csv": 1, "tsv": 1, "json": 2}.get(name, 0)
    assert rows >= 8
    for at in range(1, rows):
        place.file.unlink()
        assert Exit.CONNECTION is place.ask(QUERIES[query], name, at=at)
        assert {"rows.part", "rows.part.resume"} == place.names
        assert Exit.OK is place.go_on()
        assert (at, expected) == (at, place.file.read_bytes())
        assert {"rows"} == place.names


@pytest.mark.parametrize("ties", TieOrder)
def test_an_answer_may_stop_again_and_again(tmp_path: Path, ties: TieOrder) -> None:
    """After every two rows of it, each time a little further."""
    place = Place(tmp_path, ties)
    text = QUERIES["newest first"]
    assert Exit.OK is place.ask(text, "csv")
    expected = place.file.read_bytes()
    place.file.unlink()
    assert Exit.CONNECTION is place.ask(text, "csv", at=2)
    for _ in range(5):
        assert Exit.PARTIAL is place.go_on(at=2)  # 6: rows are out
    assert Exit.OK is place.go_on()
    assert expected == place.file.read_bytes()


def test_a_signal_while_the_last_rows_are_synced_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 130 and a way to go on, though the reading itself had just ended."""
    place = Place(tmp_path)
    assert Exit.OK is place.ask(QUERIES["newest first"], "jsonl")
    expected = place.file.read_bytes()
    place.file.unlink()

    def interrupted(_handle: int) -> None:
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    assert Exit.INTERRUPTED is place.ask(QUERIES["newest first"], "jsonl")
    assert {"rows.part", "rows.part.resume"} == place.names
    assert Exit.OK is place.go_on()
    assert expected == place.file.read_bytes()


@pytest.mark.parametrize("name", ["jsonl", "csv"])
def test_what_went_to_standard_output_goes_on_there(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The path of the checkpoint is said; the rest follows what was printed."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    place = Place(tmp_path)
    arguments = ("--now", NOW, "-f", name, QUERIES["oldest first"])
    whole = place.run(*arguments)[1]
    code, first, said = place.run(*arguments, at=5)
    assert Exit.CONNECTION is code
    path = Path(said.partition("--resume ")[2].strip())
    assert 0o600 == path.stat().st_mode & 0o777
    code, second, said = place.run("--resume", str(path), at=3)
    assert str(path) in said
    code, third, said = place.run("--resume", str(path))
    assert (Exit.OK, "") == (code, said)
    assert whole == first + second + third
    assert not path.exists()


def test_the_rest_of_an_array_on_standard_output_is_an_array(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was printed is whole in itself, and so is the rest."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    place = Place(tmp_path)
    arguments = ("--now", NOW, "-f", "json", QUERIES["newest first"])
    whole = json.loads(place.run(*arguments)[1])
    _, first, said = place.run(*arguments, at=5)
    path = said.partition("--resume ")[2].strip()
    _, rest, _ = place.run("--resume", path)
    assert whole == json.loads(first) + json.loads(rest)


def test_rows_that_are_no_longer_there_end_the_rest(tmp_path: Path) -> None:
    """A log that lost what is out is another log: nothing is added to the answer."""
    place = Place(tmp_path)
    assert Exit.CONNECTION is place.ask(QUERIES["newest first"], "jsonl", at=5)
    before = (tmp_path / "rows.part").read_bytes()
    last = json.loads(before.splitlines()[-1])
    gone = [r for r in RECORDS if r["id"] != last["id"]]
    place.records = tuple(gone)
    code, _, said = place.run("--resume", str(place.file))
    assert Exit.FAILED is code
    assert "the log no longer shows 1 of the records that are out" in said
    assert "--resume" not in said
    assert before == (tmp_path / "rows.part").read_bytes()


def test_a_rest_that_does_not_come_leaves_all_as_it_was(tmp_path: Path) -> None:
    """Exit 6 without a new row: the checkpoint still goes on."""
    place = Place(tmp_path)
    assert Exit.OK is place.ask(QUERIES["newest first"], "json")
    expected = place.file.read_bytes()
    place.file.unlink()
    place.ask(QUERIES["newest first"], "json", at=5)
    kept = (tmp_path / "rows.part.resume").read_bytes()
    code, _, said = place.run("--resume", str(place.file), "--stats", at=0)
    assert Exit.PARTIAL is code
    assert f"to go on: auditql query --resume {place.file}\n" in said
    stats = json.loads(said.splitlines()[-1])
    assert (0, 5, False) == (stats["rows"], stats["rows_before"], stats["complete"])
    assert kept == (tmp_path / "rows.part.resume").read_bytes()
    json.loads((tmp_path / "rows.part").read_bytes())
    assert Exit.OK is place.go_on()
    assert expected == place.file.read_bytes()


def test_parameters_columns_and_guards_are_asked_again(tmp_path: Path) -> None:
    """All that decides the answer comes from the checkpoint."""
    others = ("-p", "who=login", "--columns", "id,actor_name", "--tz", "Europe/Berlin")
    text, place = "action = :who or created_at >= today limit 20", Place(tmp_path)
    assert Exit.OK is place.ask(text, "csv", *others, "--limit", "9")
    expected = place.file.read_bytes()
    assert 10 == len(expected.splitlines())
    place.file.unlink()
    place.ask(text, "csv", *others, "--limit", "9", at=4)
    assert Exit.OK is place.go_on()
    assert expected == place.file.read_bytes()


def test_what_was_written_after_the_checkpoint_is_written_again(tmp_path: Path) -> None:
    """A torn line at the end of the part does no harm."""
    place = Place(tmp_path)
    assert Exit.OK is place.ask(QUERIES["newest first"], "jsonl")
    expected = place.file.read_bytes()
    place.file.unlink()
    place.ask(QUERIES["newest first"], "jsonl", at=4)
    with (tmp_path / "rows.part").open("ab") as part:
        part.write(b'{"id": 12')
    assert Exit.OK is place.go_on()
    assert expected == place.file.read_bytes()


@pytest.mark.parametrize("at", [None, 5])
def test_a_manifest_says_how_a_file_was_had(tmp_path: Path, at: int | None) -> None:
    """Whether it stopped on its way or not; the hash is that of the file."""
    place = Place(tmp_path)
    code = place.ask(QUERIES["newest first"], "csv", "--manifest", at=at)
    if at is not None:
        assert Exit.CONNECTION is code
        assert {"rows.part", "rows.part.resume"} == place.names
        assert Exit.OK is place.go_on()
    assert {"rows", "rows.manifest.json"} == place.names
    content = place.file.read_bytes()
    said = json.loads((tmp_path / "rows.manifest.json").read_bytes())
    assert hashlib.sha256(content).hexdigest() == said["file"]["sha256"]
    assert (14, len(content)) == (said["rows"], said["file"]["bytes"])
    assert QUERIES["newest first"] == said["query"]
    assert (True, NOW) == (said["complete"], said["now"])
    assert "2026-03-10T11:55:00Z" == said["complete_until"]
    assert NOW == said["last_run"]["server_time"]
    assert 1 == said["last_run"]["requests"]
    assert 0o600 == (tmp_path / "rows.manifest.json").stat().st_mode & 0o777


def test_another_plan_or_account_does_not_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query that is planned otherwise by now would give another rest."""
    place = Place(tmp_path)
    place.ask(QUERIES["several boxes"], "jsonl", at=4)
    with monkeypatch.context() as patch:
        patch.setattr("auditql.plan.planner.FULL_PAGE", 50)
        patch.setattr("auditql.shell.resuming.__version__", "9.9")
        with pytest.raises(ConfigurationError, match=r"9\.9 asks this query otherwise"):
            place.go_on()
    with monkeypatch.context() as patch:
        patch.setattr("auditql.shell.job._DEMO", "https://other.zendesk.com")
        with pytest.raises(ConfigurationError, match=r"other\.zendesk\.com would be"):
            place.go_on()
    assert Exit.OK is place.go_on()


@pytest.mark.parametrize(
    "beside",
    [
        ("action = login",),
        ("-p", "a=1"),
        ("--now", NOW),
        ("--tz", "UTC"),
        ("--limit", "3"),
        ("-f", "table"),
        ("--columns", "id"),
        ("--csv-exact",),
        ("-o", "other"),
    ],
)
def test_what_would_ask_something_else_is_refused(
    beside: tuple[str, ...], tmp_path: Path
) -> None:
    """An answer goes on as it began."""
    place = Place(tmp_path)
    with pytest.raises(UsageError, match="an answer goes on as it began"):
        place.go_on(*beside)
