"""What the headers of the answers tell of limits and clocks.

In: the headers of every answer, with the time here when it came. Out: verdicts.
Pure; the time is handed in.
"""

from collections.abc import Mapping, Sequence

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.language.clock import text_of
from auditql.providers.zendesk.pacer import Reading, reading
from auditql.providers.zendesk.probe_findings import Status, Verdict, unseen
from auditql.providers.zendesk.probe_sample import many

_SPELLINGS = ("x-rate-limit", "ratelimit-limit", "rate-limit")
_OWN = ("zendesk-ratelimit-", "zendesk-rate-limit-")  # of one endpoint alone
_AGREES_S = 2
_SAID_S = 60
_MINUTE_S = 60
_BUCKET_S = 2  # a longer reset is that of a window


@form
class Heard:
    """The head of one answer.

    Attributes:
        server_s: the server's Date; None where it told none.
        here_s: the clock of this machine when the answer came.
        headers: by lower-case name.
    """

    server_s: int | None
    here_s: float
    headers: Mapping[str, str]


def rate_headers(heard: Sequence[Heard]) -> Verdict:
    """Which headers tell the limit, and which limit."""
    told = {name: h.headers[name] for h in heard for name in h.headers}
    names = [name for name in _SPELLINGS if name in told]
    names += sorted(name for name in told if name.startswith(_OWN))
    limits = sorted({found.limit for _, found in _readings(heard)})
    if not names:
        return unseen(f"{many(len(heard), 'answer')}, and none told a limit")
    if not limits:
        return unseen(f"no number could be read: {', '.join(names)}")
    words = f"in {len(_readings(heard))} of {many(len(heard), 'answer')}"
    answer = " or ".join(f"{limit:,}" for limit in limits)
    return Verdict(
        Status.OBSERVED, f"{answer} a minute", f"{', '.join(names)}, {words}"
    )


def rate_window(heard: Sequence[Heard]) -> Verdict:
    """Whether the limit starts anew each minute or refills steadily.

    A minute ends on second 0 of the server's clock, as its Date and the reset
    say together; a bucket's reset is short wherever in the minute it is told.
    """
    told = [
        (h.server_s, found.reset_s)
        for h, found in _readings(heard)
        if h.server_s is not None and found.reset_s is not None
    ]
    if not told:
        return unseen("no answer told a reset beside its Date")
    if len({second for second, _ in told}) < 2:
        return unseen("all answers came within one second")
    on_minute = sum((s + reset) % _MINUTE_S in (0, 1) for s, reset in told)
    short = sum(reset <= _BUCKET_S for _, reset in told)
    answers = many(len(told), "answer")
    if on_minute == len(told) and short < len(told):
        words = f"Date and reset meet on second 0 in {answers}"
        return Verdict(Status.OBSERVED, "anew each minute", words)
    if short == len(told) > on_minute:
        words = f"a reset of at most {_BUCKET_S} s in {answers}"
        return Verdict(Status.OBSERVED, "steadily", words)
    words = f"on second 0 in {on_minute} of {answers}, at most 2 s in {short}"
    return unseen(words)


def lateness(newest: Record | None, server_s: int | None) -> Verdict:
    """How old the newest record is by the server's clock.

    It says that records so young are shown, not that none comes later.
    """
    if newest is None:
        return unseen("the account shows no record")
    if server_s is None:
        return unseen("the answer told no Date")
    age_s = server_s - newest.created_s
    words = f"record {newest.id} of {text_of(newest.created_s)}, shown at "
    words += text_of(server_s)
    answer = f"{age_s:,} s" if age_s >= 0 else f"{-age_s:,} s ahead of the server"
    return Verdict(Status.OBSERVED, answer, words)


def clock(first: Heard) -> Verdict:
    """How far the clock of this machine is from the server's."""
    if first.server_s is None:
        return unseen("the answer told no Date")
    ahead_s = round(first.here_s - first.server_s)
    words = f"the server says {text_of(first.server_s)}"
    if abs(ahead_s) > _SAID_S:
        words += "; -7d and the like count from the wrong now: set the clock"
    if abs(ahead_s) <= _AGREES_S:
        return Verdict(Status.OBSERVED, f"agrees within {_AGREES_S} s", words)
    side = "ahead" if ahead_s > 0 else "behind"
    return Verdict(Status.OBSERVED, f"{abs(ahead_s):,} s {side}", words)


def _readings(heard: Sequence[Heard]) -> list[tuple[Heard, Reading]]:
    found = [(h, reading(h.headers)) for h in heard]
    return [(h, told) for h, told in found if told is not None]
