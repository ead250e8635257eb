"""The records that a probe knows in full, and what an answer leaves out of them.

In: pages read newest first up to a moment that has settled. Out: the stretch of
seconds of which every record is known, the requests about it, and the
comparison of an answer with it. Pure; nothing is sent here.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.language.clock import text_of
from auditql.plan.model import Mode, Request
from auditql.providers.zendesk.probe_findings import Status, Verdict
from auditql.providers.zendesk.requests import PATH

FULL_PAGE = 100
FEW = 90
"""Records that are sure to fit a page, whatever stands at the edges."""

SETTLED_S = 600
"""What is younger may still get records: it is not taken as known."""

OLDEST_S = 946_684_800
"""2000-01-01T00:00:00Z: where plans, too, begin a range without a start."""

Params = tuple[tuple[str, str], ...]


@form
class Listed:
    """An answer that holds records.

    Attributes:
        records: as they came.
        has_more: whether a page follows.
        after: the cursor of that page; None where there is none.
        count: of offset paging; None for a page of cursor paging.
    """

    records: tuple[Record, ...]
    has_more: bool = False
    after: str | None = None
    count: int | None = None


@form
class Design:
    """One request that can settle a question, and how.

    Attributes:
        request: what is asked.
        judge: gives the verdicts, in the order of the names asked about.
        refusal: what it means if the service refuses the request.
    """

    request: Request
    judge: Callable[[Listed], tuple[Verdict, ...]]
    refusal: Status


@form
class Sample:
    """Records, newest first.

    Attributes:
        records: all that were seen.
        low_s: from this second on every record is among them,
        high_s: up to this one.
    """

    records: tuple[Record, ...]
    low_s: int
    high_s: int

    @property
    def whole(self) -> tuple[Record, ...]:
        """The records of the seconds that are known in full."""
        return tuple(r for r in self.records if self.holds(r.created_s))

    @property
    def beside(self) -> tuple[Record, ...]:
        """Records that were seen outside of these seconds."""
        return tuple(r for r in self.records if not self.holds(r.created_s))

    def holds(self, second: int) -> bool:
        """Whether every record of a second is known."""
        return self.low_s <= second <= self.high_s


@form
class Difference:
    """What tells an answer from what it should hold.

    Attributes:
        lost: known records that are missing.
        strange: records in it that it was not asked for.
        late: records that fit and were not there before.
    """

    lost: tuple[Record, ...]
    strange: tuple[Record, ...]
    late: tuple[Record, ...]


def sample_of(records: Sequence[Record], end_s: int, *, has_more: bool) -> Sample:
    """The sample that pages newest first make, asked for up to `end_s`.

    Args:
        records: in the order of the pages; their time falls.
        end_s: the end that was asked for; whether it is in the range is open,
            so its second is not taken as known.
        has_more: a page follows, so the last second may have more records.
    """
    low_s = OLDEST_S + 1
    if has_more:
        low_s = records[-1].created_s + 1 if records else end_s
    return Sample(tuple(records), low_s, end_s - 1)


def difference(
    sample: Sample, answer: Listed, fits: Callable[[Record], bool]
) -> Difference:
    """How an answer differs from the known records that fit.

    What lies outside the seconds known in full is left aside. Where a page
    follows, nothing is said to be lost.
    """
    expected = [r for r in sample.whole if fits(r)]
    came = [r for r in answer.records if sample.holds(r.created_s)]
    ids = {r.id for r in came}
    known = {r.id for r in sample.records}
    return Difference(
        tuple(r for r in expected if r.id not in ids and not answer.has_more),
        tuple(r for r in came if not fits(r)),
        tuple(r for r in came if fits(r) and r.id not in known),
    )


def is_in_order(records: Sequence[Record], *, falling: bool) -> bool:
    """Whether the time of records falls, or rises; equal seconds do no harm."""
    seconds = [r.created_s for r in records]
    return all((b <= a) if falling else (a <= b) for a, b in pairwise(seconds))


def listing(
    filters: Params, start_s: int, end_s: int, *, sort: str = "-created_at"
) -> Request:
    """A page of records of a range, which stands behind the filters."""
    page = (("sort", sort), ("page[size]", str(FULL_PAGE)))
    return asked((*filters, *between(start_s, end_s), *page))


def around(
    sample: Sample, filters: Params = (), *, sort: str = "-created_at"
) -> Request:
    """A page of the seconds known in full, a second wider on each side."""
    return listing(filters, sample.low_s - 1, sample.high_s + 1, sort=sort)


def asked(params: Params, path: str = PATH) -> Request:
    """One request of one answer."""
    mode = Mode.ONE_PAGE if path == PATH else Mode.LOOKUP
    return Request("GET", path, params, mode, True)


def between(start_s: int, end_s: int) -> Params:
    """The parameters of a range."""
    name = "filter[created_at][]"
    return (name, text_of(start_s)), (name, text_of(end_s))


def many(number: int, what: str = "record") -> str:
    """A number with its noun."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
