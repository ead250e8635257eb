"""Everything that goes wrong between a service and its client, by name.

In: a seed and the number of a request. Out: which fault it meets, if any.
Pure: the same seed always draws the same. What a fault does is said in
`canned_faults`, `body_faults` and `page_faults`; `faulty` puts it to work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from random import Random
from types import MappingProxyType


@unique
class Outcome(Enum):
    """What a fault leaves possible."""

    HARMLESS = "harmless"
    """The answer is right and whole: nobody may stumble over it."""
    HEALS = "heals"
    """The answer is worth nothing; asked again, the right one must come."""
    MAY_END = "may end"
    """A client may get over it; it ends in the exact answer or an error."""
    ENDS = "ends"
    """From here on the answer cannot be had: only an error is right."""


@unique
class Reach(Enum):
    """Which requests a fault can strike."""

    LOG = "any request of the audit log"
    PAGE = "a page of cursor paging"
    LATER_PAGE = "a page asked for with a cursor"
    CREDENTIAL = "a request of the audit log that shows a credential"
    MINT = "a request for a token"


@unique
class Fault(Enum):
    """One thing that goes wrong; `TRAITS` says where and how badly."""

    CONNECT_REFUSED = "connection refused"
    CONNECT_TIMEOUT = "connection not made in time"
    READ_TIMEOUT = "no answer in time"
    DRIP = "a body byte by byte, outlasting every time-out of one read"
    RESET = "connection reset in mid-body"
    CUT_BODY = "connection closed before Content-Length"
    CUT_JSON = "broken JSON of the length that was announced"
    HTML_200 = "a page for people with status 200"
    HTML_5XX = "a page for people with status 502, 503 or 504"
    EMPTY_200 = "nothing with status 200"
    WRONG_TYPE = "JSON under another content type, or none"
    RATE_SECONDS = "429, Retry-After in seconds"
    RATE_DATE = "429, Retry-After as a date"
    RATE_GARBAGE = "429, Retry-After that says nothing"
    RATE_SILENT = "429 without Retry-After"
    RATE_LONG = "429, Retry-After beyond all patience"
    ERROR_500 = "status 500, at times with the request told back"
    ERROR_502 = "status 502 in plain text"
    ERROR_503 = "status 503 with Retry-After"
    OUTAGE = "one failure after the other from now on"
    DEAD_TOKEN = "the credential is dead from now on"  # noqa: S105 - a sentence
    REVOKED = "every credential is refused from now on"
    FORBIDDEN = "403 from now on, at times with the request told back"
    REDIRECT = "a redirect to another host"
    MINT_DOWN = "the token endpoint fails"
    MINT_GARBLED = "the token endpoint answers with a page for people"
    CURSOR_REFUSED = "400 for a cursor, once"
    SAME_CURSOR = "a page's own cursor given as the next, once"
    CURSOR_LOOP = "a page's own cursor given as the next, always"
    EMPTY_MORE = "an empty page that says more follows"
    SHORT_PAGE = "fewer records than the page holds, though more follow"
    DUPLICATES = "records of the page before come again"
    OUT_OF_ORDER = "records of a page out of order"
    NEW_RECORD = "a record arrives, newer than all others"
    LATE_RECORD = "a record arrives, up to 300 seconds late"
    FOREIGN_LINK = "links to another host"
    ODD_FIELDS = "nulls and unknown fields in the envelope"
    GIANT_FIELD = "an unknown field of a megabyte"
    SKEWED_DATE = "a Date that differs from the machine's by over a minute"
    NO_DATE = "an answer that does not tell the service's time"
    LATE_ANSWER = "an answer that takes its time"
    GZIP = "a compressed answer, as it may be"
    GZIP_CUT = "compression cut off"
    GZIP_BOMB = "compression that explodes"
    WRONG_ENCODING = "not compressed as it says"
    DOUBLE_KEY = "a key twice in one object"
    NOT_A_NUMBER = "NaN or Infinity"
    MONSTROUS_NUMBER = "a number of thousands of digits"
    DEEP_NESTING = "arrays nested without end"
    BAD_UTF8 = "bytes that are no UTF-8"
    BAD_RECORD = "a record without a readable id or time"
    NO_META = "no `meta`"
    NO_RECORDS = "no `audit_logs`"


@dataclass(frozen=True, slots=True)
class Trait:
    """Where a fault strikes, and what it leaves possible."""

    reach: Reach
    outcome: Outcome


_ENDS = {
    Fault.RATE_LONG: Reach.LOG,
    Fault.OUTAGE: Reach.LOG,
    Fault.REVOKED: Reach.CREDENTIAL,
    Fault.FORBIDDEN: Reach.LOG,
    Fault.CURSOR_LOOP: Reach.LATER_PAGE,
}
_MAY_END = {
    Fault.DEAD_TOKEN: Reach.CREDENTIAL,
    Fault.REDIRECT: Reach.LOG,
    Fault.MINT_DOWN: Reach.MINT,
    Fault.MINT_GARBLED: Reach.MINT,
    Fault.CURSOR_REFUSED: Reach.LATER_PAGE,
    Fault.SAME_CURSOR: Reach.LATER_PAGE,
}
_HARMLESS = {
    Fault.SHORT_PAGE: Reach.PAGE,
    Fault.DUPLICATES: Reach.LATER_PAGE,
    Fault.NEW_RECORD: Reach.LOG,
    Fault.LATE_RECORD: Reach.LOG,
    Fault.FOREIGN_LINK: Reach.PAGE,
    Fault.ODD_FIELDS: Reach.PAGE,
    Fault.GIANT_FIELD: Reach.PAGE,
    Fault.SKEWED_DATE: Reach.LOG,
    Fault.NO_DATE: Reach.PAGE,
    Fault.LATE_ANSWER: Reach.LOG,
    Fault.GZIP: Reach.LOG,
}
_PAGES_ONLY = frozenset(
    {
        Fault.EMPTY_MORE,
        Fault.OUT_OF_ORDER,
        Fault.DOUBLE_KEY,
        Fault.NOT_A_NUMBER,
        Fault.MONSTROUS_NUMBER,
        Fault.BAD_RECORD,
        Fault.NO_META,
        Fault.NO_RECORDS,
    }
)


def _trait(fault: Fault) -> Trait:
    for outcome, reaches in (
        (Outcome.ENDS, _ENDS),
        (Outcome.MAY_END, _MAY_END),
        (Outcome.HARMLESS, _HARMLESS),
    ):
        if fault in reaches:
            return Trait(reaches[fault], outcome)
    return Trait(Reach.PAGE if fault in _PAGES_ONLY else Reach.LOG, Outcome.HEALS)


TRAITS: Mapping[Fault, Trait] = MappingProxyType({f: _trait(f) for f in Fault})
"""Every fault's reach and outcome."""


def random_of(seed: int, number: int) -> Random:
    """The source of randomness of one request."""
    return Random(seed * 1_000_003 + number)  # noqa: S311 - repeats, guards nothing


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault that a request meets, and what decides its details."""

    fault: Fault
    random: Random


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """Which requests meet which faults; the same seed, the same faults.

    Attributes:
        seed: decides everything that is not said here.
        kinds: the faults that may be met, each as likely as the next.
        share: of requests that meet a fault, from 0.0 to 1.0.
        again: share of those asked again that meet another, so that storms
            come about.
        most_in_a_row: tries of one request that fail one after the other at
            most; those that an ENDS fault leaves without hope are not bound.
        bomb_bytes: what an exploding answer grows to.
        giant_bytes: the length of a giant field.
        drip_s: seconds between two bytes of a dripping body.
        foreign: the other host of links and redirects.
        most_wait_s: seconds that a refusal for the rate, a failing service and a
            late answer ask for at most, where they do not go beyond patience.
    """

    seed: int = 0
    kinds: tuple[Fault, ...] = ()
    share: float = 0.0
    again: float = 0.5
    most_in_a_row: int = 4
    bomb_bytes: int = 65 * 2**20
    giant_bytes: int = 2**20
    drip_s: float = 5.0
    foreign: str = "https://evil.test"
    most_wait_s: int = 90

    def strike(
        self, number: int, reaches: frozenset[Reach], in_a_row: int
    ) -> Strike | None:
        """The fault of a request; None for most.

        Args:
            number: counts all requests, from 1.
            reaches: what can strike this request.
            in_a_row: how often this very request failed without a break.
        """
        if not self.kinds:
            return None
        random = random_of(self.seed, number)
        if random.random() >= (self.again if in_a_row else self.share):
            return None
        kinds = [kind for kind in self.kinds if TRAITS[kind].reach in reaches]
        if in_a_row >= self.most_in_a_row:
            kinds = [k for k in kinds if TRAITS[k].outcome is not Outcome.HEALS]
        if not kinds:
            return None
        return Strike(kinds[int(random.random() * len(kinds))], random)
