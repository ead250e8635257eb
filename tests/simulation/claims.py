"""What may be claimed of an answer, judged by what really came over the line.

In: the ending of a world. Out: sentences on what does not hold. Nothing is taken
from the client's own notes: the service's time is that of its answers.

A claim goes as far as the first answer's time less 300 seconds, or as far as was
asked: not a second later, for records come that late (P2), and no earlier, for
then an auditor would lack what is known.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ending import Ending
from watch import Sent

from auditql.emulator.app import Emulator
from auditql.emulator.faults import TRAITS, Fault, Outcome
from auditql.emulator.faulty import Met
from auditql.plan.plan import Plan

LOG = "/api/v2/audit_logs"
SETTLE_S = 300
AHEAD_S = 3600
"""How far beyond its own now a client asks where a query has no end."""


def claims(ending: Ending) -> Iterator[str]:
    """An answer is complete if it was read to its end, and only then."""
    claim = ending.claim
    assert claim is not None
    if claim.complete is not (ending.error is None and not ending.stopped):
        yield f"an answer that ended with {ending.error!r} is called {claim}"
    if claim.complete:
        pages = pages_of(ending.line.journal, ending.line.emulator)
        yield from until(claim.until_s, ending.plan, ending.sent, pages)
    elif claim.until_s is not None or not claim.reason:
        yield f"a partial answer claims {claim}"


def until(
    until_s: int | None,
    plan: Plan,
    sent: Sequence[Sent],
    pages: Sequence[tuple[float, bool]],
) -> Iterator[str]:
    """A claim is as late as the truth allows, and not a second later.

    Args:
        until_s: what is claimed.
        plan: of the whole answer.
        sent: every request that the rows came of.
        pages: `pages_of` them.
    """
    if plan.query.page is not None:
        if until_s is not None:
            yield "one page claims to be complete up to some time"
        return
    dated = [s.date_s for s in sent if s.date_s is not None]
    if until_s is None:
        if dated and all(is_dated for _, is_dated in pages):
            yield "the service told its time, and nothing is claimed"
        return
    asked_s = _asked_s(plan)
    latest = [int(made_s) - SETTLE_S for made_s, _ in pages]
    earliest = min(dated) - SETTLE_S if dated else None
    if asked_s is not None:
        latest.append(asked_s)
        earliest = asked_s if earliest is None else min(earliest, asked_s)
    if latest and until_s > min(latest):
        yield f"complete is claimed {until_s - min(latest)} s too late"
    if earliest is None:
        yield "complete is claimed, and nothing says up to when"
    elif until_s < earliest:
        yield f"complete is claimed {earliest - until_s} s too early"


def pages_of(journal: Sequence[Met], emulator: Emulator) -> list[tuple[float, bool]]:
    """When each answer that could be believed was made, and whether it said so."""
    served = {(r.path, r.received_s) for r in emulator.requests if r.status == 200}
    return [
        (met.met_s, met.fault is not Fault.NO_DATE)
        for met in journal
        if met.path.startswith(LOG)
        and (met.path, met.met_s) in served
        and (met.fault is None or TRAITS[met.fault].outcome is Outcome.HARMLESS)
    ]


def _asked_s(plan: Plan) -> int | None:
    """Up to when all scans together ask; None for up to whatever there is.

    A scan that is asked up to an hour from now is cut there, whatever the others
    do; one whose query has an end misses nothing beyond it.
    """
    times = [scan.box.created for scan in plan.scans]
    unasked = [t for t in times if t.end is None]
    if any(t.start is not None or not plan.descending for t in unasked):
        return plan.query.now_s + AHEAD_S
    return None if unasked else max((t.end for t in times if t.end), default=None)


# --- reasons


@dataclass(frozen=True)
class Reason:
    """Words that end an answer, and whether the world gave reason for them."""

    words: str
    is_right: Callable[[Ending], bool]


def _met(*faults: Fault) -> Callable[[Ending], bool]:
    return lambda ending: any(ending.line.counts[fault] for fault in faults)


def _answered(*statuses: int) -> Callable[[Ending], bool]:
    return lambda ending: any(sent.status in statuses for sent in ending.sent)


def _spent(ending: Ending) -> bool:
    return len(ending.sent) == ending.world.most_requests


def _outsized(ending: Ending) -> bool:
    from world import BODY_BYTES

    too_large = any(sent.length > BODY_BYTES for sent in ending.sent)
    return too_large or bool(ending.line.counts[Fault.GZIP_BOMB])


REASONS = (
    Reason("--max-requests", _spent),
    Reason("does not accept the credential|gets no token|has ended", _answered(401)),
    Reason("may not read|scope is too small|plan has no audit log", _answered(403)),
    Reason("rate limit holds|asks to wait", _answered(429, 503)),
    Reason("points elsewhere", _met(Fault.REDIRECT)),
    Reason("refused the request", _answered(400)),
    Reason("the service failed", _answered(500, 502, 503, 504)),
    Reason("within 60 s", _met(Fault.DRIP, Fault.LATE_ANSWER)),
    Reason("no answer in time", _met(Fault.CONNECT_TIMEOUT, Fault.READ_TIMEOUT)),
    Reason(
        "the connection failed",
        _met(Fault.CONNECT_REFUSED, Fault.RESET, Fault.CUT_BODY, Fault.OUTAGE),
    ),
    Reason("in a circle", _met(Fault.SAME_CURSOR, Fault.CURSOR_LOOP)),
    Reason("is larger than", _outsized),
    Reason("is broken JSON", _met(Fault.CUT_JSON, Fault.EMPTY_200, Fault.OUTAGE)),
    Reason("nested too deeply", _met(Fault.DEEP_NESTING)),
    Reason("is not UTF-8", _met(Fault.BAD_UTF8)),
    Reason("key twice", _met(Fault.DOUBLE_KEY)),
    Reason("is no JSON", _met(Fault.NOT_A_NUMBER)),
    Reason("monstrous number", _met(Fault.MONSTROUS_NUMBER)),
    Reason("compress", _met(Fault.GZIP_CUT, Fault.WRONG_ENCODING)),
    Reason("lacks|empty page", _met(Fault.NO_META, Fault.NO_RECORDS, Fault.EMPTY_MORE)),
    Reason("out of the order", _met(Fault.OUT_OF_ORDER)),
    Reason("record", _met(Fault.BAD_RECORD)),
    Reason(
        "is not JSON",
        _met(
            *(Fault.HTML_200, Fault.WRONG_TYPE, Fault.EMPTY_200),
            *(Fault.OUTAGE, Fault.MINT_GARBLED),
        ),
    ),
)
"""The first row whose words stand in an error must be right."""


def reasons(ending: Ending) -> Iterator[str]:
    """An error says what happened: the world has met that, and its numbers are real."""
    error = ending.error
    status = getattr(error, "status", None)
    name = getattr(error, "request_id", None)
    if error is None:
        return
    if status is not None and status not in {sent.status for sent in ending.sent}:
        yield f"status {status} is named, and no answer had it"
    if name is not None and name not in {sent.request_id for sent in ending.sent}:
        yield f"request {name} is named, and no answer was called that"
    yield from reason(str(error), ending)


def reason(words: str, ending: Ending) -> Iterator[str]:
    """Words that end an answer are right in a world where these things happened."""
    row = next((row for row in REASONS if re.search(row.words, words)), None)
    if row is None:
        yield f"nobody knows this reason: {words}"
    elif not row.is_right(ending):
        yield f"the reason is another one than this: {words}"
