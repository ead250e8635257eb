"""`auditql sync` as a process: killed, twice at once, on a full disk."""

import io
import json
import os
import pty
import random
import select
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
import pytest
from processes import started, wait_for

from auditql.catalog.record import Record
from auditql.emulator import Emulator, LoopbackServer, Settings, generate, serve
from auditql.emulator.settings import RateLimitKind
from auditql.errors import ConfigurationError
from auditql.plan.model import Interval
from auditql.providers.mirror.opening import COLUMNS, ORDER, Mirror, Place
from auditql.providers.mirror.verify import verify
from auditql.providers.mirror.writer import SETTLE_S, MirrorWriter
from auditql.providers.zendesk.auth import NoCredential
from auditql.providers.zendesk.origin import of_base_url
from auditql.runtime.connection import Connection
from auditql.shell.commands.sync import Options as SyncOptions
from auditql.shell.looping import Seams
from auditql.shell.output import Output
from auditql.shell.syncing import sync

NOW_S = 1_773_144_000
DAY_S = 86_400

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]
ToAccount = Callable[[LoopbackServer], dict[str, str]]
Raws = list[dict[str, object]]


def account(records: Raws, latency_s: float = 0.0) -> Emulator:
    settings = Settings(latency_s=latency_s)
    return Emulator(records, settings, clock=lambda: float(NOW_S))


def made(number: int) -> Raws:
    """Records of a month; some hundred in one second, over several pages."""
    records = list(generate(11, number, NOW_S - 30 * DAY_S, NOW_S))
    for record in records[number // 3 : number // 3 + 350]:
        record["created_at"] = "2026-02-20T08:00:00Z"
    return records


def at(home: Path, server: LoopbackServer) -> tuple[dict[str, str], Place]:
    """The environment in which a mirror lies below `home`, and its place."""
    name = server.url.removeprefix("http://").replace(":", "_") + ".sqlite"
    path = home / "auditql" / "mirror" / name
    return {"XDG_DATA_HOME": str(home)}, Place(path, server.url)


def held(place: Place) -> tuple[list[str], tuple[Interval, ...]]:
    """What a mirror that is sound holds, in order, and its time."""
    mirror = Mirror(place)
    try:
        found = verify(mirror)
        assert found.is_sound, found
        with mirror.snapshot():
            query = f"SELECT {COLUMNS} FROM record ORDER BY {ORDER}"
            records = mirror.restored(mirror.connection.execute(query))
            return [json.dumps(record.raw) for record in records], mirror.covered()
    finally:
        mirror.close()


def undisturbed(records: Raws) -> tuple[list[str], tuple[Interval, ...]]:
    """What the mirror of the whole account holds."""
    found = sorted(map(Record.from_json, records), key=lambda r: (-r.created_s, r.id))
    end_s = NOW_S - SETTLE_S
    raws = [json.dumps(r.raw) for r in found if r.created_s < end_s]
    return list(raws), (Interval(0, end_s),)


@pytest.mark.parametrize(
    ("rounds", "number"),
    [(6, 2_000), pytest.param(200, 8_000, marks=pytest.mark.full)],
    ids=["few", "many"],
)
def test_kill_9_leaves_neither_gap_nor_double(
    rounds: int,
    number: int,
    environment: dict[str, str],
    to_account: ToAccount,
    tmp_path: Path,
) -> None:
    """Killed at random, over and over: in the end as if it had never been."""
    chance = random.Random(rounds)
    records = made(number)
    expected = undisturbed(records)
    homes = [tmp_path / "0"]
    killed = in_the_middle = 0
    emulator = account(records, latency_s=0.01)
    with serve(emulator) as server:
        env = environment | to_account(server)
        while killed < rounds:
            folder, place = at(homes[-1], server)
            emulator.requests.clear()
            target = chance.randrange(number // 120)
            with started("sync", env=env | folder, stderr=subprocess.DEVNULL) as run:
                wait_for(partial(is_far, run, emulator, target))
                with suppress(subprocess.TimeoutExpired):
                    run.wait(chance.random() * 0.03)
                if run.poll() is None:
                    run.kill()
                    run.wait()
                    killed += 1
                    in_the_middle += covers(place, NOW_S - 31 * DAY_S)
                else:
                    assert run.returncode == 0
                    homes.append(tmp_path / str(len(homes)))
            if place.path.exists() and chance.random() < 0.1:
                check_whole(place, expected[0])
        for home in homes:
            folder, place = at(home, server)
            with started("sync", env=env | folder, stderr=subprocess.DEVNULL) as run:
                assert run.wait(60) == 0
            assert held(place) == expected
    assert in_the_middle > rounds / 3, "the kills were too early or too late"


def is_far(run: "subprocess.Popen[bytes]", emulator: Emulator, requests: int) -> bool:
    """Whether a run has sent so many requests, or has ended."""
    return len(emulator.requests) >= requests or run.poll() is not None


def check_whole(place: Place, expected: list[str]) -> None:
    """See that a mirror holds all of what it covers, and nothing else."""
    with suppress(ConfigurationError):  # killed before it was made
        Mirror(place).close()
        raws, covered = held(place)
        seconds = [Record.from_json(json.loads(raw)).created_s for raw in expected]
        assert raws == [
            raw
            for raw, second in zip(expected, seconds, strict=True)
            if any((c.start or 0) <= second < (c.end or 0) for c in covered)
        ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_what_was_read(
    number: int, environment: dict[str, str], to_account: ToAccount, tmp_path: Path
) -> None:
    """Exit 130; what was read is in the mirror, and the next run reads the rest."""
    records = made(3_000)
    folder: dict[str, str]
    with serve(account(records, latency_s=0.02)) as server:
        folder, place = at(tmp_path, server)
        env = environment | to_account(server) | folder
        with started("sync", env=env, stderr=subprocess.PIPE) as run:
            wait_for(lambda: place.path.exists() and covers(place))
            run.send_signal(number)
            assert run.wait(30) == 130
            assert run.stderr is not None
            said = run.stderr.read().decode()
        assert "error: interrupted; " in said
        assert "`auditql sync` goes on from there" in said
        check_whole(place, undisturbed(records)[0])
        with started("sync", env=env, stderr=subprocess.DEVNULL) as run:
            assert run.wait(30) == 0
        assert held(place) == undisturbed(records)


def covers(place: Place, but_not_s: int | None = None) -> bool:
    """Whether a mirror covers some time; and not all of it, down to a second."""
    with suppress(ConfigurationError):  # it is being made
        mirror = Mirror(place)
        try:
            starts = [time.start or 0 for time in mirror.covered()]
            return bool(starts) and (but_not_s is None or starts[0] > but_not_s)
        finally:
            mirror.close()
    return False


def test_of_two_at_once_the_second_is_told_who(
    run: Run, to_account: ToAccount, tmp_path: Path
) -> None:
    """Exit 2 with the process that writes; readers are not in the way."""
    with serve(account(made(300))) as server:
        folder, place = at(tmp_path, server)
        writer = MirrorWriter(place)
        try:
            done = run("sync", env=to_account(server) | folder)
        finally:
            writer.close()
        assert (2, b"") == (done.returncode, done.stdout)
        assert f"is being written by process {os.getpid()}" in done.stderr.decode()
        reader = Mirror(place)
        done = run("sync", env=to_account(server) | folder)
        reader.close()
        assert (0, b"", b"") == (
            done.returncode,
            done.stdout,
            done.stderr.split(b"\n", 1)[1],
        )


def test_two_processes_lose_nothing_and_double_nothing(
    environment: dict[str, str], to_account: ToAccount, tmp_path: Path
) -> None:
    """Both run until they get in; in the end the mirror is as of one."""
    records = made(2_000)
    with serve(account(records, latency_s=0.005)) as server:
        folder, place = at(tmp_path, server)
        env = environment | to_account(server) | folder
        for _ in range(3):
            with (
                started("sync", env=env, stderr=subprocess.DEVNULL) as one,
                started("sync", env=env, stderr=subprocess.DEVNULL) as other,
            ):
                codes = {one.wait(60), other.wait(60)}
                assert codes <= {0, 2}
                assert 0 in codes
        assert held(place) == undisturbed(records)


def test_a_full_disk_keeps_what_was_read(
    environment: dict[str, str], to_account: ToAccount, tmp_path: Path
) -> None:
    """Exit 8 and its own words; with room again the next run goes on."""
    import resource

    records = made(3_000)
    with serve(account(records)) as server:
        folder, place = at(tmp_path, server)
        env = environment | to_account(server) | folder
        limit = 200 * 1024
        done = subprocess.run(
            [*command(), "sync"],
            env=env | {"PYTHONDONTWRITEBYTECODE": "1"},  # it would be cut off as well
            capture_output=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, (limit, limit)
            ),
        )
        assert done.returncode == 8, done.stderr
        assert b"could not be written" in done.stderr
        check_whole(place, undisturbed(records)[0])
        assert held(place)[0]
        with started("sync", env=env, stderr=subprocess.DEVNULL) as run:
            assert run.wait(30) == 0
        assert held(place) == undisturbed(records)


def command() -> list[str]:
    import sys

    return [sys.executable, "-m", "auditql"]


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
        assert held(place)[1][0].end == NOW_S - SETTLE_S


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
        self.emulator = Emulator(records, clock=lambda: self.now_s)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        if self.is_down:
            raise httpx.ConnectError("refused", request=request)
        return self.emulator.handle(request)


def test_every_goes_on_and_says_a_fault_once(tmp_path: Path) -> None:
    """What may heal is tried again at the next turn; Ctrl-C is exit 130."""
    records = made(300)
    asked = Account(records)
    turns = Turns(asked, 5)
    errors = io.StringIO()
    options = SyncOptions()
    options.every, options.stats = 30, True
    path = tmp_path / "m" / "m.sqlite"
    connection = Connection(of_base_url("http://127.0.0.1:1"), NoCredential())
    code = sync(
        options,
        Output(io.StringIO(), errors),
        replace(connection, mirror=path),
        Seams(asked, turns.sleep, lambda: 0.0, lambda: asked.now_s),
    )
    said = errors.getvalue().splitlines()
    assert code == 130
    assert [30.0] * 6 == turns.waits
    assert 1 == sum("it is tried again" in line for line in said)
    place = Place(path, "http://127.0.0.1:1")
    end_s = NOW_S + 5 * 600 - SETTLE_S
    assert (Interval(0, end_s),) == held(place)[1]
    assert 300 == json.loads(said[-1])["new"]


def test_on_a_terminal_it_asks_before_much_is_read(
    environment: dict[str, str], to_account: ToAccount, tmp_path: Path
) -> None:
    """The cost comes first; `no` reads nothing, and the line of progress is shown."""
    with serve(account(made(5_500), latency_s=0.1)) as server:
        folder, place = at(tmp_path, server)
        env = environment | to_account(server) | folder
        code, screen = answering(env, b"no\n")
        assert 2 == code, screen
        assert "note: the whole account is read: about 5,500 records, 55" in screen
        assert "read it (yes, no): " in screen
        assert "nothing was read" in screen
        assert () == held(place)[1]
        code, screen = answering(env, b"yes\n")
        assert 0 == code, screen
        assert "page " in screen
        assert "the mirror holds from the beginning to 2026-03-10T11:55:00Z" in screen


def answering(env: dict[str, str], words: bytes) -> tuple[int, str]:
    """Exit code of a sync on a terminal where somebody types, and what it showed."""
    ours, theirs = pty.openpty()
    try:
        with started("sync", env=env, stdin=theirs, stderr=theirs) as process:
            os.close(theirs)
            screen = b""
            is_typed = False
            while select.select([ours], [], [], 30)[0]:
                try:
                    screen += os.read(ours, 65_536)
                except OSError:  # the other side has gone: Linux says EIO
                    break
                if not is_typed and b"(yes, no)" in screen:
                    os.write(ours, words)
                    is_typed = True
            return process.wait(30), screen.decode()
    finally:
        os.close(ours)


def test_the_cost_is_said_at_the_rate_of_the_account(
    run: Run, to_account: ToAccount, tmp_path: Path
) -> None:
    """A new mirror takes the whole account: records, requests, time, before it does."""
    settings = Settings(rate_limit=RateLimitKind.FIXED_MINUTE)
    with serve(Emulator(made(400), settings, clock=lambda: float(NOW_S))) as server:
        folder, _ = at(tmp_path, server)
        done = run("sync", env=to_account(server) | folder)
        assert (
            b"note: the whole account is read: about 400 records, 4 requests, ~0 s at"
            b" 560 a minute\n"
        ) == done.stderr
        assert b"" == run("sync", env=to_account(server) | folder).stderr


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
