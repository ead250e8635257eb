"""What a person sees of counted rows: bars, times of the zone, who counted."""

import pytest
from processes import on_a_terminal

from auditql.results.formats.screen import width
from auditql.shell.charset import has_blocks

NOW = "2026-03-10T12:00:00Z"


@pytest.mark.parametrize("columns", [40, 200])
def test_a_terminal_sees_bars_that_fit(
    columns: int, environment: dict[str, str]
) -> None:
    """Without being asked; the largest count has the longest."""
    code, screen = on_a_terminal(
        environment | {"COLUMNS": str(columns), "LANG": "en_US.UTF-8"},
        *("demo", "query", "--now", NOW, "created_at >= -7d | top 3 action"),
    )
    assert 0 == code
    lines = screen.splitlines()[:5]
    assert all(width(line) <= columns for line in lines)
    assert lines[2].startswith("update    316  ███████████")
    assert lines[2].count("█") > lines[4].count("█") > 0
    assert "\n3 rows · " in screen


def test_a_terminal_of_20_columns_sees_numbers(environment: dict[str, str]) -> None:
    """No room for a bar: the table is whole, and nothing breaks."""
    code, screen = on_a_terminal(
        environment | {"COLUMNS": "20", "LANG": "en_US.UTF-8"},
        *("demo", "query", "--now", NOW, "created_at >= -7d | top 1 action"),
    )
    assert 0 == code
    assert ["action  count", "------  -----", "update    316"] == screen.splitlines()[
        :3
    ]


@pytest.mark.parametrize(
    ("more", "env"),
    [
        (("--no-chart",), {"LANG": "en_US.UTF-8"}),
        (("-f", "csv"), {"LANG": "en_US.UTF-8"}),
        (("-f", "markdown", "--chart"), {"LANG": "en_US.UTF-8"}),
        ((), {"LANG": "C"}),
        ((), {"LANG": "en_US.UTF-8", "TERM": "dumb"}),
    ],
)
def test_no_block_is_drawn_where_none_is_wanted_or_can_be(
    more: tuple[str, ...], env: dict[str, str], environment: dict[str, str]
) -> None:
    """Data, a person who said no, a locale without them, a dumb terminal."""
    code, screen = on_a_terminal(
        environment | env,
        *("demo", "query", *more, "--now", NOW, "created_at >= -7d | top 3 action"),
    )
    assert 0 == code
    assert "█" not in screen
    assert ("#####" in screen) is (not more)


def test_a_terminal_sees_times_of_the_zone(environment: dict[str, str]) -> None:
    """Days of Berlin begin at its midnight; the heading names the zone."""
    code, screen = on_a_terminal(
        environment | {"LANG": "C"},
        *("demo", "query", "--now", NOW, "--tz", "Europe/Berlin"),
        "action = exported and created_at >= 2026-03-08 | timeline 1d",
    )
    assert 0 == code
    lines = screen.splitlines()
    assert "time (Europe/Berlin)       count" == lines[0]
    assert (
        "2026-03-08T00:00:00+01:00      1  ########################################"
        == lines[2]
    )
    assert "2026-03-10T00:00:00+01:00      0" == lines[4]


@pytest.mark.parametrize("name", ["table", "csv"])
def test_a_terminal_is_told_who_counted(name: str, environment: dict[str, str]) -> None:
    """Always, whatever the format: nobody takes the API's number for ours."""
    code, screen = on_a_terminal(
        environment,
        *("demo", "query", "-f", name, "--now", NOW, "action = login | count"),
    )
    assert 0 == code
    assert 1 == screen.count("server count; --exact reads every record")


@pytest.mark.parametrize(
    ("expected", "environment", "coerced"),
    [
        (True, {"LANG": "en_US.UTF-8"}, False),
        (True, {"LANG": "de_DE.utf8"}, False),
        (True, {"LC_ALL": "C.UTF-8", "LANG": "C"}, False),
        (True, {"LC_CTYPE": "UTF-8"}, False),
        (True, {"LANG": "en_US.UTF-8", "LC_CTYPE": "C.UTF-8"}, True),
        (False, {"LC_CTYPE": "C.UTF-8", "LANG": "C"}, True),
        (False, {"LC_CTYPE": "C.UTF-8"}, True),
        (False, {"LC_ALL": "C", "LANG": "en_US.UTF-8"}, False),
        (False, {"LANG": "de_DE.ISO-8859-1"}, False),
        (False, {}, False),
        (False, {"LANG": "en_US.UTF-8", "TERM": "dumb"}, False),
    ],
)
def test_blocks_are_drawn_where_the_locale_has_them(
    expected: bool, environment: dict[str, str], coerced: bool
) -> None:
    """LC_ALL before LC_CTYPE before LANG; what Python took for itself says nothing."""
    assert expected is has_blocks(environment, coerced=coerced)
