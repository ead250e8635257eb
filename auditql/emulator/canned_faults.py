"""Faults that need no true answer: front doors, limits, refusals, dead lines.

In: a fault, the request, the server's time. Out: a delivery, or None for a
fault that spoils a true answer instead. The wording of the pages for people is
this package's own.
"""

from math import ceil
from random import Random

from auditql.emulator import errors
from auditql.emulator.answers import JSON_TYPE, TEXT_TYPE, Answer, Call, encode
from auditql.emulator.dates import http_date
from auditql.emulator.deliveries import Delivery, NoConnection, Silence
from auditql.emulator.faults import Fault, FaultPlan

HTML_TYPE = "text/html; charset=utf-8"

_PAGE = (
    "<!DOCTYPE html><html><head><title>%d | Please wait</title></head>"
    '<body><script>var page = {"audit_logs": [], "meta": {"has_more": false}};'
    "</script><h1>Checking your browser</h1></body></html>"
)
_GARBAGE = ("soon", "٣", "-5", "1e3", "0x10", "12 s", "")
_LONG_S = (901, 3600, 86_400, 999_999_999, 10**12)
_OUTAGE = (
    Fault.CONNECT_REFUSED,
    Fault.ERROR_500,
    Fault.ERROR_502,
    Fault.EMPTY_200,
    Fault.HTML_200,
    Fault.HTML_5XX,
)
"""What an outage is made of: failures of the line, the front door, the page."""


def canned(
    fault: Fault, random: Random, call: Call, now_s: float, plan: FaultPlan
) -> Delivery | None:
    """What a fault delivers in place of an answer; None if it needs the answer."""
    match fault:
        case Fault.CONNECT_REFUSED | Fault.CONNECT_TIMEOUT:
            return NoConnection(timed_out=fault is Fault.CONNECT_TIMEOUT)
        case Fault.READ_TIMEOUT:
            return Silence()
        case Fault.OUTAGE:
            return canned(random.choice(_OUTAGE), random, call, now_s, plan)
        case _:
            found = _answer(fault, random, call, now_s, plan)
            return None if found is None else _dressed(found, random, now_s)


def _answer(
    fault: Fault, random: Random, call: Call, now_s: float, plan: FaultPlan
) -> Answer | None:
    match fault:
        case Fault.HTML_200 | Fault.MINT_GARBLED:
            return _html(200)
        case Fault.HTML_5XX | Fault.MINT_DOWN:
            return _html(random.choice((502, 503, 504)))
        case Fault.EMPTY_200:
            return Answer(200, b"", random.choice((JSON_TYPE, None)))
        case Fault.ERROR_500:
            return _told_back(500, random, call)
        case Fault.ERROR_502:
            return Answer(502, b"Bad Gateway", TEXT_TYPE)
        case Fault.ERROR_503:
            wait = str(random.randint(1, max(1, min(20, plan.most_wait_s))))
            return Answer(503, b"", None, (("Retry-After", wait),))
        case _:
            return _refusal(fault, random, call, plan) or _limited(
                fault, random, now_s, plan.most_wait_s
            )


def _refusal(
    fault: Fault, random: Random, call: Call, plan: FaultPlan
) -> Answer | None:
    match fault:
        case Fault.REDIRECT:
            place = (("Location", f"{plan.foreign}{call.path}?{call.query}"),)
            return Answer(random.choice((301, 302, 307)), b"", TEXT_TYPE, place)
        case Fault.FORBIDDEN:
            if random.random() < 0.5:
                return _told_back(403, random, call)
            return errors.forbidden().answer
        case Fault.DEAD_TOKEN | Fault.REVOKED:
            if call.headers.get("authorization", "").startswith("Bearer"):
                return errors.invalid_token().answer
            return errors.not_authenticated().answer
        case Fault.CURSOR_REFUSED:
            return errors.invalid_paging("page[after] is not valid").answer
        case _:
            return None


def _limited(
    fault: Fault, random: Random, now_s: float, most_wait_s: int
) -> Answer | None:
    """A 429 of the front door, which tells nothing of the account's limit."""
    wait: str | None
    match fault:
        case Fault.RATE_SECONDS:
            wait = str(random.randint(0, most_wait_s))
        case Fault.RATE_DATE:
            wait = http_date(ceil(now_s) + random.randint(0, most_wait_s))
        case Fault.RATE_GARBAGE:
            wait = random.choice(_GARBAGE)
        case Fault.RATE_SILENT:
            wait = None
        case Fault.RATE_LONG:
            wait = str(random.choice(_LONG_S))
        case _:
            return None
    headers = () if wait is None else (("Retry-After", wait),)
    return Answer(429, errors.RATE_MESSAGE.encode(), TEXT_TYPE, headers)


def _html(status: int) -> Answer:
    return Answer(status, (_PAGE % status).encode(), HTML_TYPE)


def _told_back(status: int, random: Random, call: Call) -> Answer:
    """A failure that repeats the request with its credential, as some do."""
    heard = call.headers.get("authorization", "")
    text = f"cannot serve {call.method} {call.path} for {heard}"
    if random.random() < 0.5:
        return Answer(status, text.encode(), TEXT_TYPE)
    body = {"error": {"title": "Failed", "message": text}}
    return Answer(status, encode(body), JSON_TYPE)


def _dressed(found: Answer, random: Random, now_s: float) -> Answer:
    """An answer with the headers that every answer has."""
    head = [("Date", http_date(int(now_s)))]
    head.append(("X-Request-Id", f"{random.getrandbits(64):016x}-FRA"))
    if found.content_type is not None:
        head.append(("Content-Type", found.content_type))
    return Answer(found.status, found.body, found.content_type, (*head, *found.headers))
