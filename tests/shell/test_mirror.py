"""`auditql mirror` and `auditql verify` of a mirror, as a person uses them."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from synced import NOW_S, account, at, held, made, undisturbed

from auditql.catalog.record import Record
from auditql.emulator import LoopbackServer, serve
from auditql.plan.model import Interval
from auditql.providers.mirror.opening import Place
from auditql.providers.mirror.writer import SETTLE_S, MirrorWriter

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]
ToAccount = Callable[[LoopbackServer], dict[str, str]]


@pytest.fixture
def mirror(run: Run, to_account: ToAccount, tmp_path: Path):  # type: ignore[no-untyped-def]
    """A served account and its mirror: a run of auditql, and the place."""
    records = made(1_000)
    with serve(account(records)) as server:
        folder, place = at(tmp_path / "data", server)
        env = to_account(server) | folder
        assert run("sync", env=env).returncode == 0
        yield (lambda *words: run(*words, env=env)), place, records


def test_status(mirror) -> None:  # type: ignore[no-untyped-def]
    """What is held, since when and until when, for a person and for a program."""
    run, place, records = mirror
    text = run("mirror", "status").stdout.decode()
    number = len(undisturbed(records)[0])
    assert f"records    {number:,}\n" in text
    assert "covered    from the beginning to 2026-03-10T11:55:00Z\n" in text
    facts = json.loads(run("mirror", "status", "-f", "json").stdout)
    assert number == facts["records"]
    assert [["1970-01-01T00:00:00Z", "2026-03-10T11:55:00Z"]] == facts["covered"]
    assert str(place.path) == facts["file"]
    assert facts["bytes"] >= place.path.stat().st_size


def test_prune_is_not_undone_by_the_next_sync(mirror) -> None:  # type: ignore[no-untyped-def]
    """What is older is out, and stays out."""
    run, place, _ = mirror
    done = run("mirror", "prune", "--before", "2026-03-01")
    assert done.returncode == 0, done.stderr
    assert b"before 2026-03-01T00:00:00Z taken out" in done.stderr
    for _ in range(2):
        raws, covered = held(place)
        times = [json.loads(raw)["created_at"] for raw in raws]
        assert min(times) >= "2026-03-01T00:00:00Z"
        assert [NOW_S - SETTLE_S] == [time.end for time in covered]
        assert run("sync").returncode == 0
    assert run("sync", "--since", "2026-02-01").returncode == 0
    assert min(json.loads(r)["created_at"] for r in held(place)[0]) < "2026-03-01"


def test_no_time_that_is_to_come_is_taken(mirror) -> None:  # type: ignore[no-untyped-def]
    """Neither to prune to nor to begin from: exit 2, and the mirror is as it was."""
    run, place, records = mirror
    for words in (("mirror", "prune", "--before"), ("sync", "--since")):
        done = run(*words, "2099-01-01")
        assert (2, b"") == (done.returncode, done.stdout), done.stderr
        assert b"`2099-01-01` is still to come" in done.stderr
        done = run(*words, "2026-01-01", "--tz", "Europe/Belin")
        assert (2, b"") == (done.returncode, done.stdout), done.stderr
        assert (
            b"error: there is no zone `Europe/Belin`; did you mean Europe/Berlin?\n"
        ) == done.stderr
    assert held(place) == undisturbed(records)
    assert run("sync").returncode == 0


def spoil(place: Place) -> None:
    """Flip a bit within a text that many records have."""
    content = bytearray(place.path.read_bytes())
    content[content.index(b"Updated")] ^= 0x10
    place.path.write_bytes(content)


def test_what_is_damaged_is_found_and_read_again(mirror) -> None:  # type: ignore[no-untyped-def]
    """verify says so with exit 1, --repair makes it whole, from the account."""
    run, place, records = mirror
    done = run("verify", "--mirror", str(place.path))
    assert (0, 2) == (
        done.returncode,
        done.stdout.count(b": holds what was put into it\n"),
    )
    spoil(place)
    done = run("verify", str(place.path))
    assert done.returncode == 1
    assert b": damaged\n" in done.stdout
    done = run("verify", "--mirror", "--repair")
    assert done.returncode == 0, done.stderr
    assert b": holds what was put into it\n" in done.stdout
    assert held(place) == undisturbed(records)


def test_repair_reads_what_an_earlier_sync_was_to_hold(mirror) -> None:  # type: ignore[no-untyped-def]
    """The oldest slice, although the last --since was later."""
    run, place, records = mirror
    assert run("sync", "--since", "2026-03-09").returncode == 0
    spoil(place)
    assert run("verify", "--mirror", "--repair").returncode == 0
    assert held(place) == undisturbed(records)


@pytest.mark.parametrize("is_cut", [False, True], ids=["a flipped bit", "cut off"])
def test_rebuild_makes_it_whole(mirror, *, is_cut: bool) -> None:  # type: ignore[no-untyped-def]
    """Whatever became of the file: afterwards it is as of an undisturbed run."""
    run, place, records = mirror
    spoil(place)
    if is_cut:
        place.path.write_bytes(place.path.read_bytes()[:20_000])
    done = run("mirror", "rebuild")
    assert done.returncode == 0, done.stderr
    assert held(place) == undisturbed(records)


@pytest.mark.parametrize(
    "words", [("verify", "--mirror", "--repair"), ("mirror", "rebuild")]
)
def test_what_no_account_shows_again_is_told(mirror, words) -> None:  # type: ignore[no-untyped-def]
    """A second content of an id, in a time that is damaged, is lost: how many are."""
    run, place, records = mirror
    old = Record.from_json(records[500] | {"action_label": "Changed"})
    writer = MirrorWriter(place)
    writer.begin(Interval(old.created_s, old.created_s + 1), NOW_S)
    assert 1 == len(writer.page([old], old.created_s).conflicts)
    writer.close()
    spoil(place)
    done = run(*words)
    assert done.returncode == 0, done.stderr
    assert (
        b"warning: 1 record with other content than another of the same id taken out"
    ) in done.stderr
    assert held(place) == undisturbed(records)


def test_rebuild_takes_out_what_no_clock_has_reached(mirror) -> None:  # type: ignore[no-untyped-def]
    """A mirror that an account with a wrong clock made."""
    run, place, records = mirror
    writer = MirrorWriter(place)
    writer.begin(Interval(NOW_S - SETTLE_S, NOW_S + 9_000), NOW_S + 9_999)
    writer.page([], NOW_S - SETTLE_S)
    writer.close()
    done = run("sync")
    assert done.returncode == 1
    assert b"`auditql mirror rebuild`" in done.stderr
    assert run("mirror", "rebuild").returncode == 0
    assert held(place) == undisturbed(records)


def test_what_is_refused(run: Run, tmp_path: Path) -> None:
    """No mirror, no account, options that do not go together: exit 2, own words."""
    env = {
        "ZENDESK_BASE_URL": "http://127.0.0.1:9",
        "XDG_DATA_HOME": str(tmp_path / "none"),
    }
    for arguments, words in {
        ("mirror", "status"): "`auditql sync` makes it",
        ("mirror", "prune", "--before", "-1d"): "`auditql sync` makes it",
        ("mirror", "rebuild"): "there is no mirror",
        ("mirror", "prune"): "--before says what `prune` takes out",
        ("mirror", "status", "--before", "-1d"): "--before says what",
        ("verify",): "name a FILE, or --mirror",
        ("verify", "--mirror"): "`auditql sync` makes it",
    }.items():
        done = run(*arguments, env=env)
        assert (2, b"") == (done.returncode, done.stdout), arguments
        assert words in done.stderr.decode(), arguments
    assert not (tmp_path / "none").exists()
