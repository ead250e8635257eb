"""Times as a person in a zone reads them, with their offset.

In: a value as received. Out: a time as the API writes it, whole seconds of UTC,
becomes the same instant in the zone, `2026-03-10T13:00:00+01:00`; every other
value stays as it is. Nothing is lost: the offset leads back.
"""

import re
from datetime import datetime, tzinfo

from auditql.language.clock import zone_named

_OF_THE_API = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class Zoned:
    """Shows times in one zone."""

    def __init__(self, name: str) -> None:
        """Show them in the zone of that IANA name, which is known to be one."""
        self.name = name
        self._zone: tzinfo = zone_named(name)

    def __call__(self, value: object) -> object:
        """The value, in the zone where it is a time."""
        if type(value) is not str or not _OF_THE_API.fullmatch(value):
            return value
        try:
            return datetime.fromisoformat(value).astimezone(self._zone).isoformat()
        except (ValueError, OverflowError):  # no day of the calendar, or its edge
            return value


def zoned(name: str | None) -> Zoned | None:
    """What shows times in a zone; None where they are shown in UTC as they are."""
    from datetime import UTC

    if name is None or zone_named(name) is UTC:
        return None
    return Zoned(name)
