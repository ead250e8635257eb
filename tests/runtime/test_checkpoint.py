"""Checkpoints: what is written comes back, and nothing else is believed."""

import hashlib
import json
from pathlib import Path

import pytest

from auditql.errors import ConfigurationError
from auditql.results.formats import Begun
from auditql.results.position import Position
from auditql.runtime.checkpoint import Asking, Checkpoint, from_bytes, to_bytes
from auditql.runtime.checkpoint_files import (
    MOST_KEPT,
    load,
    named,
    new_path,
    of_part,
    save,
)
from auditql.runtime.parts import Written

ASKING = Asking(
    "actor_name = :who and action = 'é\ud800'",
    (("who", "'Jane Doe'"), ("n", "(1, 2)")),
    1_773_144_000,
    "Europe/Berlin",
    7,
    "csv",
    "id, action",
    True,
    "https://acme.zendesk.com",
    "ab" * 32,
    "0.1.0",
)
WHOLE = Checkpoint(
    ASKING,
    Position(3, 1_773_143_000, (5, 5, -(2**63))),
    Begun(("id", "action"), ("later",)),
    Written(120, "cd" * 32),
    1_773_144_001,
    True,
)
BARE = Checkpoint(
    Asking("", (), 0, None, None, "jsonl", None, False, "x", "y", "z"),
    Position(1, 0, (1,)),
    Begun(),
    None,
    None,
    False,
)


@pytest.mark.parametrize("checkpoint", [WHOLE, BARE])
def test_what_is_written_comes_back(checkpoint: Checkpoint, tmp_path: Path) -> None:
    """Every value, lone surrogates included; for its owner alone."""
    path = tmp_path / "rows.part.resume"
    save(path, checkpoint)
    assert checkpoint == load(path)
    assert 0o600 == path.stat().st_mode & 0o777
    assert [path] == list(tmp_path.iterdir())


def changed(name: str, value: object) -> bytes:
    """The checkpoint with another value, and the hash of that."""
    found = json.loads(to_bytes(WHOLE))
    found["of"][name] = value
    text = json.dumps(found["of"], sort_keys=True, separators=(",", ":"))
    found["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps(found).encode()


@pytest.mark.parametrize("name", json.loads(to_bytes(WHOLE))["of"])
@pytest.mark.parametrize("value", [{}, 1.5, [["a"]]])
def test_a_value_of_another_kind_is_damage(name: str, value: object) -> None:
    """The hash is no proof: whoever writes a checkpoint can make one."""
    with pytest.raises(ConfigurationError, match="is damaged"):
        from_bytes(changed(name, value), "rows.part.resume")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b"null", b"[" * 100_000, b'{"sha256": ""}']
)
def test_what_is_no_checkpoint_is_said_to_be_none(content: bytes) -> None:
    """Neither a traceback nor a guess."""
    with pytest.raises(ConfigurationError, match="is no checkpoint of auditql"):
        from_bytes(content, "rows.part.resume")


def test_every_changed_byte_is_seen() -> None:
    """Wherever it stands: the content, the hash, the mark."""
    content = to_bytes(WHOLE).rstrip(b"\n")
    for place in range(len(content)):
        other = bytearray(content)
        other[place] ^= 1
        with pytest.raises(ConfigurationError):
            from_bytes(bytes(other), "rows.part.resume")


def test_a_file_or_its_checkpoint_can_be_named(tmp_path: Path) -> None:
    """A symbolic link leads to the part beside its target."""
    part = tmp_path / "rows.csv.part.resume"
    assert part == named(str(tmp_path / "rows.csv"))
    assert part == named(str(part))
    assert str(tmp_path / "rows.csv") == of_part(part)
    (tmp_path / "link").symlink_to(tmp_path / "rows.csv")
    assert part == named(str(tmp_path / "link"))


def test_the_oldest_of_many_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of the user's state does not grow for ever."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    folder = tmp_path / "auditql" / "resume"
    first = new_path()
    assert folder == first.parent
    for number in range(MOST_KEPT + 5):
        (folder / f"19{number:03}T-x.resume").write_text("{}")
    path = new_path()
    save(path, BARE)
    assert MOST_KEPT == len(list(folder.iterdir()))
    assert not (folder / "19005T-x.resume").exists()
    assert (folder / "19006T-x.resume").exists()
    assert 0o700 == folder.stat().st_mode & 0o777
