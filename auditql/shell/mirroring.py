"""The mirror on the command line: looked at, cut, made anew, verified, repaired.

In: a place, an output. Out: lines about it, and the exit code.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError, MirrorDamaged
from auditql.language.clock import text_of
from auditql.plan.lines import counted
from auditql.plan.model import Interval
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.place import Place
from auditql.providers.mirror.rebuilding import rebuild
from auditql.providers.mirror.status import Status, doubles
from auditql.providers.mirror.status import status as status_of
from auditql.providers.mirror.verify import Verified
from auditql.providers.mirror.verify import verify as verified
from auditql.providers.mirror.writer import MirrorWriter
from auditql.runtime.mirrors import place_of
from auditql.runtime.times import past_moment_of
from auditql.shell.commands.sync import Options as SyncOptions
from auditql.shell.exits import Exit

if TYPE_CHECKING:
    from auditql.runtime.connection import Connection
    from auditql.shell.output import Output
    from auditql.shell.profiles import InForce

_MOST_TIMES = 20


def place_in_force(force: InForce) -> Place:
    """The place of the mirror of the account in force; no credential is needed.

    Raises:
        ConfigurationError: no account is named.
    """
    origin = force.account()
    if origin is None:
        raise ConfigurationError(
            "no account is set: set ZENDESK_SUBDOMAIN or ZENDESK_BASE_URL, or pick a"
            " profile with -P"
        )
    profile = force.choice.profile
    return place_of(origin, None if profile is None else profile.mirror)


def status(place: Place, output: Output, *, as_json: bool) -> Exit:
    """Print what a mirror holds.

    Raises:
        ConfigurationError: there is none that can be read.
        MirrorDamaged: it cannot be said.
    """
    with closing(Mirror(place)) as mirror:
        found = status_of(mirror)
    if as_json:
        output.data(json.dumps(_facts(place, found), indent=2) + "\n")
    else:
        _print(_lines(place, found), output)
    return Exit.OK


def prune(place: Place, before: str, zone: str | None, output: Output) -> Exit:
    """Take out of a mirror all time before a moment.

    Raises:
        ConfigurationError: there is none that can be written, no such moment, or it is
            still to come.
        MirrorDamaged: it does not hold what was put into it.
        OutputError: the disk is full.
    """
    before_s = past_moment_of(before, zone, time.time())
    Mirror(place).close()  # one that is not there is not made
    with closing(MirrorWriter(place)) as writer:
        covered = writer.covered()
        meant_s = writer.aim_s
        if meant_s is None and covered:
            meant_s = covered[0].start or 0
        if meant_s is None or meant_s < before_s:
            writer.aim(before_s)  # else the next sync would read it again
        gone = writer.prune(before_s)
    what = counted(gone.records, "record")
    output.note(f"{what} before {text_of(before_s)} taken out")
    if not gone.is_overwritten:
        output.note(
            "warning: a program still reads the mirror: what was taken out is in the"
            " file until it ends and `auditql mirror prune` runs again"
        )
    return Exit.OK


def rebuilt(connection: Connection, output: Output) -> Exit:
    """Make the mirror of an account anew, and read what is missing.

    Raises:
        ConfigurationError: it cannot be written, or is something else.
        OutputError: the disk is full; the old one stays.
    """
    from auditql.shell.syncing import sync

    for words in connection.warnings:
        output.note(f"warning: {words}")
    place = place_of(connection.origin, connection.mirror)
    if not os.path.lexists(place.path):
        raise ConfigurationError(f"there is no mirror {place.path}; `auditql sync`")
    before = doubles(place)
    made = rebuild(place)
    output.note(f"{counted(made.records, 'record')} kept")
    _tell_doubles(before, place, output)
    for time_ in _first(made.lost):
        output.note(f"lost, and read again: {time_}")
    return sync(SyncOptions(), output, connection, trims=True)


def verify(
    place: Place, output: Output, connect: Callable[[], Connection] | None
) -> Exit:
    """Say whether a mirror holds what was put into it; repair it, where asked to.

    Args:
        place: of the mirror.
        output: the output of the run.
        connect: gives the account that damaged time is read from again; None lets
            it be.

    Raises:
        ConfigurationError: there is none that can be read.
        OutputError: it cannot be repaired: the disk is full.
    """
    found = _verified(place)
    _print(_verdict(place, found), output)
    if found is not None and found.is_sound:
        return Exit.OK
    if connect is None:
        return Exit.FAILED
    connection = replace(connect(), mirror=place.path)
    if connection.origin.base != place.origin:
        raise ConfigurationError(
            f"{place.path} is the mirror of {place.origin}, and the account in force is"
            f" {connection.origin.base}: pick its profile with -P"
        )
    return _repaired(place, found, output, connection)


def _repaired(
    place: Place, found: Verified | None, output: Output, connection: Connection
) -> Exit:
    """Take out what is damaged, read it again, and look once more.

    Raises:
        OutputError: the disk is full.
    """
    from auditql.shell.syncing import sync

    before = doubles(place)
    try:
        if found is None or found.faults:
            rebuild(place)
        else:
            with closing(MirrorWriter(place)) as writer:
                writer.drop(found.damaged)
    except MirrorDamaged:
        rebuild(place)
    _tell_doubles(before, place, output)
    code = sync(SyncOptions(), output, connection)
    again = _verified(place)
    _print(_verdict(place, again), output)
    is_sound = again is not None and again.is_sound
    return code if is_sound or code is not Exit.OK else Exit.FAILED


def _tell_doubles(before: int | None, place: Place, output: Output) -> None:
    """Say what was taken out and may not be read again.

    Args:
        before: records that were held beside others of their id; None if unknown.
        place: of the mirror without what is damaged.
        output: the output of the run.
    """
    if before is None:
        output.note(
            "warning: if the damaged time held two contents of one id, one of them is"
            " lost: the account shows one only"
        )
        return
    gone = before - (doubles(place) or 0)
    if gone > 0:
        output.note(
            f"warning: {counted(gone, 'record')} with other content than another of"
            " the same id taken out as damaged: the account shows one of them only"
        )


def _verified(place: Place) -> Verified | None:
    """What was found; None where nothing of it can be read."""
    try:
        with closing(Mirror(place)) as mirror:
            return verified(mirror)
    except MirrorDamaged:
        return None


def _verdict(place: Place, found: Verified | None) -> Iterator[str]:
    if found is None:
        yield f"{place.path}: damaged"
        yield "  fault    it cannot be opened; `--repair` reads all of it again"
        return
    if found.is_sound:
        yield f"{place.path}: holds what was put into it"
    else:
        yield f"{place.path}: damaged"
    slices, records = counted(found.slices, "slice"), counted(found.records, "record")
    yield f"  equal    {records} of {slices}, by SHA-256"
    yield from (f"  damaged  {time_}" for time_ in _first(found.damaged))
    yield from (f"  fault    {words}" for words in found.faults)


def _facts(place: Place, found: Status) -> dict[str, object]:
    last_s = found.last_sync_s
    return {
        "account": place.origin,
        "file": str(place.path),
        "records": found.records,
        "conflicts": found.conflicts,
        "bytes": found.bytes_on_disk,
        "made_at": text_of(found.made_s),
        "last_sync": None if last_s is None else text_of(last_s),
        "covered": [
            [text_of(t.start or 0), text_of(t.end or 0)] for t in found.covered
        ],
    }


def _lines(place: Place, found: Status) -> Iterator[str]:
    """What a mirror holds, for a person."""
    yield f"account    {place.origin}"
    yield f"file       {place.path}"
    yield f"size       {found.bytes_on_disk:,} bytes"
    others = found.conflicts
    with_others = f", {others:,} with other content than before" if others else ""
    yield f"records    {found.records:,}{with_others}"
    last_s = found.last_sync_s
    yield f"last sync  {'never' if last_s is None else text_of(last_s)}"
    yield from (f"covered    {time_}" for time_ in _first(found.covered))
    if not found.covered:
        yield "covered    nothing"


def _first(times: Sequence[Interval]) -> Iterator[str]:
    """Times in words; of many the first and how many more there are."""
    for time_ in times[:_MOST_TIMES]:
        start = text_of(time_.start) if time_.start else "the beginning"
        yield f"from {start} to {text_of(time_.end or 0)}"
    if len(times) > _MOST_TIMES:
        yield f"and {len(times) - _MOST_TIMES:,} more"


def _print(lines: Iterator[str], output: Output) -> None:
    output.data("".join(safe_text(line) + "\n" for line in lines))
