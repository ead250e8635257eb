"""Values that drawn filters and drawn records share, so that they meet."""

from datetime import datetime

from auditql.catalog.kinds import Kind, Unit
from auditql.language.query import Column, Length

NOW_S = 1_773_144_000
"""2026-03-10T12:00:00Z."""

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",  # clocks skip midnight on 2026-03-08
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # clocks change by half an hour
)


def _second(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


DAYS = tuple(
    _second(day + "T00:00:00Z")
    for day in (
        "2025-10-05",  # Lord Howe forward
        "2025-10-26",  # Berlin back
        "2025-11-02",  # New York and Havana back
        "2026-02-28",
        "2026-03-01",
        "2026-03-08",  # New York and Havana forward
        "2026-03-09",
    )
)
SECONDS = tuple(
    _second(text)
    for text in (
        "2026-03-08T05:00:00Z",
        "2026-03-08T04:59:59Z",
        "2026-03-01T00:00:00Z",
        "2026-02-28T23:59:59Z",
        "2025-10-26T01:00:00Z",
        "2025-11-02T05:30:00Z",
        "2026-03-09T12:00:00Z",
        "2026-03-10T12:00:00Z",
    )
)
"""Seconds that many records share."""

LAST_ID = 120
ACTIONS = ("create", "destroy", "exported", "login", "update", "update", "restored")
SOURCE_TYPES = ("user", "user", "ticket", "rule", "zendesk/app_market/app", "räumung")
ACTORS = (-1, 7, 11, 12, 13, 4242, 6139157572367, 2**63 - 1)
SOURCES = (-1, 1, 2, 3, 987654, 17296759404950)
ADDRESSES = (
    "203.0.113.9",
    "203.0.113.10",
    "203.0.113.24",
    "10.1.2.3",
    "192.0.2.1",
    "2001:db8::1",
    "2001:DB8:0:0:0:0:0:1",
    "2001:0db8:0000::0001",
    "2001:db8:1::5",
    "::ffff:203.0.113.9",
)
NO_ADDRESSES = (
    "",
    "fe80::1%eth0",
    "010.1.2.3",
    " 203.0.113.9",
    "203.0.113.9\n",
    "203.0.113",
    "٣.٣.٣.٣",
    "unknown",
)
NETWORKS = (
    "203.0.113.9/32",
    "203.0.113.8/30",
    "203.0.113.0/28",
    "203.0.113.0/24",
    "10.0.0.0/8",
    "0.0.0.0/0",
    "2001:db8::/32",
    "2001:db8::1/128",
    "::/0",
)
LABELS = (
    "Role: Team lead",
    "role: team LEAD",
    "Bob Cat",
    "Ada Example",
    "Straße",
    "STRASSE",
    "STRAẞE",
    "Łódź 東京",
    "e\u0301té",
    "Été",
    "İstanbul",
    "100% sure_thing",
    "back\\slash",
    "two\nlines",
    "",
    " ",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "\x1b[31mred\x1b[0m",
    "\u202etxt.exe",
    "half \ud800 pair",
    "aaaaaaaaaaaaaaaaaaaaaaaab",
    "ticket 42 of 7",
    "\U0001f980 crab",
)
WITH_WILDCARDS = ("100% sure_thing", "back\\slash", "zendesk/app_market/app")
DESCRIPTIONS = (
    "",
    "Enabled",
    "Role changed from Administrator to End User",
    "Role changed from not set to Administrator",
    "Explore role changed from not set to Admin\nTalk role changed from Agent to Admin",
    "Title changed from Back to work to Home",
    "Recommended changed to High",
    "not set changed to 203.0.113.0/24",
    "Role changed from A",
    "X changed from A to B changed from C to D",
    "Straße changed from ß to SS\r\nnoise\n changed from a to b",
    "Password changed",
    "Role was changed\nSettings changed",
    "Organization: AAAA is asigned\nDisabled",
    "Organization: A: B is assigned",
)
WORDS = (
    "role",
    "ROLE",
    "e",
    "ss",
    "ß",
    "bob",
    "team lead",
    "admin",
    "東",
    "%",
    "_",
    "\\",
)
PATTERNS = ("r.le", "^(?:bob|ada)", r"\d+$", "[A-F]a", "e|u", "^$", r"\w\s\w", "lead$")

COLUMNS: dict[str, Column] = {
    name: Column(name, kind)
    for name, kind in (
        ("url", Kind.TEXT),
        ("id", Kind.INTEGER),
        ("action_label", Kind.TEXT),
        ("actor_id", Kind.INTEGER),
        ("source_id", Kind.INTEGER),
        ("source_type", Kind.WORD),
        ("source_label", Kind.TEXT),
        ("change_description", Kind.TEXT),
        ("ip_address", Kind.ADDRESS),
        ("created_at", Kind.TIME),
        ("actor_name", Kind.TEXT),
    )
} | {
    "action": Column("action", Kind.WORD, folds_case=True),
    "changed": Column("changed", Kind.TEXT, many=True),
    "changed_from": Column("changed_from", Kind.TEXT, many=True),
    "changed_to": Column("changed_to", Kind.TEXT, many=True),
}
TEXT_COLUMNS = tuple(c for c in COLUMNS.values() if c.kind.is_text)
CREATED = COLUMNS["created_at"]
LENGTHS = (
    Length(1, Unit.HOUR),
    Length(6, Unit.HOUR),
    Length(15, Unit.MINUTE),
    Length(10, Unit.SECOND),
    Length(1, Unit.DAY),
    Length(3, Unit.DAY),
    Length(1, Unit.WEEK),
    Length(2, Unit.WEEK),
    Length(1, Unit.MONTH),
    Length(1, Unit.QUARTER),
    Length(1, Unit.YEAR),
)
