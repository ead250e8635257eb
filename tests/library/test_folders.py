"""The query files of a folder: links, loops, and what is no file."""

from pathlib import Path

from auditql.errors import ConfigurationError
from auditql.library.folders import query_files


def found(path: Path) -> tuple[list[str], list[str]]:
    """The files below a folder, and what was told of it, both without its name."""
    told: list[ConfigurationError] = []
    files = query_files(str(path), told.append)
    return (
        [file.replace(f"{path}/", "") for file in files],
        [str(error).replace(f"{path}/", "") for error in told],
    )


def test_files_come_in_the_order_of_their_names_folders_after(tmp_path: Path) -> None:
    """The order does not depend on the disk."""
    for name in ("b.aql", "a.aql", "z/c.aql", "y/d.aql", "y/x/e.aql"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    expected = ["a.aql", "b.aql", "y/d.aql", "y/x/e.aql", "z/c.aql"]
    assert (expected, []) == found(tmp_path)


def test_a_loop_of_folders_ends(tmp_path: Path) -> None:
    """A folder is entered once, however many links lead to it."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "q.aql").write_text("")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "a")
    (tmp_path / "self").symlink_to("self")
    assert (["a/q.aql"], []) == found(tmp_path)


def test_a_link_to_a_folder_elsewhere_is_followed(tmp_path: Path) -> None:
    """Queries may be kept in one place and linked to."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "q.aql").write_text("")
    top = tmp_path / "top"
    top.mkdir()
    (top / "link").symlink_to(elsewhere)
    assert (["link/q.aql"], []) == found(top)


def test_a_loop_of_links_named_like_a_query_is_a_file_to_be_told_of(
    tmp_path: Path,
) -> None:
    """Whoever opens it says that it cannot be read."""
    (tmp_path / "q.aql").symlink_to("q.aql")
    assert (["q.aql"], []) == found(tmp_path)


def test_what_is_no_folder_is_given_back(tmp_path: Path) -> None:
    """Whatever it is, whoever opens it says what is wrong with it."""
    for name in (str(tmp_path / "none"), "", "-", "a\0b", "x" * 5000):
        assert [name] == query_files(name, [].append)
