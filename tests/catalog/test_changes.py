"""What changed, read out of descriptions as they are seen."""

import json
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditql.catalog.changes import (
    NO_VALUE,
    READERS,
    SHAPES,
    Change,
    Shape,
    changed,
    changed_from,
    changed_to,
    changes,
)
from auditql.emulator.shapes import shapes

NO = (None, None)
CASES: list[tuple[str, list[tuple[str | None, str | None, str | None]]]] = [
    ("", []),
    ("\n\r\n", []),
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
    ("Role changed from A to B\r\nnoise\r\n", [("Role", "A", "B")]),
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
    # A name alone; what is no name is no change.
    ("Password changed\r\nRole changed", [("Password", None, None), ("Role", *NO)]),
    ("Password not changed", []),
    ("Role was changed", []),
    (" changed", []),
    ("  changed", []),
    ("A changed B changed", []),
    ("Password changed yesterday", []),
    # A state is the whole line.
    ("Enabled\nDisabled", [(None, None, "Enabled"), (None, None, "Disabled")]),
    ("enabled", []),
    ("Enabled ", []),
    ("Enabled by Ada", []),
    # What was assigned, in both spellings.
    ("Organization: AAAA is assigned", [("Organization", None, "AAAA")]),
    ("Organization: A: B is asigned", []),
    ("AAAA is asigned", []),
    (": AAAA is asigned", []),
    ("Organization:  is asigned", []),
    ("Unassigned", []),
    ("Organization: AAAA asigned", []),
]

SEEN: dict[str, list[tuple[str | None, str | None, str | None]]] = {
    "": [],
    "Role changed from Administrator to End User": [
        ("Role", "Administrator", "End User")
    ],
    "Role changed from End User to Administrator": [
        ("Role", "End User", "Administrator")
    ],
    "Explore role changed from not set to Admin\n"
    "Guide role changed from not set to Admin\n"
    "Support role changed from not set to Admin\n"
    "Talk role changed from not set to Admin": [
        ("Explore role", None, "Admin"),
        ("Guide role", None, "Admin"),
        ("Support role", None, "Admin"),
        ("Talk role", None, "Admin"),
    ],
    "Organization: AAAA is asigned": [("Organization", None, "AAAA")],
    "Successful sign-in": [],
    "Enabled": [(None, None, "Enabled")],
    "Disabled": [(None, None, "Disabled")],
    "Changed": [],
    "Owner changed from Bob Cat to Mountain Lion": [
        ("Owner", "Bob Cat", "Mountain Lion")
    ],
    "description changed from not set to a new description": [
        ("description", None, "a new description")
    ],
    "Suspended": [(None, None, "Suspended")],
    "Unsuspended": [(None, None, "Unsuspended")],
    "Group changed from Premium Support to Premium Support Korea": [
        ("Group", "Premium Support", "Premium Support Korea")
    ],
    "Active changed from true to false": [("Active", "true", "false")],
    "Position changed from 4 to 2": [("Position", "4", "2")],
    "Title changed from Refund to Refund approved": [
        ("Title", "Refund", "Refund approved")
    ],
    "Conditions changed": [("Conditions", *NO)],
    "Locale changed from en-US to de": [("Locale", "en-US", "de")],
    "Version changed from 1.2 to 1.3": [("Version", "1.2", "1.3")],
    "Settings changed": [("Settings", *NO)],
    "Required changed from false to true": [("Required", "false", "true")],
    "Title changed from Area to Region": [("Title", "Area", "Region")],
    "Default changed from false to true": [("Default", "false", "true")],
    "Time zone changed from UTC to Berlin": [("Time zone", "UTC", "Berlin")],
    "Subdomain changed from outlet to outlet-eu": [
        ("Subdomain", "outlet", "outlet-eu")
    ],
    "Manage SLAs changed from false to true": [("Manage SLAs", "false", "true")],
    "Locale changed from en-US to fr": [("Locale", "en-US", "fr")],
    "Billing cycle changed from Monthly to Annual": [
        ("Billing cycle", "Monthly", "Annual")
    ],
    "Plan type changed from Professional to Enterprise": [
        ("Plan type", "Professional", "Enterprise")
    ],
    "Maximum agents changed from 50 to 60": [("Maximum agents", "50", "60")],
    "Subdomain changed from example to example-eu": [
        ("Subdomain", "example", "example-eu")
    ],
    # A value or a name? These could be read in two ways, and are not read.
    "Added to Tier 2": [],
    "Removed from Tier 2": [],
    "example.com added": [],
    "spam.example removed": [],
    "Password changed": [("Password", *NO)],
    "archive@example.com changed to not set": [(None, "archive@example.com", None)],
    "not set changed to 203.0.113.0/24": [(None, None, "203.0.113.0/24")],
    "Recommended changed to High": [(None, "Recommended", "High")],
    "Activated": [(None, None, "Activated")],
    "Deactivated": [(None, None, "Deactivated")],
    "Colour changed": [("Colour", *NO)],
    "CSV export requested": [],
    "JSON export requested": [],
    "Successful sign-in using single sign-on": [],
}
"""What each description of the 92 shapes tells."""


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


def test_every_shape_that_was_seen_is_expected() -> None:
    """The table above is of the 92 shapes: none is left out, none is made up."""
    assert {shape.change_description for shape in shapes()} == SEEN.keys()
    assert 92 == len(shapes())


@pytest.mark.parametrize("place", range(92))
def test_a_shape_that_was_seen_is_read(place: int) -> None:
    """Each of the 92 shapes gives its changes, or nothing where it tells none."""
    description = shapes()[place].change_description
    assert tuple(Change(*e) for e in SEEN[description]) == changes(description)


def test_the_column_of_all_changes_is_ready_for_json() -> None:
    """Each line is an object; a list keeps together what stood in one line."""
    expected = [
        {"changed": "Role", "from": None, "to": "Admin"},
        {"changed": None, "from": None, "to": "Enabled"},
    ]
    found = READERS["changes"]("Role changed from not set to Admin\nEnabled")
    assert expected == json.loads(json.dumps(found))


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.written)
def test_the_example_of_a_shape_is_read_by_it(shape: Shape) -> None:
    """The row that reads a line is the first whose sign stands in it."""
    assert (shape.read(shape.example),) == changes(shape.example)
    assert shape is next(s for s in SHAPES if s.sign in shape.example)


SAID = ("change", "signed", "abled", "spended", "activated")


@given(st.text(st.characters(exclude_characters="\n")))
def test_an_unknown_shape_gives_nothing(line: str) -> None:
    """A line without the words of a shape tells no change, whatever it holds."""
    assume(not any(word in line for word in SAID))
    assert () == changes(line)
    assert [] == [read(line) for read in READERS.values() if read(line) != ()]


WORD = st.sampled_from(
    ["A", "not set", "to", "changed", "from", "changed from", "changed to", "is",
     "asigned", "X:", "Enabled", "", " ", "\r", "\n", "Bob"]
)  # fmt: skip


@given(st.lists(WORD, max_size=12).map(" ".join))
def test_what_is_read_stands_in_the_line(description: str) -> None:
    """Names and values are pieces of the text, never empty, never `not set`."""
    lines = [line.removesuffix("\r") for line in description.split("\n")]
    assert len(changes(description)) <= len(lines)
    for change in changes(description):
        for value in (change.before, change.after):
            assert value not in NO_VALUE
        for text in (change.name, change.before, change.after):
            assert text is None or (text and any(text in line for line in lines))
        assert change != Change(*NO, None)


@pytest.mark.timeout(20)  # seconds are plenty; by the square it would take hours
@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        (" changed from ", 0),
        (" changed to ", 0),
        (" changed", 1),
        (" to ", 1),
        ("a", 1),
        ("signed", 1),
        (": ", 1),
        ("Enabled\n", 2**20 // 8 + 1),
        ("X changed\n", 2**20 // 10 + 1),
        ("X changed from A to B\n", 2**20 // 22 + 1),
        (" is asigned\n", 1),
        ("\r\n", 1),
    ],
)
def test_a_text_of_a_mebibyte_is_read_at_once(piece: str, expected: int) -> None:
    """The time taken grows with the text alone, whatever the text repeats."""
    text = piece * (2**20 // len(piece)) + "Role changed from A to B"
    assert expected == len(changes(text))
