"""Folders that are gone when a run has ended, however it did."""

import stat
from pathlib import Path

import pytest

from auditql.runtime.scratch import remove_scratch, scratch_folder


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def test_a_folder_is_gone_with_what_is_in_it(tmp_path: Path) -> None:
    """Whatever is raised; for this user alone while it is there."""

    def used() -> None:
        with scratch_folder() as name:
            assert 0o700 == stat.S_IMODE(Path(name).stat().st_mode)
            Path(name, "a").mkdir()
            Path(name, "a", "b").write_text("x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        used()
    assert [] == list(tmp_path.iterdir())


def test_whoever_ends_the_process_has_them_removed(tmp_path: Path) -> None:
    """Those that are still in use, too; and nothing else."""
    (tmp_path / "other").mkdir()
    with scratch_folder() as one, scratch_folder():
        Path(one, "spill").write_text("x")
        remove_scratch()
        assert [tmp_path / "other"] == list(tmp_path.iterdir())
    assert [tmp_path / "other"] == list(tmp_path.iterdir())
