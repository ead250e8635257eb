"""What of an answer lies in no mirror, where nothing but the mirror is read.

In: the plan that was read, the times that nobody could give. Out: why the answer is
partial, in words, or None. A question that is open to the present is answered up to
where the mirror ends; every other gap is missing, and so is what lies between two
times of the mirror, whatever the present of the question is.
"""

from collections.abc import Sequence, Set

from auditql.language.clock import text_of
from auditql.plan.coverage import BEGINNING_S, is_from_the_beginning, times_of
from auditql.plan.model import FOREVER_S, Interval, Mode
from auditql.plan.plan import Plan
from auditql.results.completeness import SETTLING_S

_SHOWN = 3


def lacking(
    plan: Plan,
    gaps: Sequence[Interval],
    missing: Sequence[int],
    covered: Sequence[Interval],
) -> str | None:
    """Why an answer of the mirror alone is partial; None where it is not.

    Args:
        plan: that was read.
        gaps: times that were to be read.
        missing: ids that it does not hold.
        covered: by the mirror.
    """
    read = times_of(plan, Mode.LOCAL)
    ends = {time.end for time in read if time.end is not None}
    last = covered[-1] if covered else None
    lost = [gap for gap in dict.fromkeys(gaps) if not _is_after(gap, plan, ends, last)]
    said = [_said(gap) for gap in lost[:_SHOWN]]
    if len(lost) > _SHOWN:
        said.append(f"{len(lost) - _SHOWN:,} times more")
    if missing and not is_from_the_beginning(covered):
        more = f" and {len(missing) - 1:,} ids more" if len(missing) > 1 else ""
        said.append(f"the id {missing[0]}{more}")
    if not said:
        return None
    starts = [gap.start for gap in lost] + [None for _ in missing]
    return f"the mirror does not hold {', '.join(said)}; {fetching(covered, starts)}"


def fetching(covered: Sequence[Interval], starts: Sequence[int | None]) -> str:
    """Which sync fetches what begins there, in words.

    By itself a sync begins where the mirror begins: what is before that it never
    reads.

    Args:
        covered: by the mirror.
        starts: at least one; None is the beginning of the account, also for an id,
            of which nobody knows when it was.
    """
    first = min(BEGINNING_S if start is None else start for start in starts)
    if covered and (covered[0].start or 0) <= first:
        return "`auditql sync` fetches it"
    return f"`auditql sync --since {text_of(first)}` fetches it"


def _is_after(gap: Interval, plan: Plan, ends: Set[int], last: Interval | None) -> bool:
    """Whether a gap is the present behind all that the mirror holds, or to come.

    Args:
        gap: a time that was to be read.
        plan: that it stands in.
        ends: of the times that were read; without any no time is known up to which
            the answer is complete.
        last: time that the mirror covers; None where it holds nothing.
    """
    now_s = plan.query.now_s
    if gap.start is None or (gap.end is not None and gap.end <= now_s - SETTLING_S):
        return False
    if last is None or last.start is None or not ends:
        return False
    if gap.start < last.start or gap.start < max(ends):
        return False
    return gap.start in ends or gap.start > now_s


def _said(gap: Interval) -> str:
    is_open = gap.end is None or gap.end == FOREVER_S
    if gap.start is None:
        return "its beginning" if is_open else f"what is before {text_of(gap.end or 0)}"
    if is_open:
        return f"{text_of(gap.start)} or later"
    return f"{text_of(gap.start)} to {text_of(gap.end or 0)}"
