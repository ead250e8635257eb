"""An emulator that things go wrong with, after a plan.

In: an emulator, a plan of faults. Out: for each request its delivery, and a
count of every fault that was met. What is true stays true: a record that
arrives stands where its time says, and asking again finds the answer that a
fault kept back.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import count
from random import Random

from auditql.emulator.answers import Answer, Call
from auditql.emulator.app import LIST_PATH, RECORD_PATH, TOKEN_PATH, Emulator
from auditql.emulator.body_faults import spoiled
from auditql.emulator.canned_faults import canned
from auditql.emulator.deliveries import Delivery
from auditql.emulator.faults import (
    TRAITS,
    Fault,
    FaultPlan,
    Outcome,
    Reach,
    Strike,
    random_of,
)
from auditql.emulator.page_faults import Json, changed, meta_of, read_page, records_of
from auditql.emulator.query_string import split_pairs
from auditql.emulator.records import Record, write_time
from auditql.emulator.settings import Settings

LATEST_S = 300
"""How late a late record is at most, in seconds."""

SKEW_S = 60.0
"""Clocks further apart than this are told apart."""

_PAGES_KEPT = 64
_SIZE = re.compile(r"(page(?:\[size\]|%5Bsize%5D)=)([0-9]+)")


@dataclass(frozen=True, slots=True)
class Met:
    """What a request met.

    Attributes:
        path: the path that was asked for.
        query: the raw query.
        fault: None where all was well.
        met_s: epoch seconds by the account's clock.
    """

    path: str
    query: str
    fault: Fault | None
    met_s: float


class FaultyEmulator:
    """One imitated account behind a bad line.

    Attributes:
        emulator: the account itself.
        plan: what goes wrong.
        counts: how often each fault was met.
        arrived: the records that arrived since, in the order they came.
        journal: what every request met, in the order they came.
    """

    def __init__(
        self,
        emulator: Emulator,
        plan: FaultPlan,
        *,
        newcomers: Iterable[Record] = (),
        machine_clock: Callable[[], float] | None = None,
    ) -> None:
        """Put `emulator` behind the faults of `plan`.

        Args:
            emulator: the account.
            plan: what goes wrong.
            newcomers: records that arrive one after the other, with ids that
                no other has; each is given its time when it arrives.
            machine_clock: what the client takes for the time, in epoch
                seconds; None means that it agrees.
        """
        self.emulator = emulator
        self.plan = plan
        self.counts: Counter[Fault] = Counter()
        self.arrived: list[Record] = []
        self.journal: list[Met] = []
        self._newcomers = iter(newcomers)
        self._machine_clock = machine_clock
        self._numbers = count(1)
        self._in_a_row: Counter[tuple[str, str]] = Counter()
        self._standing: set[Fault] = set()
        self._dead: set[str] = set()
        self._looping: set[str] = set()
        self._once: set[tuple[Fault, str]] = set()
        self._pages: dict[tuple[str, str], list[Json]] = {}

    @property
    def settings(self) -> Settings:
        """How the account behaves when all is well."""
        return self.emulator.settings

    def deliver(self, call: Call) -> Delivery:
        """What comes of a request."""
        number = next(self._numbers)
        is_list = call.path.removesuffix(".json") == LIST_PATH
        is_log = is_list or call.path.startswith(RECORD_PATH)
        if not is_log and call.path != TOKEN_PATH:
            return self.emulator.answer(call)
        if is_log:
            self._look_at_clocks()
        cursor = dict(split_pairs(call.query)).get("page[after]")
        tried = (call.path, call.query)
        strike = self._strike(number, call, cursor, self._in_a_row[tried])
        met = None if strike is None else self._meet(strike, call, cursor)
        fault = None if strike is None or met is None else strike.fault
        delivery = self._true(call) if met is None else met
        self.journal.append(Met(*tried, fault, self.emulator.now_s))
        if fault is not None and TRAITS[fault].outcome is Outcome.HEALS:
            self._in_a_row[tried] += 1
        elif not (isinstance(delivery, Answer) and delivery.status == 429):
            del self._in_a_row[tried]  # a limit is no success
        return delivery

    def _strike(
        self, number: int, call: Call, cursor: str | None, in_a_row: int
    ) -> Strike | None:
        """The fault that a request meets: one that stands, or one of the plan."""
        if call.path == TOKEN_PATH:
            return self.plan.strike(number, frozenset({Reach.MINT}), in_a_row)
        standing = self._stands(call, cursor)
        if standing is not None:
            return Strike(standing, random_of(self.plan.seed, -number))
        return self.plan.strike(number, _reaches(call, cursor), in_a_row)

    def _stands(self, call: Call, cursor: str | None) -> Fault | None:
        """The fault that was met before and goes on."""
        for fault in (Fault.OUTAGE, Fault.FORBIDDEN, Fault.REVOKED):
            if fault in self._standing:
                return fault
        if call.headers.get("authorization") in self._dead:
            return Fault.DEAD_TOKEN
        return Fault.CURSOR_LOOP if cursor in self._looping else None

    def _look_at_clocks(self) -> None:
        if self._machine_clock is not None:
            apart = abs(self.emulator.now_s - self._machine_clock())
            if apart > SKEW_S:
                self.counts[Fault.SKEWED_DATE] += 1

    def _meet(self, strike: Strike, call: Call, cursor: str | None) -> Delivery | None:
        """What a fault delivers; None where it finds nothing to spoil."""
        found = self._spoil(strike, call, cursor)
        if found is not None:
            self.counts[strike.fault] += 1
        return found

    def _spoil(self, strike: Strike, call: Call, cursor: str | None) -> Delivery | None:
        fault = strike.fault
        match fault:
            case Fault.NEW_RECORD | Fault.LATE_RECORD:
                return self._true(call) if self._arrives(strike) else None
            case Fault.SHORT_PAGE:
                return self._short(strike.random, call)
            case Fault.SKEWED_DATE:
                return None  # clocks that differ do so all the time
            case _:
                if not self._begins(fault, call, cursor):
                    return None
        now_s = self.emulator.now_s
        found = canned(fault, strike.random, call, now_s, self.plan)
        return found or self._spoilt(strike, call, cursor)

    def _begins(self, fault: Fault, call: Call, cursor: str | None) -> bool:
        """Whether a fault strikes, and if so what it leaves behind."""
        match fault:
            case Fault.OUTAGE | Fault.FORBIDDEN | Fault.REVOKED:
                self._standing.add(fault)
            case Fault.DEAD_TOKEN:
                return self._dies(call)
            case Fault.CURSOR_LOOP:
                assert cursor is not None
                self._looping.add(cursor)
            case Fault.CURSOR_REFUSED | Fault.SAME_CURSOR:
                assert cursor is not None
                if (fault, cursor) in self._once:
                    return False
                self._once.add((fault, cursor))
            case _:
                pass
        return True

    def _dies(self, call: Call) -> bool:
        """Whether a credential is dead; it dies once on a request, not again."""
        proof, asked = call.headers["authorization"], f"{call.path}?{call.query}"
        if proof in self._dead:
            return True
        if (Fault.DEAD_TOKEN, asked) in self._once:
            return False
        self._once.add((Fault.DEAD_TOKEN, asked))
        self._dead.add(proof)
        return True

    def _spoilt(
        self, strike: Strike, call: Call, cursor: str | None
    ) -> Delivery | None:
        """The account's own answer, spoiled; None where nothing can be."""
        answer = self._true(call)
        if answer.status not in {200, 404}:
            return None
        spoilt = spoiled(strike.fault, strike.random, answer, self.plan)
        if spoilt is not None or answer.status == 404:
            return spoilt
        body = changed(
            strike.fault,
            strike.random,
            read_page(answer.body),
            own=cursor,
            before=self._pages.get((_listing(call), cursor or ""), ()),
            plan=self.plan,
        )
        return None if body is None else replace(answer, body=body)

    def _true(self, call: Call) -> Answer:
        """The account's own answer; its rows are kept if they may come again."""
        answer = self.emulator.answer(call)
        is_page = answer.status == 200 and _SIZE.search(call.query) is not None
        if is_page and Fault.DUPLICATES in self.plan.kinds:
            page = read_page(answer.body)
            after = meta_of(page)["after_cursor"]
            if isinstance(after, str):
                if len(self._pages) >= _PAGES_KEPT:
                    self._pages.clear()
                self._pages[_listing(call), after] = records_of(page)
        return answer

    def _short(self, random: Random, call: Call) -> Answer | None:
        """A page of fewer records; the cursor says where it really ends."""
        match = _SIZE.search(call.query)
        if match is None or int(match[2]) < 2:
            return None
        size = random.randint(1, int(match[2]) - 1)
        query = _SIZE.sub(rf"\g<1>{size}", call.query)
        return self._true(replace(call, query=query))

    def _arrives(self, strike: Strike) -> bool:
        """Whether a record arrived: one was still to come."""
        template = next(self._newcomers, None)
        if template is None:
            return False
        late_s = 0
        if strike.fault is Fault.LATE_RECORD:
            late_s = strike.random.randint(1, LATEST_S)
        second = int(self.emulator.now_s) - late_s
        record = {**template, "created_at": write_time(second)}
        self.emulator.add(record)
        self.arrived.append(record)
        return True


def _listing(call: Call) -> str:
    """What a request lists, wherever it stands in it and however far it sees."""
    paging = ("page[after]", "page[size]")
    return repr([p for p in split_pairs(call.query) if p[0] not in paging])


def _reaches(call: Call, cursor: str | None) -> frozenset[Reach]:
    """What can strike a request of the log."""
    found = {Reach.LOG}
    if _SIZE.search(call.query) is not None:
        found.add(Reach.PAGE)
    if cursor is not None:
        found.add(Reach.LATER_PAGE)
    if "authorization" in call.headers:
        found.add(Reach.CREDENTIAL)
    return frozenset(found)
