"""`auditql sync` as a person uses it: what it asks, says and refuses."""

import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from synced import (
    NOW_S,
    Raws,
    Run,
    ToAccount,
    account,
    at,
    held,
    made,
    undisturbed,
)

from auditql.catalog.record import Record
from auditql.emulator import Emulator, Settings, serve
from auditql.errors import MirrorDamaged
from auditql.plan.model import Interval
from auditql.providers.mirror.opening import Place
from auditql.providers.mirror.writer import SETTLE_S, MirrorWriter
from auditql.providers.zendesk.auth import NoCredential
from auditql.providers.zendesk.origin import of_base_url
from auditql.runtime.connection import Connection
from auditql.shell.commands.sync import Options as SyncOptions
from auditql.shell.looping import Seams
from auditql.shell.output import Output
from auditql.shell.syncing import sync


def test_what_is_there_instead(run: Run, to_account: ToAccount, tmp_path: Path) -> None:
    """Another account's mirror, a newer one, no mirror, no time: each its own words."""
    with serve(account(made(200))) as server:
        folder, place = at(tmp_path, server)
        env = to_account(server) | folder
        MirrorWriter(Place(place.path, "https://other.zendesk.com")).close()
        done = run("sync", env=env)
        assert done.returncode == 2
        assert b"is the mirror of https://other.zendesk.com" in done.stderr
        connection = sqlite3.connect(place.path)
        connection.execute("PRAGMA user_version = 99")
        connection.close()
        done = run("sync", env=env)
        assert done.returncode == 2
        assert b"was made by a newer auditql" in done.stderr
        place.path.write_bytes(b"x" * 5_000)
        done = run("sync", env=env)
        assert done.returncode in (1, 2)
        assert str(place.path).encode() in done.stderr
        assert place.path.read_bytes() == b"x" * 5_000
        done = run("sync", "--since", "soon", env=env)
        assert done.returncode == 2
        assert b"`soon` is no time" in done.stderr


def test_since_and_stats(run: Run, to_account: ToAccount, tmp_path: Path) -> None:
    """--since bounds it; --stats is one line of JSON on standard error."""
    with serve(account(made(500))) as server:
        folder, place = at(tmp_path, server)
        env = to_account(server) | folder
        done = run("sync", "--since", "2026-03-01", "--stats", env=env)
        facts = json.loads(done.stderr)
        raws, covered = held(place)
        assert (0, b"") == (done.returncode, done.stdout)
        assert len(raws) == facts["new"]
        assert [["2026-03-01T00:00:00Z", "2026-03-10T11:55:00Z"]] == facts["covered"]
        assert 1 == len(covered)
        done = run("sync", "--since", "2026-02-01", "--max-requests", "3", env=env)
        assert done.returncode == 6
        assert b"--max-requests" in done.stderr
        done = run("sync", env=env)
        assert done.returncode == 0
        start = Record.from_json({"id": 1, "created_at": "2026-02-01T00:00:00Z"})
        end_s = NOW_S - SETTLE_S
        assert (Interval(start.created_s, end_s),) == held(place)[1]


def test_a_narrower_since_forgets_nothing(
    run: Run, to_account: ToAccount, tmp_path: Path
) -> None:
    """A whole sync that was stopped is still meant: the next one ends it."""
    records = made(500)
    with serve(account(records)) as server:
        folder, place = at(tmp_path, server)
        env = to_account(server) | folder
        assert 6 == run("sync", "--max-requests", "3", env=env).returncode
        assert 0 == run("sync", "--since", "2026-03-10", env=env).returncode
        assert held(place) != undisturbed(records)
        assert 0 == run("sync", env=env).returncode
        assert undisturbed(records) == held(place)


class Turns:
    """A waiting clock: each wait is a turn; after the last comes Ctrl-C."""

    def __init__(self, server: "Account", most: int) -> None:
        self.waits: list[float] = []
        self._server = server
        self._most = most

    async def sleep(self, seconds: float) -> None:
        if seconds < 25:  # of retries, which are no turn
            return
        self.waits.append(seconds)
        self._server.now_s += 600
        self._server.is_down = len(self.waits) in (2, 3)
        if len(self.waits) > self._most:
            raise KeyboardInterrupt


class Account(httpx.AsyncBaseTransport):
    """An account in process that may be down."""

    def __init__(self, records: Raws) -> None:
        self.now_s = float(NOW_S)
        self.is_down = False
        self.left: int | None = None
        self.emulator = Emulator(records, clock=lambda: self.now_s)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        if self.left is not None:
            self.left -= 1
        if self.is_down or (self.left is not None and self.left < 0):
            raise httpx.ConnectError("refused", request=request)
        return self.emulator.handle(request)


def test_every_goes_on_and_says_a_fault_once(tmp_path: Path) -> None:
    """What may heal is tried again at the next turn; Ctrl-C is exit 130."""
    records = made(300)
    asked = Account(records)
    turns = Turns(asked, 5)
    path = tmp_path / "m" / "m.sqlite"
    code, said = every(asked, turns, path)
    assert code == 130
    assert [30.0] * 6 == turns.waits
    assert 1 == sum("it is tried again" in line for line in said)
    place = Place(path, "http://127.0.0.1:1")
    end_s = NOW_S + 5 * 600 - SETTLE_S
    assert (Interval(0, end_s),) == held(place)[1]
    assert 300 == json.loads(said[-1])["new"]


def every(
    asked: Account, turns: Turns, path: Path, errors: io.StringIO | None = None
) -> tuple[int, list[str]]:
    """Exit code of `sync --every 30 --stats`, and the lines that it said."""
    errors = errors if errors is not None else io.StringIO()
    options = SyncOptions()
    options.every, options.stats = 30, True
    connection = Connection(of_base_url("http://127.0.0.1:1"), NoCredential())
    code = sync(
        options,
        Output(io.StringIO(), errors),
        replace(connection, mirror=path),
        Seams(asked, turns.sleep, lambda: 0.0, lambda: asked.now_s),
    )
    return code, errors.getvalue().splitlines()


def test_the_cost_is_told_once_a_run(tmp_path: Path) -> None:
    """Also where the first turn that told it did not come to its end."""
    asked = Account(made(300))
    asked.left = 1  # the count
    turns = Turns(asked, 2)

    async def sleep(seconds: float) -> None:
        await Turns.sleep(turns, seconds)
        if turns.waits:
            asked.left, asked.is_down = None, False

    turns.sleep = sleep  # type: ignore[method-assign]
    code, said = every(asked, turns, tmp_path / "m" / "m.sqlite")
    assert code == 130
    assert 1 == sum("it is tried again" in line for line in said)
    assert 1 == sum("the whole account is read" in line for line in said)
    assert 300 == json.loads(said[-1])["new"]


@pytest.mark.parametrize("is_damaged", [False, True])
def test_other_content_is_said_after_the_turn_that_found_it(
    tmp_path: Path, *, is_damaged: bool
) -> None:
    """Once, before whatever comes of later turns; --stats counts it at the end."""
    records = made(300)
    records.sort(key=lambda record: str(record["created_at"]))
    other = {**records[0], "created_at": "2026-03-10T11:58:00Z"}
    asked, path = Account(records), tmp_path / "m" / "m.sqlite"
    turns, errors = Turns(asked, 4), io.StringIO()

    async def sleep(seconds: float) -> None:
        await Turns.sleep(turns, seconds)
        asked.emulator = Emulator([*records[1:], other], clock=lambda: asked.now_s)
        if is_damaged and len(turns.waits) == 4:
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("ALTER TABLE slice RENAME COLUMN end_s TO gone")

    turns.sleep = sleep  # type: ignore[method-assign]
    if is_damaged:
        with pytest.raises(MirrorDamaged):
            every(asked, turns, path, errors)
    else:
        every(asked, turns, path, errors)
    said = errors.getvalue().splitlines()
    facts = json.loads(said[-1])  # whatever ended it
    assert (1, is_damaged) == (facts["conflicts"], facts["covered"] is None)
    found = [line for line in said if "with other content than before" in line]
    assert [
        f"warning: 1 record came with other content than before ({records[0]['id']});"
        " both are kept"
    ] == found
    (lost,) = (line for line in said if "it is tried again" in line)
    assert said.index(found[0]) < said.index(lost)


def test_a_disk_that_is_full_is_summed_up(
    run: Run, to_account: ToAccount, tmp_path: Path
) -> None:
    """Exit 8 as ever; --stats says what was done until then, in one line."""
    with serve(account(made(5_000))) as server:
        folder, _ = at(tmp_path, server)
        limits = "import os,resource as r;r.setrlimit(r.RLIMIT_FSIZE,(400_000,)*2);"
        program = f"{limits}from auditql.shell.main import run;os._exit(run(['sync',"
        program += "'--stats']))"
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | to_account(server) | folder,
            capture_output=True,
            timeout=60,
            check=False,
        )
    lines = done.stderr.decode().splitlines()
    (facts,) = (json.loads(line) for line in lines if line.startswith("{"))
    assert (8, b"") == (done.returncode, done.stdout), lines
    assert any("could not be written" in line for line in lines)
    assert facts["requests"] > 0


def test_an_account_that_refuses(
    run: Run, to_account: ToAccount, tmp_path: Path
) -> None:
    """401 is exit 4, nobody there is exit 3; --every ends with a refusal."""
    emulator = Emulator([], Settings(admits=False), clock=lambda: float(NOW_S))
    with serve(emulator) as server:
        folder, _ = at(tmp_path, server)
        env = to_account(server) | folder
        done = run("sync", "--every", "30", env=env)
        assert done.returncode == 4
        assert len(emulator.requests) == 1
