"""A file that is added to: what was not counted is cut off, what is whole is kept."""

import os
import stat
from pathlib import Path

import pytest

from auditql.errors import AuditQLError, ConfigurationError, OutputError
from auditql.results.formats import Begun
from auditql.runtime.appending import AppendedFile
from auditql.runtime.following import Mark
from auditql.runtime.tail_state import Followed, Standing, StateFile

FOLLOWED = Followed(
    "https://acme.zendesk.com", "id > 1", (("a", "1"),), None, "csv", "x"
)


def test_what_was_not_counted_is_cut_off(tmp_path: Path) -> None:
    """A run that was killed wrote `two` and did not count it; the next one cuts it."""
    path = tmp_path / "f"
    with AppendedFile(str(path), None) as file:
        assert file.is_new
        file.append("one\n")
        counted = file.bytes
        file.append("two, half of it")
    assert b"one\ntwo, half of it" == path.read_bytes()
    with AppendedFile(str(path), counted) as file:
        assert not file.is_new
        assert b"one\n" == path.read_bytes()
        file.append("zwei \udc80\n")
    assert b"one\nzwei \\udc80\n" == path.read_bytes()
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_a_file_that_is_not_as_it_was_left(tmp_path: Path) -> None:
    """Shorter, torn, no file, held by another: refused, and nothing is changed."""
    path = tmp_path / "f"
    path.write_bytes(b"one\n")
    with pytest.raises(ConfigurationError, match="has 4 bytes where 9 were written"):
        AppendedFile(str(path), 9)
    with pytest.raises(ConfigurationError, match="ends within a line"):
        AppendedFile(str(path), 2)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigurationError, match="is no plain file"):
        AppendedFile(str(tmp_path / "pipe"), None)
    with AppendedFile(str(path), None), pytest.raises(OutputError, match="another run"):
        AppendedFile(str(path), None)
    with pytest.raises(OutputError, match="No such file or directory"):
        AppendedFile(str(tmp_path / "none" / "f"), None)
    assert b"one\n" == path.read_bytes()


def test_a_state_says_what_was_kept(tmp_path: Path) -> None:
    """It comes back as it was, for this query alone, and nobody else may read it."""
    path = tmp_path / "folder" / "s"
    standing = Standing(5, Mark(70, {2**62: 71, -3: 70}), 9, Begun(("id",), ("x",)))
    with StateFile(path, FOLLOWED) as state:
        assert state.standing is None
        state.save(Standing(5, Mark(60)))
        state.save(standing)
        with pytest.raises(ConfigurationError, match=f"process {os.getpid()} holds"):
            StateFile(path, FOLLOWED)
    with StateFile(path, FOLLOWED) as state:
        assert standing == state.standing
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    other = Followed("https://acme.zendesk.com", "id > 2", (), None, "csv", "x")
    assert other.name() != FOLLOWED.name()
    with pytest.raises(ConfigurationError, match="is of another query and parameters"):
        StateFile(path, other)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"state": 2}', b'{"state": 1}', b"[" * 100_000, b"\xff"],
)
def test_what_is_no_state_is_refused(tmp_path: Path, content: bytes) -> None:
    """And it is left as it is."""
    path = tmp_path / "s"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(AuditQLError, match="is no state of a followed query"):
        StateFile(path, FOLLOWED)
    assert content == path.read_bytes()
