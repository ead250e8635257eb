"""Shelves: which file a name stands for, and what there is."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditql.errors import ConfigurationError
from auditql.library.shelves import Shelf, bundled, entries, find
from auditql.runtime.compile import compile_script
from auditql.runtime.shelves import shelves as own_shelves

NOW = "2026-03-10T12:00:00Z"
GIVEN: dict[str, object] = {
    "integer": 1,
    "count": 1,
    "word": "user",
    "text": "Ann",
    "IP address": "203.0.113.9",
    "time": "last week",
}


def shelf(top: Path, label: str, **texts: str) -> Shelf:
    folder = top / label
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.aql").write_text(text)
    return Shelf(label, folder)


def test_the_first_shelf_that_has_a_name_wins(tmp_path: Path) -> None:
    """A query of one's own stands in for one of the same name further on."""
    shelves = (
        Shelf("none", tmp_path / "none"),
        shelf(tmp_path, "mine", both="id = 1", a="id = 2"),
        shelf(tmp_path, "theirs", both="id = 3", b="id = 4"),
    )
    found = find("both", shelves)
    assert found is not None
    assert ("mine", "id = 1") == (found.shelf, found.text())
    assert find("neither", shelves) is None
    listed = [(e.name, e.shelf, e.hides) for e in entries(shelves)]
    assert [("a", "mine", ()), ("b", "theirs", ()), ("both", "mine", ("theirs",))] == (
        listed
    )


@pytest.mark.parametrize("name", ["", ".", "a\0b", "x" * 300, "deep", ".hidden"])
def test_a_name_that_no_file_has_is_not_found(tmp_path: Path, name: str) -> None:
    """Odd names are names that are not there; nothing is raised."""
    top = shelf(tmp_path, "top")
    below = tmp_path / "top" / "below"
    below.mkdir()
    (below / "deep.aql").write_text("")
    assert find(name, [top]) is None
    assert () == entries([top])


def test_what_hides_itself_is_not_listed(tmp_path: Path) -> None:
    """Editors leave `.x.aql` behind; other endings are no queries."""
    top = shelf(tmp_path, "top", seen="", **{".hidden": ""})
    (tmp_path / "top" / "notes.txt").write_text("")
    assert ["seen"] == [e.name for e in entries([top])]


def test_a_file_that_cannot_be_read_is_found_and_told(tmp_path: Path) -> None:
    """A loop of links hides no later shelf's query: it is an error to run it."""
    first = shelf(tmp_path, "first")
    (tmp_path / "first" / "a.aql").symlink_to("a.aql")
    (tmp_path / "first" / "b.aql").mkdir()
    second = shelf(tmp_path, "second", a="id = 1", b="id = 2")
    for name, why in [("a", "cannot be read: Too many levels"), ("b", "is a folder")]:
        entry = find(name, [first, second])
        assert entry is not None
        assert "first" == entry.shelf
        with pytest.raises(ConfigurationError, match=why):
            entry.load()


def test_a_shelf_that_is_a_file_holds_nothing(tmp_path: Path) -> None:
    """A file named `queries` is no folder of queries."""
    (tmp_path / "queries").write_text("id = 1")
    top = Shelf("./queries", tmp_path / "queries")
    assert find("a", [top]) is None
    assert () == entries([top])


def test_a_shelf_that_cannot_be_looked_into_is_an_error(tmp_path: Path) -> None:
    """A query of one's own may be there: the bundled one is not taken instead."""
    (tmp_path / "queries").symlink_to("queries")
    shelves = (Shelf("./queries", tmp_path / "queries"), bundled())
    with pytest.raises(ConfigurationError, match="queries cannot be read: Too many"):
        find("role-changes", shelves)
    with pytest.raises(ConfigurationError, match="queries cannot be read: Too many"):
        entries(shelves)


@pytest.fixture
def archived(tmp_path: Path) -> Iterator[zipfile.Path]:
    """A folder inside an archive, as a package may be."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("queries/one.aql", "id = 1")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        yield zipfile.Path(archive, "queries/")


def test_a_package_may_be_an_archive(archived: zipfile.Path) -> None:
    """What the package holds is read through its loader, not as files."""
    packed = Shelf("packed", archived)
    assert ["one"] == [e.name for e in entries([packed])]
    found = find("one", [packed])
    assert found is not None
    assert "id = 1" == found.text()
    assert "one" == found.load().name
    assert find("two", [packed]) is None


def test_the_shelves_are_searched_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder here, the user's own, the bundled ones."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    labels = [(s.label, str(s.folder)) for s in own_shelves()]
    assert [
        ("./queries", "queries"),
        ("yours", str(tmp_path / "auditql" / "queries")),
    ] == labels[:2]
    assert "bundled" == labels[2][0]


@pytest.mark.parametrize("entry", entries([bundled()]), ids=lambda e: e.name)
def test_a_bundled_query_says_what_it_is_for_and_compiles(entry: object) -> None:
    """Each has a description and, its parameters given, a plan."""
    saved = entry.load()  # type: ignore[attr-defined]
    assert saved.description
    given = {p.name: GIVEN[p.kind] for p in saved.parameters if p.default is None}
    assert compile_script(saved, params=given, now=NOW)
