"""What reads have shown of an account is known to the next shell."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from sessions import Bench, bench, records
from test_densities import expected

from auditql.runtime.profiles.forms import Profile
from auditql.shell.live.density import MOST
from auditql.shell.session.accounts import Transported
from auditql.shell.session.estimates import Estimates

ACME, OTHER = "https://acme.zendesk.com", "https://other.zendesk.com"
WIRE_BASE = "http://127.0.0.1:1"


class Remembered(Transported):
    """An account in process of which something is kept."""

    name: str | None = None
    at: str | None = WIRE_BASE

    @property
    def base(self) -> str | None:
        return self.at

    @property
    def profile(self) -> Profile | None:
        return None if self.name is None else Profile(self.name)


@contextmanager
def shell(name: str | None, at: str | None = WIRE_BASE) -> Iterator[Bench]:
    """One shell over the account of a profile, from its start to its end."""
    wire = Bench(records()).wire

    class Named(Remembered):
        pass

    Named.name, Named.at = name, at
    with bench(accounts=lambda _picked: Named(WIRE_BASE, wire)) as b:
        list(b.session.start())
        yield b


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "auditql" / "estimates"


def held(path: Path, account: str = ACME) -> Mapping[str, float]:
    return Estimates(path, account).recalled()


@pytest.mark.parametrize("name", ["acme", None])
def test_the_next_shell_knows_what_a_read_takes(state: Path, name: str | None) -> None:
    """Before it has asked anything; the file is the profile's, and nobody else's."""
    before = os.umask(0)
    try:
        with shell(name) as b:
            b.events("order by -created_at")
            known = b.session.state.densities
            assert [""] == list(known)
    finally:
        os.umask(before)
    with shell(name) as b:
        assert known == b.session.state.densities
        about = expected(b, "created_at >= -30d").about
        assert about is not None
        assert 4 <= about <= 6
    (file,) = state.iterdir()
    assert f"{name or '@127.0.0.1-1'}.json" == file.name
    assert 0o600 == file.stat().st_mode & 0o777
    assert 0o700 == state.stat().st_mode & 0o777


def test_what_was_learned_of_another_account_is_never_used(state: Path) -> None:
    """A profile that names another account by now; the one asked decides."""
    with shell("acme") as b:
        b.events("order by -created_at")
    with shell("acme", at=OTHER) as b:
        assert {} == b.session.state.densities
    with shell("acme", at=OTHER) as b:
        Estimates(state / "acme.json", OTHER).keep({"": 7.0})
        b.session.reach._recall(b.session.reach.account())
        assert {"": 7.0} == b.session.state.densities
        b.events("limit 1")  # the client asks whom it asks, whatever a file said
        assert {} == b.session.state.densities


def test_each_account_of_one_shell_has_its_own(state: Path) -> None:
    """What was learned before another was asked is kept, and comes back with it."""
    wire = Bench(records()).wire

    class Picked(Remembered):
        pass

    def accounts(picked: str | None) -> Picked:
        Picked.name = picked or "acme"
        Picked.at = "http://127.0.0.1:2" if picked == "other" else WIRE_BASE
        return Picked(Picked.at, wire)

    with bench(accounts=accounts) as b:
        b.events("order by -created_at")
        known = b.session.state.densities
        assert known
        b.said("\\profile other")
        assert {} == b.session.state.densities
        assert known == held(state / "acme.json", WIRE_BASE)
        b.said("\\profile acme")
        assert known == b.session.state.densities


def test_nothing_is_kept_of_an_account_that_is_made_up(state: Path) -> None:
    """The demo, and what no file names."""
    with shell("acme", at=None) as b:
        b.events("order by -created_at")
        assert b.session.state.densities
    assert not state.exists()


def test_what_two_shells_learn_is_kept(tmp_path: Path) -> None:
    """Each adds its own; what it only knew from before does not win."""
    path = tmp_path / "e" / "acme.json"
    one, two = Estimates(path, ACME), Estimates(path, ACME)
    one.keep({"": 1.0})
    one.recalled()
    two.recalled()
    two.keep({"": 2.0, "action=login": 3.0})
    one.keep({"": 1.0, "action=create": 4.0})
    assert {"": 2.0, "action=login": 3.0, "action=create": 4.0} == held(path)


def test_the_file_is_bounded(tmp_path: Path) -> None:
    """The latest stay, in few bytes."""
    path = tmp_path / "acme.json"
    Estimates(path, ACME).keep({f"actor_id={n}": 1.0 for n in range(MOST + 50)})
    assert [f"actor_id={n}" for n in range(50, MOST + 50)] == list(held(path))
    Estimates(path, ACME).keep({"actor_id=" + "1,2," * 500: 1.0})
    assert MOST == len(held(path))
    assert path.stat().st_size < 20_000


def test_no_credential_is_kept(tmp_path: Path) -> None:
    """Values of a query are part of what its records were asked by."""
    path = tmp_path / "acme.json"
    sample = "3f9ab27c51de4f60b8a1c7d92e5f0a4b3f9ab27c"
    Estimates(path, ACME).keep({f"source_type={sample}": 1.0, "action=login": 2.0})
    assert {"action=login": 2.0} == held(path)
    assert sample not in path.read_text()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[1",
        "[]",
        "null",
        '{"account": "https://acme.zendesk.com"}',
        '{"account": "https://acme.zendesk.com", "densities": [1]}',
        '{"account": "https://acme.zendesk.com", "densities": {"": -1.0}}',
        '{"account": "https://acme.zendesk.com", "densities": {"": NaN}}',
        '{"account": "https://acme.zendesk.com", "densities": {"": true}}',
        '{"account": "https://acme.zendesk.com", "densities": {"": "1"}}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_none_is_written_anew(tmp_path: Path, content: str) -> None:
    """Nothing is said of it: it is an estimate."""
    path = tmp_path / "acme.json"
    path.write_text(content)
    path.chmod(0o600)
    assert {} == held(path)
    Estimates(path, ACME).keep({"": 2.0})
    assert {"": 2.0} == held(path)


def test_a_file_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    """It may be theirs; a folder that cannot be made keeps nothing, quietly."""
    path = tmp_path / "acme.json"
    path.write_text(json.dumps({"account": ACME, "densities": {"": 2.0}}))
    path.chmod(0o644)
    assert {} == held(path)
    (tmp_path / "file").write_text("")
    Estimates(tmp_path / "file" / "acme.json", ACME).keep({"": 2.0})
