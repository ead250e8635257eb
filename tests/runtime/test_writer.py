"""Files are there whole or not at all."""

import errno
import hashlib
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from auditql.errors import ConfigurationError, OutputError
from auditql.runtime.parts import Written
from auditql.runtime.writer import FileWriter, replace_text


def mode(path: Path) -> int:
    """The permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_there_once_it_is_complete(tmp_path: Path) -> None:
    """Until then there is only its part; after, only the file, for its owner alone."""
    wanted, part = tmp_path / "rows.csv", tmp_path / "rows.csv.part"
    with FileWriter(str(wanted)) as file:
        file.write("one\n")
        file.flush()
        assert not wanted.exists()
        assert "one\n" == part.read_text()
        assert 0o600 == mode(part)
        file.write("two\n")
        file.commit()
    assert "one\ntwo\n" == wanted.read_text()
    assert [wanted] == list(tmp_path.iterdir())
    assert 0o600 == mode(wanted)


def test_what_ends_the_writing_leaves_file_and_part(tmp_path: Path) -> None:
    """The file is as it was, the part holds what there was."""
    wanted = tmp_path / "rows.csv"
    wanted.write_text("old")

    def interrupted() -> None:
        with FileWriter(str(wanted)) as file:
            file.write("new")
            assert str(tmp_path / "rows.csv.part") == file.place()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert "old" == wanted.read_text()
    assert "new" == (tmp_path / "rows.csv.part").read_text()


def test_a_part_without_a_word_is_not_left_behind(tmp_path: Path) -> None:
    """A run that failed before its first row leaves nothing lying around."""
    with FileWriter(str(tmp_path / "rows.csv")) as file:
        assert file.place() is None
    assert [] == list(tmp_path.iterdir())


def test_the_part_of_an_earlier_run_is_written_over(tmp_path: Path) -> None:
    """Longer or open to others before: it is short and private now."""
    part = tmp_path / "rows.csv.part"
    part.write_text("much longer than what comes")
    part.chmod(0o644)
    with FileWriter(str(tmp_path / "rows.csv")) as file:
        file.write("new")
        file.flush()
        assert "new" == part.read_text()
        assert 0o600 == mode(part)


def test_two_runs_never_write_one_part(tmp_path: Path) -> None:
    """The second is refused; the first goes on."""
    wanted = tmp_path / "rows.csv"
    with FileWriter(str(wanted)) as first:
        first.write("first")
        with pytest.raises(OutputError, match="another run is writing it"):
            FileWriter(str(wanted))
        first.commit()
    assert "first" == wanted.read_text()


@pytest.mark.parametrize("permissions", [0o644, 0o640, 0o400])
def test_a_file_that_is_replaced_keeps_its_permissions(
    permissions: int, tmp_path: Path
) -> None:
    """Whoever could read it before can read it now, and nobody else."""
    wanted = tmp_path / "a.aql"
    wanted.write_text("old")
    wanted.chmod(permissions)
    replace_text(str(wanted), "new")
    assert "new" == wanted.read_text()
    assert permissions == mode(wanted)


def test_a_link_is_followed(tmp_path: Path) -> None:
    """Its target is replaced, beside which the part stood; the link stays one."""
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "a.aql", tmp_path / "link.aql"
    target.write_text("old")
    link.symlink_to(target)
    replace_text(str(link), "new")
    assert link.is_symlink()
    assert "new" == target.read_text()
    assert [target] == list((tmp_path / "there").iterdir())


def test_a_part_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    """Somebody else's link must not lead our rows, or our emptying, elsewhere."""
    victim = tmp_path / "victim"
    victim.write_text("kept")
    for make in (Path.symlink_to, Path.hardlink_to):
        part = tmp_path / "rows.csv.part"
        make(part, victim)
        with pytest.raises(OutputError):
            FileWriter(str(tmp_path / "rows.csv"))
        assert "kept" == victim.read_text()
        part.unlink()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (".", "is a directory"),
        ("", "is no name of a file"),
        ("new/", "is no name of a file"),
        ("missing/rows.csv", "No such file or directory"),
        ("pipe", "is no regular file"),
        ("nul\0", "the name cannot be used"),
        ("n" * 300, "File name too long"),
    ],
)
def test_a_place_that_cannot_be_written_is_told(
    name: str, why: str, tmp_path: Path
) -> None:
    """Before anything is written, and nothing is left there."""
    os.mkfifo(tmp_path / "pipe")
    path = f"{tmp_path}/{name}" if name else ""
    with pytest.raises(OutputError, match=why):
        FileWriter(path)
    assert ["pipe"] == [p.name for p in tmp_path.iterdir()]


def test_the_part_of_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A named pipe under the part's name would wait for a reader for ever."""
    os.mkfifo(tmp_path / "rows.csv.part")
    with pytest.raises(OutputError):
        FileWriter(str(tmp_path / "rows.csv"))


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """The system refuses the bytes: an error that says why, the old file untouched."""
    wanted = tmp_path / "rows.csv"
    wanted.write_text("old")
    program = (
        "import resource, signal, sys\n"
        "from auditql.errors import OutputError\n"
        "from auditql.runtime.writer import FileWriter\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try:\n"
        "    with FileWriter(sys.argv[1]) as file:\n"
        "        file.write('x' * 20_000)\n"
        "        file.commit()\n"
        "except OutputError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(wanted)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    reason = os.strerror(errno.EFBIG)
    assert f"{wanted} cannot be written: {reason}\n" == done.stdout
    assert "old" == wanted.read_text()


def test_lone_surrogates_are_written_as_escapes(tmp_path: Path) -> None:
    """As on standard output: no text can stop the writing."""
    replace_text(str(tmp_path / "a"), "\ud800é")
    assert b"\\ud800\xc3\xa9" == (tmp_path / "a").read_bytes()


def left(path: Path, text: str, more: str = "") -> Written:
    """A part that an earlier run left, with how it began to be known."""
    with FileWriter(str(path)) as file:
        file.write(text)
        file.sync()
        kept = file.written
        file.write(more)
        file.flush()
    return kept


def test_a_part_is_gone_on_with_behind_what_is_kept(tmp_path: Path) -> None:
    """What was written after it is cut off and written again; the hash is of all."""
    wanted = tmp_path / "rows.csv"
    kept = left(wanted, "one é\n", "half a li")
    assert "one é\nhalf a li" == (tmp_path / "rows.csv.part").read_text()
    with FileWriter(str(wanted), kept) as file:
        assert str(tmp_path / "rows.csv.part") == file.place()
        file.write("two\n")
        whole = hashlib.sha256("one é\ntwo\n".encode()).hexdigest()
        assert Written(11, whole) == file.written
        file.commit()
    assert "one é\ntwo\n" == wanted.read_text()
    assert [wanted] == list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"one\nTWO\n", b"one\n", None])
def test_a_part_that_is_not_as_it_was_left_is_not_gone_on_with(
    content: bytes | None, tmp_path: Path
) -> None:
    """Changed, cut or gone: refused, and what is there stays as it is."""
    wanted, part = tmp_path / "rows.csv", tmp_path / "rows.csv.part"
    kept = left(wanted, "one\ntwo\n")
    if content is None:
        part.unlink()
    else:
        part.write_bytes(content)
    with pytest.raises(ConfigurationError, match="from the beginning"):
        FileWriter(str(wanted), kept)
    assert content == (part.read_bytes() if part.exists() else None)


def test_how_to_go_on_never_outlives_its_part(tmp_path: Path) -> None:
    """A new run forgets it before it writes; so does the end of the old one."""
    wanted = tmp_path / "rows.csv"
    kept = left(wanted, "one\n")
    resume = tmp_path / "rows.csv.part.resume"
    resume.write_text("{}")
    with FileWriter(str(wanted), kept) as file:
        assert resume == file.resume
        assert resume.exists()
        file.commit()
    assert [wanted] == list(tmp_path.iterdir())
    resume.write_text("{}")
    with FileWriter(str(wanted)):
        assert not resume.exists()
