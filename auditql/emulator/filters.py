"""The filter of a listing: read from parameters, tried on one record.

In: nested parameters. Out: a `Filter`, or an `ApiError` in the service's
words. `Filter.accepts` is the plain meaning; the store's index must agree
with it. Nothing here looks at more than one record.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from auditql.emulator import errors
from auditql.emulator.query_string import Param, Params
from auditql.emulator.records import (
    FILTER_FIELDS,
    INTEGER_FIELDS,
    Record,
    key_of,
    read_time,
)
from auditql.emulator.settings import Settings, SourceIdRule, Unknown

Values: TypeAlias = frozenset[int] | frozenset[str]
Tests: TypeAlias = tuple[tuple[str, Values], ...]

_INTEGER = re.compile(r"-?[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a listing is narrowed to: alternatives in a field, all fields.

    Attributes:
        tests: a field and the values that it may have, by field name; a
            record passes if it passes every test.
        first_s: the earliest second that passes; None means no bound.
        last_s: the latest second that passes; None means no bound.
    """

    tests: Tests = ()
    first_s: int | None = None
    last_s: int | None = None

    def accepts(self, record: Record) -> bool:
        """Whether a record passes; a missing or null field fails its test."""
        second, _ = key_of(record)
        if self.first_s is not None and second < self.first_s:
            return False
        if self.last_s is not None and second > self.last_s:
            return False
        return all(record.get(name) in values for name, values in self.tests)


def read_filter(params: Params, settings: Settings) -> Filter:
    """The filter that the parameters ask for.

    Raises:
        ApiError: 400, for a range that is not exactly two times, for a
            source_id without its type (by the rule of the settings), for an
            integer that is none, and for fields that no page mentions.
    """
    given = _given(params.get("filter"), settings)
    first_s, last_s = _range(given.pop("created_at", None), settings)
    tests = {
        name: _values(name, given[name])
        for name in FILTER_FIELDS
        if given.get(name) is not None
    }
    if "source_id" in tests and "source_type" not in tests:
        match settings.source_id_rule:
            case SourceIdRule.REFUSE:
                raise errors.invalid_value(
                    "Invalid filter[source_id] specified; "
                    "filter[source_type] must also be set"
                )
            case SourceIdRule.IGNORE:
                del tests["source_id"]
            case SourceIdRule.HONOUR:
                pass
    return Filter(tuple(sorted(tests.items())), first_s, last_s)


def _given(found: Param, settings: Settings) -> Params:
    """The fields under `filter`, without those nobody knows."""
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise errors.invalid_value("Invalid filter specified")
    known = {*FILTER_FIELDS, "created_at"}
    unknown = [name for name in found if name not in known]
    if unknown and settings.unknown is Unknown.REFUSE:
        raise errors.invalid_value(f"Invalid filter[{unknown[0]}] specified")
    return {name: value for name, value in found.items() if name in known}


def _range(found: Param, settings: Settings) -> tuple[int | None, int | None]:
    """The first and the last second of the range, by the chosen reading."""
    if found is None:
        return None, None
    if not isinstance(found, list) or len(found) != 2:
        raise errors.invalid_range()
    bounds = []
    for text in found:
        if not isinstance(text, str):
            raise errors.invalid_range()
        try:
            bounds.append(read_time(text))
        except ValueError as error:
            raise errors.invalid_range() from error
    start, end = bounds
    return (
        start if settings.start_included else start + 1,
        end if settings.end_included else end - 1,
    )


def _values(name: str, found: Param) -> Values:
    """The alternatives of one field, single or with `[]`."""
    texts = found if isinstance(found, list) else [found]
    words = [text for text in texts if isinstance(text, str)]
    if len(words) != len(texts):
        raise errors.invalid_value(f"Invalid filter[{name}] specified")
    if name not in INTEGER_FIELDS:
        return frozenset(words)
    if not all(_INTEGER.fullmatch(word) for word in words):
        raise errors.invalid_value(f"Invalid filter[{name}] specified")
    return frozenset(int(word) for word in words)
