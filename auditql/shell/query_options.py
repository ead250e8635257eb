"""Options of a query that several verbs take, each said once.

In: a group of a parser. Out: the same, with one option more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditql.shell.option_values import parameter

if TYPE_CHECKING:
    import argparse


def add_param(group: argparse._ArgumentGroup, words: str = "bind a parameter") -> None:
    """Take `-p`, as often as there are parameters; `words` say what it is for."""
    group.add_argument(
        "-p",
        "--param",
        action="append",
        default=[],
        type=parameter,
        metavar="NAME=VALUE",
        help=f"{words}; may be repeated",
    )


def add_zone(group: argparse._ArgumentGroup) -> None:
    """Take the zone that a query is read in."""
    group.add_argument(
        "--tz", metavar="ZONE", help="zone of days and hours (default: UTC)"
    )


def add_strict(group: argparse._ArgumentGroup) -> None:
    """Take whether a warning ends it."""
    group.add_argument(
        "--strict", action="store_true", help="take a warning for an error"
    )
