"""Faults that spoil the bytes of a true answer, or its head, whatever they say.

In: a fault and an answer. Out: a delivery, or None for a fault of another
kind.
"""

import gzip
from functools import lru_cache
from random import Random

from auditql.emulator.answers import TEXT_TYPE, Answer
from auditql.emulator.canned_faults import HTML_TYPE
from auditql.emulator.deliveries import Cut, Delivery, Drip, Late
from auditql.emulator.faults import Fault, FaultPlan

LONGEST_WAIT_S = 20.0
"""A late answer still comes before a patient client gives up."""

_DEEP = 100_000


def spoiled(
    fault: Fault, random: Random, answer: Answer, plan: FaultPlan
) -> Delivery | None:
    """What becomes of an answer; None for a fault that spoils no bytes."""
    body = answer.body
    match fault:
        case Fault.DRIP:
            return Drip(answer, plan.drip_s)
        case Fault.RESET:
            return Cut(answer, random.randrange(len(body)), was_reset=True)
        case Fault.CUT_BODY:
            return Cut(answer, random.randrange(len(body)), was_reset=False)
        case Fault.LATE_ANSWER:
            longest_s = min(LONGEST_WAIT_S, plan.most_wait_s)
            return Late(answer, random.random() * longest_s)
        case Fault.NO_DATE:
            return _without(answer, "Date")
        case Fault.CUT_JSON:
            return _with_body(answer, body[: random.randrange(1, len(body))])
        case Fault.WRONG_TYPE:
            kind = random.choice((TEXT_TYPE, HTML_TYPE, "application/x-json", None))
            return _with_type(answer, kind)
        case Fault.BAD_UTF8:
            return _with_body(answer, body[:-1] + b',"note":"\xff\xfe"}')
        case Fault.DEEP_NESTING:
            deep = b"[" * _DEEP + b"]" * _DEEP
            return _with_body(answer, body[:-1] + b',"note":' + deep + b"}")
        case _:
            return _compressed(fault, random, answer, plan)


def _compressed(
    fault: Fault, random: Random, answer: Answer, plan: FaultPlan
) -> Delivery | None:
    match fault:
        case Fault.GZIP:
            return _encoded(answer, gzip.compress(answer.body, 1, mtime=0), "gzip")
        case Fault.GZIP_CUT:
            packed = gzip.compress(answer.body, 1, mtime=0)
            return _encoded(answer, packed[: random.randrange(len(packed))], "gzip")
        case Fault.GZIP_BOMB:
            return _encoded(answer, _bomb(plan.bomb_bytes), "gzip")
        case Fault.WRONG_ENCODING:
            name = random.choice(("gzip", "deflate", "br", "zstd", "x-none"))
            return _encoded(answer, answer.body, name)
        case _:
            return None


@lru_cache(maxsize=4)
def _bomb(size: int) -> bytes:
    """An empty page in JSON that blanks make `size` bytes long."""
    head, tail = b'{"audit_logs":[],"meta":{"has_more":false}', b"}"
    blanks = b" " * (size - len(head) - len(tail))
    return gzip.compress(head + blanks + tail, 6, mtime=0)


def _encoded(answer: Answer, body: bytes, name: str) -> Answer:
    headers = (*answer.headers, ("Content-Encoding", name))
    return Answer(answer.status, body, answer.content_type, headers)


def _with_body(answer: Answer, body: bytes) -> Answer:
    return Answer(answer.status, body, answer.content_type, answer.headers)


def _with_type(answer: Answer, kind: str | None) -> Answer:
    kept = _without(answer, "Content-Type").headers
    headers = kept if kind is None else (*kept, ("Content-Type", kind))
    return Answer(answer.status, answer.body, kind, headers)


def _without(answer: Answer, name: str) -> Answer:
    kept = tuple(pair for pair in answer.headers if pair[0] != name)
    return Answer(answer.status, answer.body, answer.content_type, kept)
