"""Query files: what is read, what is refused."""

import os
from pathlib import Path

import pytest

from auditql.catalog.limits import FILE_BYTES
from auditql.errors import ConfigurationError, QueryError
from auditql.library.files import Parameter, load, read_text

TEXT = """\
-- Who was given a new role, and by whom?
param since = -7d;
param who;
param kinds = (user, group);
source_type in :kinds and actor_id = :who and created_at >= :since
"""


def written(directory: Path, content: bytes, name: str = "roles.aql") -> Path:
    file = directory / name
    file.write_bytes(content)
    return file


def test_a_file_has_a_name_a_description_and_parameters(tmp_path: Path) -> None:
    """The name is the file's, the description its first comment."""
    saved = load(written(tmp_path, TEXT.encode()))
    assert "roles" == saved.name
    assert "Who was given a new role, and by whom?" == saved.description
    assert TEXT == saved.text
    assert (
        Parameter("since", "-7d", "time"),
        Parameter("who", None, "integer"),
        Parameter("kinds", "(user, group)", "word", takes_list=True),
    ) == saved.parameters


def test_what_is_used_and_not_declared_is_a_parameter_too(tmp_path: Path) -> None:
    """It must be given all the same; what is declared and not used may be anything."""
    saved = load(written(tmp_path, b"id = :b limit :a; param c; param b = 7;"))
    assert (
        Parameter("c", None, "any"),
        Parameter("b", "7", "integer"),
        Parameter("a", None, "count"),
    ) == saved.parameters


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    """Spans point into the text without it."""
    file = written(tmp_path, b"\xef\xbb\xbfaction = login")
    assert "action = login" == read_text(file)


def test_a_name_as_text_is_a_path_too(tmp_path: Path) -> None:
    """A str does as well as a Path."""
    file = written(tmp_path, b"action = login", "plain")
    assert "plain" == load(str(file)).name


def test_a_file_that_cannot_be_parsed_carries_its_diagnostics(tmp_path: Path) -> None:
    """A wrong text is a QueryError, as anywhere else."""
    with pytest.raises(QueryError) as caught:
        load(written(tmp_path, b"action = = login"))
    assert "action = = login" == caught.value.text


def test_bytes_that_are_not_utf8_are_told_by_line(tmp_path: Path) -> None:
    """The line and the byte are named, no text is guessed."""
    file = written(tmp_path, "action = login\n-- größe".encode("latin-1"))
    with pytest.raises(ConfigurationError, match="line 2 holds the byte 0xf6"):
        load(file)


def test_a_missing_file_is_told_by_name(tmp_path: Path) -> None:
    """The name is the one that was given."""
    with pytest.raises(ConfigurationError, match=r"none\.aql cannot be read: No such"):
        load(tmp_path / "none.aql")


def test_a_name_with_nul_is_refused() -> None:
    """A name that no file can have is an error of ours, not a ValueError."""
    with pytest.raises(ConfigurationError, match="cannot be used"):
        load("a\0b.aql")


def test_a_directory_is_no_query(tmp_path: Path) -> None:
    """Only regular files are read."""
    with pytest.raises(ConfigurationError, match="is a folder, no query file"):
        load(tmp_path)


def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    """Opening a FIFO would block for ever; it is looked at first."""
    os.mkfifo(tmp_path / "pipe.aql")
    with pytest.raises(ConfigurationError, match="no regular file"):
        load(tmp_path / "pipe.aql")


def test_a_file_may_be_as_long_as_the_limit_and_no_longer(tmp_path: Path) -> None:
    """1 MiB is read whole, one byte more is refused."""
    file = written(tmp_path, b"-" * FILE_BYTES)
    assert FILE_BYTES == len(read_text(file))
    written(tmp_path, b"-" * (FILE_BYTES + 1))
    with pytest.raises(ConfigurationError, match="longer than 1,048,576 bytes"):
        read_text(file)
