"""How many records a mirror has for a plan that was parted, for an estimate.

In: an open mirror, a plan. Out: for each of its scans of covered time, a number. Only
what a request would ask for is looked at, for that is what the API would have given.
"""

from auditql.plan.model import Mode, Scan
from auditql.plan.plan import Plan
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.sql.calls import Calls, calling
from auditql.providers.mirror.sql.selection import box_terms, selection


def held_for(mirror: Mirror, plan: Plan) -> list[int]:
    """Records for each scan of covered time, in the order of the plan's.

    Raises:
        MirrorDamaged: the file does not hold what was put into it.
        RunError: it could not be read.
    """
    with calling(mirror) as calls:
        return [
            _number(mirror, calls, scan, plan.query.zone)
            for scan in plan.scans
            if scan.request.mode is Mode.LOCAL
        ]


def _number(mirror: Mirror, calls: Calls, scan: Scan, zone: str) -> int:
    created = scan.box.created
    connection = mirror.connection
    chosen = selection(connection, calls, box_terms(scan.box), zone)
    text, given = chosen.lazy_or_eager(connection, created)
    total = 0
    for condition, more in chosen.arms(created):
        sql = f"SELECT count(*) FROM record WHERE {condition} AND {text}"  # noqa: S608 - nothing that a person wrote
        (number,) = connection.execute(sql, (*more, *given)).fetchone()
        total += int(number)
    return total
