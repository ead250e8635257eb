"""What changed, read out of descriptions as they are seen."""

from collections.abc import Callable

import pytest

from auditql.catalog.changes import Change, changed, changed_from, changed_to, changes

CASES: list[tuple[str, list[tuple[str | None, str | None, str | None]]]] = [
    ("", []),
    ("Enabled", []),
    ("Changed", []),
    ("Password changed", []),
    ("Added to Tier 2", []),
    ("Organization: AAAA is asigned", []),
    ("example.com added", []),
    (
        "Role changed from Administrator to End User",
        [("Role", "Administrator", "End User")],
    ),
    (
        "description changed from not set to a new description",
        [("description", None, "a new description")],
    ),
    ("Role changed from Agent to not set", [("Role", "Agent", None)]),
    ("archive@example.com changed to not set", [(None, "archive@example.com", None)]),
    ("not set changed to 203.0.113.0/24", [(None, None, "203.0.113.0/24")]),
    ("Recommended changed to High", [(None, "Recommended", "High")]),
    (
        "Explore role changed from not set to Admin\nTalk role changed from A to B",
        [("Explore role", None, "Admin"), ("Talk role", "A", "B")],
    ),
    ("Role changed from A to B\r\nEnabled\r\n", [("Role", "A", "B")]),
    # What cannot be told apart is left out.
    ("Title changed from Back to work to Home", [("Title", None, None)]),
    ("Title changed from A to to B", [("Title", None, None)]),
    ("Title changed from A", [("Title", None, None)]),
    ("X changed from A to B changed from C to D", []),
    ("X changed from changed from A to B", []),
    ("A changed to B changed to C", []),
    ("A changed to B changed from C to D", []),
    (" changed from A to B", []),
    # What is written is kept as it is, blanks too; nothing written is no value.
    ("X changed from  A to B ", [("X", " A", "B ")]),
    ("X changed from  to B", [("X", None, "B")]),
    ("X changed from A to ", [("X", "A", None)]),
    ("Not Set changed to Not set", [(None, "Not Set", "Not set")]),
]


@pytest.mark.parametrize(("description", "expected"), CASES)
def test_a_description_is_read(
    description: str, expected: list[tuple[str | None, str | None, str | None]]
) -> None:
    """Each line of a known shape gives its name and values, in order."""
    assert tuple(Change(*e) for e in expected) == changes(description)


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (changed, ("Explore role", "Talk role")),
        (changed_from, ("A", "C")),
        (changed_to, ("Admin", "B", "D")),
    ],
)
def test_several_lines_give_several_values(
    read: Callable[[str], tuple[str, ...]], expected: tuple[str, ...]
) -> None:
    """A column holds the values of all lines that have one."""
    text = (
        "Explore role changed from not set to Admin\n"
        "Talk role changed from A to B\n"
        "C changed to D"
    )
    assert expected == read(text)
