"""Times are read strictly and written back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditql.emulator.records import key_of, read_time, write_time


@given(st.integers(0, 253_402_300_799))
def test_a_written_time_reads_back(second: int) -> None:
    """Every second from 1970 to 9999 survives both ways."""
    assert second == read_time(write_time(second))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-01",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00z",
        "2026-01-01T00:00:00.5Z",
        "2026-01-01T00:00:00+00:00",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        " 2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z\n",
        "٢٠٢٦-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
    ],
)
def test_other_forms_of_time_are_refused(text: str) -> None:
    """Only `YYYY-MM-DDTHH:MM:SSZ` of a real day is a time."""
    with pytest.raises(ValueError, match=r".+"):
        read_time(text)


@pytest.mark.parametrize(
    "record",
    [{}, {"id": 1}, {"id": "1", "created_at": "2026-01-01T00:00:00Z"}],
)
def test_a_record_needs_an_id_and_a_time(record: dict[str, object]) -> None:
    """A record that has no place in time is refused."""
    with pytest.raises(ValueError, match="needs an id"):
        key_of(record)
