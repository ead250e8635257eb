"""A file that is added to: what was not counted is cut off, what is whole is kept."""

import os
import stat
from dataclasses import replace
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
        lengths: list[int] = []
        file.append("two, half of it", lengths.append)
    assert b"one\ntwo, half of it" == path.read_bytes()
    (most,) = lengths
    assert path.stat().st_size == most
    with AppendedFile(str(path), counted, most) as file:
        assert not file.is_new
        assert b"one\n" == path.read_bytes()
        file.append("zwei \udc80\n")
    assert b"one\nzwei \\udc80\n" == path.read_bytes()
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_what_somebody_else_added_is_not_cut_off(tmp_path: Path) -> None:
    """A file that is longer than this query ever wrote is refused and left alone."""
    path = tmp_path / "f"
    with AppendedFile(str(path), None) as file:
        file.append("a1\n")
        counted = file.bytes
    with AppendedFile(str(path), None) as file:
        file.append("b1\n")
    for most in (None, counted, counted + 2):
        with pytest.raises(ConfigurationError, match="has 6 bytes where at most"):
            AppendedFile(str(path), counted, most)
    assert b"a1\nb1\n" == path.read_bytes()


@pytest.mark.parametrize(
    ("other", "left"), [(b"2026 x\n", b"one\n2026 x\n"), (None, b"")]
)
def test_who_else_writes_is_noticed_before_a_line_is_mixed(
    tmp_path: Path, other: bytes | None, left: bytes
) -> None:
    """Longer or shorter than it was left: nothing is written, and it is left alone."""
    path = tmp_path / "f"
    told: list[int] = []
    with AppendedFile(str(path), None) as file:
        file.append("one\n")
        path.write_bytes(b"" if other is None else path.read_bytes() + other)
        with pytest.raises(OutputError, match="somebody else wrote to it: it has"):
            file.append("two\n", told.append)
        assert (4, []) == (file.bytes, told)
    assert left == path.read_bytes()


def test_who_writes_at_the_same_moment_loses_no_byte(tmp_path: Path) -> None:
    """Both are there, in whole lines; the run ends, and the next one is refused."""
    path = tmp_path / "f"

    def between(_length: int) -> None:
        with path.open("ab") as other:
            other.write(b"x\n")

    with AppendedFile(str(path), None) as file:
        file.append("one\n")
        with pytest.raises(OutputError, match="somebody else wrote to it"):
            file.append("two\n", between)
        counted = file.bytes
    assert b"one\nx\ntwo\n" == path.read_bytes()
    with pytest.raises(ConfigurationError, match="has 10 bytes where at most 8"):
        AppendedFile(str(path), counted, 8)


def test_the_length_is_told_before_anything_is_written(tmp_path: Path) -> None:
    """Whoever keeps it knows of what a killed run may leave."""
    path = tmp_path / "f"
    seen: list[tuple[int, bytes]] = []
    with AppendedFile(str(path), None) as file:
        file.append("ü\n", lambda length: seen.append((length, path.read_bytes())))
        file.append("b\n", lambda length: seen.append((length, path.read_bytes())))
    assert [(3, b""), (5, "ü\n".encode())] == seen


def test_a_file_has_one_state_alone(tmp_path: Path) -> None:
    """By whatever name: another query that adds to it is refused by that state."""
    (tmp_path / "link").symlink_to(tmp_path / "f")
    one = Followed("https://a", "id > 1", (), None, "csv", str(tmp_path / "f"))
    other = Followed("https://b", "id > 2", (), None, "jsonl", str(tmp_path / "link"))
    assert one.name() == other.name()
    assert one.name() != replace(one, output=str(tmp_path / "g")).name()
    assert replace(one, output=None).name() != replace(other, output=None).name()


def test_a_state_without_a_name_is_refused() -> None:
    """`.` is a folder, and nothing is made beside it."""
    for path in (".", "..", "/"):
        with pytest.raises(ConfigurationError, match="is no file"):
            StateFile(Path(path), FOLLOWED)


def test_a_file_that_is_not_as_it_was_left(tmp_path: Path) -> None:
    """Shorter, torn, no file, held by another: refused, and nothing is changed."""
    path = tmp_path / "f"
    path.write_bytes(b"one\n")
    with pytest.raises(ConfigurationError, match="has 4 bytes where 9 were written"):
        AppendedFile(str(path), 9)
    with pytest.raises(ConfigurationError, match="ends within a line"):
        AppendedFile(str(path), 2, 4)
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
    seen = {2**62: {"ab": 71, "cd": 72}, -3: {"ef": 70}}
    standing = Standing(5, Mark(70, seen), 9, Begun(("id",), ("x",)), 12)
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
    with pytest.raises(ConfigurationError, match="is of another query and parameters"):
        StateFile(path, other)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"state": 2}', b'{"state": 3}', b"[" * 100_000, b"\xff"],
)
def test_what_is_no_state_is_refused(tmp_path: Path, content: bytes) -> None:
    """And it is left as it is."""
    path = tmp_path / "s"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(AuditQLError, match="is no state of a followed query"):
        StateFile(path, FOLLOWED)
    assert content == path.read_bytes()
