"""An answer that stops and goes on is the answer that never stopped, byte for byte."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from stopped_answers import NOW, QUERIES, RECORDS, Place

from auditql.emulator.settings import TieOrder
from auditql.errors import ConfigurationError
from auditql.results.formats import RESUMABLE
from auditql.shell.exits import Exit, UsageError


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
