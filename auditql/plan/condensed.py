"""Records that are alike in all that a query asks of them, as one.

In: nothing. Out: a form. A source that can group makes them; stages take them in the
place of records, and count each as often as it stands for one.
"""

from collections.abc import Mapping

from auditql.catalog.forms import form


@form
class Condensed:
    """What so many records have in common.

    Attributes:
        raw: the fields that are asked for, and no others.
        id: of a record, where it is asked for; else 0.
        created_s: a time that every function that is asked for takes for that of each.
        times: how many records it stands for, at least 1.
    """

    raw: Mapping[str, object]
    id: int
    created_s: int
    times: int
