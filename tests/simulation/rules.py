"""What must hold of every world, whatever went wrong.

In: the ending of a world. Out: sentences on what does not hold; none if all is
well. None of these is ever weakened so that a seed may pass.

Which records an answer holds: every record that was readable before the first
request left and passes the filter (P1). Of those that arrived since, any or
none: each of them is newer than 300 seconds before the first request, and no
completeness is claimed for that time (P2). In order, all the same.
"""

import traceback
from collections import Counter
from collections.abc import Iterator

from claims import claims, reasons
from ending import Ending
from legality import illegal
from truth import Truth, second_of
from wishes import Giant
from world import BODY_BYTES, CANARY, EPOCH_S, ORIGIN

from auditql.diagnostics.codes import Code
from auditql.emulator.faults import TRAITS, Fault, Outcome
from auditql.emulator.settings import ClientCredentialsAuth
from auditql.errors import AuditQLError, PartialAnswer
from auditql.plan.model import Mode

LATEST_S = 300
TRIES = 5
REQUEST_S = 60.0
TOKEN_PATH = "/oauth/tokens"  # noqa: S105 - a path
_LIMITS = {
    Fault.RATE_SECONDS,
    Fault.RATE_DATE,
    Fault.RATE_GARBAGE,
    Fault.RATE_SILENT,
    Fault.RATE_LONG,
}
_FAILING = {f for f in Fault if TRAITS[f].outcome is Outcome.HEALS} - _LIMITS | {
    Fault.OUTAGE,
    Fault.CURSOR_LOOP,
    Fault.MINT_DOWN,
    Fault.MINT_GARBLED,
}
_DENYING = {Fault.FORBIDDEN, Fault.DEAD_TOKEN, Fault.REVOKED}


def broken(ending: Ending) -> list[str]:
    """The rules that do not hold, in words."""
    rules = (
        *(_rows, _error, _healing, where, waits, _tries),
        *(_denials, _bound, _time, _told, _caps, claims, reasons),
    )
    return [said for rule in rules for said in rule(ending)]


def _rows(ending: Ending) -> Iterator[str]:
    """Without an error, exactly the oracle's rows; with one, a beginning of them."""
    whole = ending.error is None and not ending.stopped
    got = tuple(row.id for row in ending.rows)
    arrived = ending.line.arrived
    for record in arrived:
        if second_of(record) < EPOCH_S - LATEST_S:
            yield f"record {record['id']} arrived later than the emulator may"
    truth = Truth(ending.world, ending.plan, arrived)
    if ending.world.drawn.query.stages:
        yield from _counts(ending, truth, whole=whole)
        return
    wanted = list(truth.answers(got, ending.claim.until_s if whole else None))
    if whole and got not in wanted:
        yield f"the answer is not the oracle's: {apart(got, wanted[0])}"
    if not whole and not any(got == want[: len(got)] for want in wanted):
        yield f"the rows given out are no beginning: {apart(got, wanted[0])}"
    raw = {r["id"]: r for r in (*ending.world.drawn.records, *arrived)}
    for row in ending.rows:
        if row.raw != raw.get(row.id):
            yield f"record {row.id} is not as it was received"


def _counts(ending: Ending, truth: Truth, *, whole: bool) -> Iterator[str]:
    """One number, of records that were there before or came since."""
    if len(ending.counts) != whole:
        yield f"an answer that is {'' if whole else 'not '}whole counts {ending.counts}"
    for number in ending.counts:
        if number not in truth.counts():
            yield f"{number} records are counted, and there are {truth.counts()}"


def apart(got: tuple[int, ...], want: tuple[int, ...]) -> str:
    """Where two answers part, and how long they are."""
    place = next(
        (n for n, (g, w) in enumerate(zip(got, want, strict=False)) if g != w), None
    )
    if place is None:
        place = min(len(got), len(want))
    return (
        f"{len(got)} rows for {len(want)}; from row {place} on "
        f"{got[place : place + 5]} for {want[place : place + 5]}"
    )


def _error(ending: Ending) -> Iterator[str]:
    """An error is one of ours, says something, and holds no secret."""
    error = ending.error
    if error is None:
        return
    if not isinstance(error, AuditQLError):
        yield f"{type(error).__name__} came out: {error}"
        yield "".join(traceback.format_exception(error))
        return
    if not str(error).strip():
        yield f"{type(error).__name__} says nothing"
    if ending.rows and not isinstance(error, PartialAnswer):
        yield f"rows are out, and the error is {type(error).__name__}"
    shown = "".join(traceback.format_exception(error)) + repr(vars(error))
    if holds_secret(shown, ending):
        yield "a credential stands in the error"


def holds_secret(text: str, ending: Ending) -> bool:
    proofs = {sent.proof.split()[1] for sent in ending.sent if sent.proof}
    return CANARY in text or any(proof in text for proof in proofs)


def _healing(ending: Ending) -> Iterator[str]:
    """Faults that pass by themselves end no run."""
    world = ending.world
    if ending.error is None or world.most_requests is not None:
        return
    met = {m.fault for m in ending.line.journal if m.fault is not None}
    outcomes = {f: TRAITS[f].outcome for f in met}
    denied = {s.proof for s in ending.sent if s.status == 401}
    renews = isinstance(world.drawn.settings.auth, ClientCredentialsAuth)
    if ending.world.giant is Giant.OVER_THE_CAP and outsized(ending):
        return
    # A token that nobody was let in with ends the read.
    if renews and (world.concurrency == 1 or len(denied) == 1):
        outcomes.pop(Fault.DEAD_TOKEN, None)
    if not set(outcomes.values()) & {Outcome.ENDS, Outcome.MAY_END}:
        yield f"only passing faults were met, and it ended: {ending.error!r}"


def where(ending: Ending) -> Iterator[str]:
    """Only the account is asked, and only what may be asked of it."""
    for sent in ending.sent:
        if sent.origin != ORIGIN:
            yield f"a request went to {sent.origin}"
        elif sent.method == "POST" and sent.path == TOKEN_PATH:
            continue
        elif sent.method != "GET" or not sent.path.startswith("/api/v2/audit_logs"):
            yield f"{sent.method} {sent.path} was sent"
    for request in ending.line.emulator.requests:
        if request.method == "GET" and request.status not in (401, 429):
            yield from illegal(request)


def waits(ending: Ending) -> Iterator[str]:
    """Nothing is sent while an answer that had come asks to hold.

    What the log asks, everybody who asks the log obeys; tokens are had beside
    its limit, and the token endpoint's own wishes hold for it.
    """
    holds = [s for s in ending.sent if s.hold_s is not None]
    for hold in holds:
        for sent in ending.sent[hold.after :]:
            alike = (sent.path == TOKEN_PATH) is (hold.path == TOKEN_PATH)
            if alike and sent.left_s < hold.hold_s - 1e-6:
                yield (
                    f"a request left at {sent.left_s:.3f}, and the answer of "
                    f"{hold.received_s:.3f} asked to hold until {hold.hold_s:.3f}"
                )


def _tries(ending: Ending) -> Iterator[str]:
    """No request is tried more than five times in a row."""
    row: Counter[tuple[str, str]] = Counter()
    for met in ending.line.journal:
        asked = (met.path, met.query)
        if met.fault in _FAILING:
            row[asked] += 1
            # The first page that leads to itself is right all but its cursor.
            most = TRIES + (met.fault is Fault.CURSOR_LOOP)
            if row[asked] > most:
                yield f"{met.path}?{met.query} was tried {row[asked]} times"
        elif met.fault not in _LIMITS and not _was_limited(ending, met.met_s):
            row[asked] = 0


def _was_limited(ending: Ending, at_s: float) -> bool:
    """Whether the account's own limit refused a request just then."""
    found = ending.line.emulator.requests
    return any(r.status == 429 and r.received_s == at_s for r in found)


def _denials(ending: Ending) -> Iterator[str]:
    """Who is denied does not ask again with the same proof."""
    most = ending.world.concurrency
    denied = Counter(s.proof for s in ending.sent if s.status in (401, 403))
    for count in denied.values():
        if count > most:
            yield f"one credential was denied {count} times"
    if sum(denied.values()) > 2 * most + ending.line.counts[Fault.DEAD_TOKEN]:
        yield f"{sum(denied.values())} requests were denied"


def _bound(ending: Ending) -> Iterator[str]:
    """Requests are bounded by the pages there are and the faults that were met."""
    world = ending.world
    records = (*world.drawn.records, *ending.line.arrived)
    second = max(Counter(r["created_at"] for r in records).values(), default=0)
    pages = again = 0
    for scan in ending.plan.scans:
        if scan.request.mode is Mode.CURSOR:
            size = int(dict(scan.request.params)["page[size]"])
            pages += len(records) // size + 1
            # A refused cursor leads back to the beginning of its second.
            again = max(again, second // size + 2)
        else:
            # A count that is not believed is read, by pages of a hundred.
            pages += 1 + (scan.request.mode is Mode.COUNT) * (len(records) // 100 + 2)
    restarts = ending.line.counts[Fault.CURSOR_REFUSED]
    met = sum(1 for m in ending.line.journal if m.fault is not None)
    limited = sum(1 for s in ending.sent if s.status == 429)
    mints = sum(1 for s in ending.sent if s.path == TOKEN_PATH)
    bound = 1.1 * pages + met + limited + mints + 2 * world.concurrency
    bound += restarts * again + outsized(ending)
    if len(ending.sent) > bound:
        yield f"{len(ending.sent)} requests were made, and {bound:.0f} do"
    if len(ending.sent) != ending.statistics.requests:
        yield f"{len(ending.sent)} requests left, {ending.statistics.requests} counted"


def outsized(ending: Ending) -> int:
    """How many answers came that are larger than a client takes."""
    return sum(sent.length > BODY_BYTES for sent in ending.sent)


def _caps(ending: Ending) -> Iterator[str]:
    """A page at the cap is taken; what is larger is no page, and never left out."""
    is_over = ending.world.giant is Giant.OVER_THE_CAP and outsized(ending)
    if ending.error is None and is_over:
        yield "a page that is too large was taken, or left out"


def _time(ending: Ending) -> Iterator[str]:
    """A request takes a minute at most; the rest is waiting that is counted."""
    most_s = len(ending.sent) * REQUEST_S + ending.statistics.waited_ms / 1000
    if ending.took_s > most_s + 1:
        yield f"it took {ending.took_s:.0f} s, and {most_s:.0f} s are accounted for"


def _told(ending: Ending) -> Iterator[str]:
    """An honest account is not accused of changing or shuffling its log."""
    for warning in ending.warnings:
        is_doubt = warning.code is Code.COUNT_NOT_BELIEVED
        if warning.code in (Code.SAME_ID, Code.OUT_OF_ORDER) or (
            is_doubt and not ending.line.arrived
        ):
            yield f"it was told: {warning.message}"
