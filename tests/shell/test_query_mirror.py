"""`query`, `run`, `explain`, `compile` where a mirror is: as a person uses them."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from synced import account, at, made

from auditql.emulator import LoopbackServer, serve

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]
ToAccount = Callable[[LoopbackServer], dict[str, str]]

NOW = ("--now", "2026-03-10T12:00:00Z")
OVER = "created_at >= 2026-02-01 and created_at < 2026-03-01"
OPEN = "created_at >= -20d"


@pytest.fixture
def mirrored(run: Run, to_account: ToAccount, tmp_path: Path):  # type: ignore[no-untyped-def]
    """A served account with a mirror of it: a run of auditql, and the server."""
    with serve(account(made(1_500))) as server:
        folder, place = at(tmp_path / "data", server)
        env = to_account(server) | folder
        assert run("sync", env=env).returncode == 0
        yield (lambda *words: run(*words, env=env)), place


def stats(done: "subprocess.CompletedProcess[bytes]") -> dict[str, object]:
    """The line of `--stats`."""
    return json.loads(done.stderr.splitlines()[-1])


def test_a_month_asked_again_asks_nobody(mirrored) -> None:  # type: ignore[no-untyped-def]
    """The bytes of the API, zero requests, and it says where they come from."""
    run, _ = mirrored
    api = run("query", OVER, *NOW, "-f", "jsonl", "--source", "api", "--stats")
    auto = run("query", OVER, *NOW, "-f", "jsonl", "--stats")
    alone = run("query", OVER, *NOW, "-f", "jsonl", "--stats", "--source", "mirror")
    assert (0, 0, 0) == (api.returncode, auto.returncode, alone.returncode)
    assert api.stdout == auto.stdout == alone.stdout
    rows = len(api.stdout.splitlines())
    assert rows > 100
    assert 0 < stats(api)["requests"]
    for done in (auto, alone):
        said = stats(done)
        assert (0, rows) == (said["requests"], said["rows_from_mirror"])
        assert "2026-03-01T00:00:00Z" == said["complete_until"]


def test_the_tail_is_the_api_s(mirrored) -> None:  # type: ignore[no-untyped-def]
    """One request for the last minutes, the same rows, one time up to which."""
    run, _ = mirrored
    api = run("query", OPEN, *NOW, "-f", "jsonl", "--source", "api", "--stats")
    auto = run("query", OPEN, *NOW, "-f", "jsonl", "--stats")
    assert api.stdout == auto.stdout
    assert (1, 0) == (stats(auto)["requests"], auto.returncode)
    assert stats(api)["complete_until"] == stats(auto)["complete_until"]


def test_stages_are_the_mirror_s_where_all_is_covered(mirrored) -> None:  # type: ignore[no-untyped-def]
    """Counted there, and said so; a count of the API's otherwise."""
    run, _ = mirrored
    text = f"{OVER} | count by action"
    api = run("query", text, *NOW, "-f", "jsonl", "--source", "api")
    auto = run("query", text, *NOW, "-f", "jsonl", "--stats")
    assert api.stdout == auto.stdout
    assert (0, True) == (stats(auto)["requests"], stats(auto)["answered_by_mirror"])
    number = f"action = login and {OVER} | count"
    api = run("query", number, *NOW, "-f", "jsonl", "--source", "api", "--stats")
    auto = run("query", number, *NOW, "-f", "jsonl", "--stats")
    assert api.stdout == auto.stdout
    assert (True, False) == (stats(api)["server_count"], stats(auto)["server_count"])
    assert 0 == stats(auto)["requests"]


def test_the_mirror_alone_needs_no_credential(mirrored, run: Run) -> None:  # type: ignore[no-untyped-def]
    """Nobody is asked; an account must be named all the same."""
    _, place = mirrored
    env = {
        "ZENDESK_BASE_URL": place.origin,
        "XDG_DATA_HOME": str(place.path.parents[2]),
    }
    done = run("query", OVER, *NOW, "-f", "jsonl", "--source", "mirror", env=env)
    assert (0, b"") == (done.returncode, done.stderr)
    assert done.stdout


def test_what_the_mirror_alone_lacks_ends_in_6(mirrored) -> None:  # type: ignore[no-untyped-def]
    """Rows are out, what is missing is named; of what is counted no row is given."""
    run, _ = mirrored
    assert run("mirror", "prune", "--before", "2026-02-15").returncode == 0
    done = run("query", OVER, *NOW, "-f", "jsonl", "--source", "mirror")
    assert 6 == done.returncode
    assert done.stdout
    since = "2026-02-01T00:00:00Z"
    words = f"hold {since} to 2026-02-15T00:00:00Z; `auditql sync --since {since}`"
    gap = words.encode()
    assert gap in done.stderr
    done = run("query", f"{OVER} | count by action", *NOW, "--source", "mirror")
    assert (6, b"") == (done.returncode, done.stdout)
    assert gap in done.stderr
    done = run("query", OVER, *NOW, "-f", "jsonl")
    api = run("query", OVER, *NOW, "-f", "jsonl", "--source", "api")
    assert (0, api.stdout) == (done.returncode, done.stdout)
    assert 0 == run("sync", "--since", since).returncode
    done = run("query", OVER, *NOW, "-f", "jsonl", "--source", "mirror")
    assert (0, api.stdout) == (done.returncode, done.stdout), "as it was told"


def test_explain_says_which_part_comes_from_where(mirrored) -> None:  # type: ignore[no-untyped-def]
    """And what it saves; nothing of that without a mirror, or with --source api."""
    run, _ = mirrored
    text = run("explain", OPEN, *NOW).stdout.decode()
    until = "2026-03-10T11:55:00Z"
    assert f"mirror   from 2026-02-18T12:00:00Z until before {until}: no" in text
    assert f"created_at  {until} or later" in text
    assert "\nsaved    about " in text
    assert " requests: the mirror has " in text
    api = run("explain", OPEN, *NOW, "--source", "api").stdout.decode()
    assert "mirror" not in api
    alone = run("explain", OPEN, *NOW, "--source", "mirror").stdout.decode()
    assert "nothing is asked: the mirror alone is read" in alone
    assert f"missing  {until} or later: not in the mirror" in alone


def test_compile_shows_what_is_left_to_ask(mirrored) -> None:  # type: ignore[no-untyped-def]
    """The requests of the rest, and a note; JSON names the mirror's times."""
    run, _ = mirrored
    whole = run("compile", OPEN, *NOW, "--source", "api")
    assert [] == json.loads(whole.stdout)["mirror"]
    rest = run("compile", OPEN, *NOW)
    found = json.loads(rest.stdout)
    assert [["2026-02-18T12:00:00Z", "2026-03-10T11:55:00Z"]] == found["mirror"]
    assert 1 == len(found["requests"])
    assert b"note: the mirror gives what it holds of it" in rest.stderr
    nothing = run("compile", OVER, *NOW, "-f", "url")
    assert (0, b"") == (nothing.returncode, nothing.stdout)


def test_a_manifest_says_what_came_out_of_the_mirror(mirrored, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Its times, and only the requests that were sent."""
    run, _ = mirrored
    out = str(tmp_path / "a.jsonl")
    done = run("query", OVER, *NOW, "-f", "jsonl", "-o", out, "--manifest")
    assert 0 == done.returncode, done.stderr
    said = json.loads(Path(out + ".manifest.json").read_bytes())
    assert [["2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"]] == said["mirror"]
    assert ([], True, "auto") == (said["requests"], said["complete"], said["source"])
    assert 0 == run("verify", out).returncode


def test_a_damaged_mirror_is_told_and_done_without(mirrored) -> None:  # type: ignore[no-untyped-def]
    """A warning and the API's answer; alone, an error and no row."""
    run, place = mirrored
    content = bytearray(place.path.read_bytes())
    content[:16] = b"no file of SQL!!"
    for path in (place.path, *place.beside):
        path.unlink(missing_ok=True)
    place.path.write_bytes(content)
    place.path.chmod(0o600)
    auto = run("query", OVER, *NOW, "-f", "jsonl")
    api = run("query", OVER, *NOW, "-f", "jsonl", "--source", "api")
    assert (0, api.stdout) == (auto.returncode, auto.stdout)
    assert b"the mirror is not used" in auto.stderr
    alone = run("query", OVER, *NOW, "--source", "mirror")
    assert alone.returncode in (1, 2)
    assert b"" == alone.stdout
