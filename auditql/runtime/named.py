"""Which fields of a record a query cannot be answered without.

In: a checked query. Out: the stored fields that it reads, those that others are
computed from among them. What rows hold beside them is not needed: it is shown where
it is there.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from auditql.catalog.fields import BY_NAME, SEARCHED
from auditql.language import query

_RECORDS = (query.Where, query.OrderBy, query.LimitTo)
"""Stages whose rows are still records."""


def fields_of(asked: query.Query) -> tuple[str, ...]:
    """The names of the fields, each once, in the order they are met."""
    parts: list[object] = [asked.filter, asked.order]
    for stage in asked.stages:
        parts.append(_sources(stage))
        if not isinstance(stage, _RECORDS):
            break
    return tuple(dict.fromkeys(_named(tuple(parts))))


def _sources(stage: query.Stage) -> object:
    """What a stage reads; the names that it gives are its own."""
    match stage:
        case query.Select(columns):
            return tuple(given.source for given in columns)
        case query.Group(keys, aggregates):
            return (
                *(given.source for given in keys),
                *(aggregate.operand for aggregate in aggregates),
            )
        case query.Top(_, keys) | query.Distinct(keys):
            return tuple(given.source for given in keys)
        case query.Timeline(_, time, keys):
            return (time, *(given.source for given in keys))
        case _:
            return stage


def _named(node: object) -> Iterator[str]:
    match node:
        case query.Column(name):
            field = BY_NAME.get(name)
            if field is not None:
                yield field.derived_from or name
        case query.Search():
            yield from (field.name for field in SEARCHED)
        case tuple():
            for item in node:
                yield from _named(item)
        case _ if is_dataclass(node):
            for part in fields(node):
                yield from _named(getattr(node, part.name))
        case _:
            return
