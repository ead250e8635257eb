"""What headers tell of limits and clocks."""

import httpx
import pytest
from probing import answers, busy, probe, verdicts

from auditql.emulator.settings import RateLimitKind
from auditql.providers.zendesk.probe_findings import Status
from auditql.providers.zendesk.probe_heard import Heard, rate_headers, rate_window

LEFT = {"x-rate-limit-remaining": "600"}


def heads(*told: tuple[int, int]) -> list[Heard]:
    """Answers at a second of the server with a reset after so many."""
    return [
        Heard(s, 0.0, {"x-rate-limit": "700", **LEFT, "ratelimit-reset": str(reset)})
        for s, reset in told
    ]


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        (((600, 60), (603, 57)), "anew each minute"),
        (((600, 60), (603, 58)), "anew each minute"),  # second 1, as was recorded
        (((650, 1), (651, 1)), "steadily"),
        (((659, 1), (662, 1)), "steadily"),
        (((658, 2), (659, 1)), None),  # either may be
        (((600, 60), (600, 60)), None),  # one second tells nothing
        (((600, 30), (607, 30)), None),  # neither
        ((), None),
    ],
)
def test_a_window_is_told_by_what_only_it_would_say(
    told: tuple[tuple[int, int], ...], answer: str | None
) -> None:
    """A minute ends on second 0; a bucket's reset is short in its middle too."""
    found = rate_window(heads(*told))
    assert answer == found.answer
    assert (Status.UNSEEN if answer is None else Status.OBSERVED) is found.status


@pytest.mark.parametrize(
    ("headers", "answer", "evidence"),
    [
        ({}, None, "1 answer, and none told a limit"),
        ({"x-rate-limit": "x"}, None, "no number could be read: x-rate-limit"),
        (
            {"rate-limit": "200", "rate-limit-remaining": "9"},
            "200 a minute",
            "rate-limit, in 1 of 1 answer",
        ),
        (
            {"x-rate-limit": "700", **LEFT, "zendesk-ratelimit-audit-logs": "total=1"},
            "700 a minute",
            "x-rate-limit, zendesk-ratelimit-audit-logs, in 1 of 1 answer",
        ),
    ],
)
def test_the_spellings_that_came_are_named(
    headers: dict[str, str], answer: str | None, evidence: str
) -> None:
    """Each by its name; what cannot be read is no limit."""
    found = rate_headers([Heard(0, 0.0, headers)])
    assert (answer, evidence) == (found.answer, found.evidence)


def test_a_limit_that_changes_is_told_with_both_numbers() -> None:
    """Neither is taken for the right one."""
    both = [Heard(0, 0.0, {"x-rate-limit": limit, **LEFT}) for limit in ("2500", "700")]
    assert "700 or 2,500 a minute" == rate_headers(both).answer


@pytest.mark.parametrize(
    ("ahead_s", "answer"),
    [(0, "agrees within 2 s"), (-40, "40 s behind"), (4000, "4,000 s ahead")],
)
def test_the_clock_here(ahead_s: int, answer: str) -> None:
    """Against the server's Date; over a minute it is said what it does."""
    found = verdicts(probe(busy(), ahead_s=ahead_s))["clock"]
    assert answer == found.answer
    assert (abs(ahead_s) > 60) is ("set the clock" in found.evidence)


def test_a_server_without_a_date() -> None:
    """The clock here bounds what is settled; nothing is said of its own."""
    account = busy(rate_limit=RateLimitKind.FIXED_MINUTE)
    handle = account.emulator.handle

    def undated(request: httpx.Request) -> httpx.Response:
        response = handle(request)
        del response.headers["date"]
        return response

    account.emulator.handle = undated
    found = probe(account)
    for name in ("clock", "lateness", "rate_window"):
        assert Status.UNSEEN is verdicts(found)[name].status
    assert "included" == answers(found)["range_start"]
