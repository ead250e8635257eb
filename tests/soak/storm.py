"""An account of very many records behind a storm of faults, in its own process.

    python tests/soak/storm.py RECORDS

Serves on loopback until standard input closes, at most a quarter of an hour.
It prints where, and at the end what it was asked and which faults were met, as
JSON. One seed draws everything. Left out of the storm are the faults that end
every read, those that wait for a time-out or a whole body byte by byte, the
one that fills the memory that an answer may take, and records that arrive,
since each makes this account sort all of its own.
"""

import json
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import auditql.emulator
from auditql.emulator import Emulator, RecordStore, Settings, generate
from auditql.emulator.faults import (
    TRAITS,
    Fault,
    FaultPlan,
    Outcome,
    Reach,
    Strike,
    random_of,
)
from auditql.emulator.faulty import FaultyEmulator
from auditql.emulator.records import Record
from auditql.emulator.settings import ClientCredentialsAuth

START_S = 1_741_564_800  # 2025-03-10T00:00:00Z
END_S = 1_773_100_800  # 2026-03-10T00:00:00Z
NOW_S = 1_773_230_458  # 2026-03-11T12:00:58Z: a limit's minute ends in 2 s, always
SEED = 47
CLIENT = ClientCredentialsAuth("soak", "canary-51c3-client-secret")
BOUND_S = 900

_LEFT_OUT = {
    Fault.CONNECT_TIMEOUT,
    Fault.READ_TIMEOUT,
    Fault.DRIP,
    Fault.GZIP_BOMB,
    Fault.NEW_RECORD,
    Fault.LATE_RECORD,
    Fault.SKEWED_DATE,
}
_SELDOM = (
    *(Fault.RATE_SECONDS, Fault.RATE_DATE, Fault.RATE_GARBAGE, Fault.RATE_SILENT),
    Fault.ERROR_503,
)
"""Each holds everybody for a second or two; met often, the run would be but waits."""

_OTHERS = (
    *(
        fault
        for fault in Fault
        if TRAITS[fault].outcome in (Outcome.HEALS, Outcome.HARMLESS)
        and fault not in {*_LEFT_OUT, *_SELDOM}
    ),
    *(Fault.CURSOR_REFUSED, Fault.SAME_CURSOR),
)
_OFTEN = (
    *(Fault.RESET, Fault.CUT_BODY, Fault.CUT_JSON, Fault.GZIP, Fault.GZIP_CUT),
    *(Fault.HTML_5XX, Fault.ERROR_500, Fault.ERROR_502),
    *(Fault.CURSOR_REFUSED, Fault.DUPLICATES, Fault.SHORT_PAGE),
)
KINDS = (*_SELDOM, *_OTHERS * 3, *_OFTEN * 6)
"""What the storm is made of; what stands here twice comes twice as often."""


_IN_TURN = tuple(dict.fromkeys(KINDS))


class Storm(FaultPlan):
    """One request in 30 fails, and one in five that is asked again fails again.

    With every 37th request the kinds come in turn, whatever else does: which
    requests are asked again hangs on how the cursors take turns, and chance alone
    would leave out a seldom kind in one run of five.

    A token dies with every 997th request: never before anybody was let in with
    it, which would end the read.
    """

    def strike(
        self, number: int, reaches: frozenset[Reach], in_a_row: int
    ) -> Strike | None:
        """The fault of a request; None for most."""
        if number % 997 == 0 and Reach.CREDENTIAL in reaches:
            return Strike(Fault.DEAD_TOKEN, random_of(self.seed, number))
        turn, rest = divmod(number, 37)
        kind = _IN_TURN[turn % len(_IN_TURN)]
        if rest == 0 and not in_a_row and TRAITS[kind].reach in reaches:
            return Strike(kind, random_of(self.seed, number))
        return super().strike(number, reaches, in_a_row)


STORM = Storm(SEED, KINDS, share=1 / 30, again=0.2, most_wait_s=1)


def records(count: int) -> Iterator[Record]:
    """The records of an account of a year, by second and then by id."""
    return generate(SEED, count, START_S, END_S - 1)


@dataclass(frozen=True)
class Weathered:
    """What a storm was.

    Attributes:
        requests: of the log that came, tokens left out.
        met: how often each fault was met.
    """

    requests: int
    met: Counter[Fault]


def told(line: str) -> Weathered:
    """What the process says in the end."""
    found = json.loads(line)
    met = Counter({Fault[name]: often for name, often in found["met"].items()})
    return Weathered(found["requests"], met)


def serve(count: int) -> None:
    """Serve until standard input closes."""
    signal.alarm(BOUND_S)
    store = RecordStore(records(count), encode_now=True)
    account = Emulator(store, Settings(auth=CLIENT), clock=lambda: float(NOW_S))
    line = FaultyEmulator(account, STORM)
    with auditql.emulator.serve(line) as server:
        print(server.url, flush=True)  # noqa: T201 - for whoever started it
        sys.stdin.read()
    met = {fault.name: often for fault, often in line.counts.items()}
    log = sum(one.path.startswith("/api/") for one in line.journal)
    print(json.dumps({"requests": log, "met": met}))  # noqa: T201


if __name__ == "__main__":
    serve(int(sys.argv[1]))
