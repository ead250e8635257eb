"""What a session knows and what a completion gives: the forms both sides share.

In and out of `complete`. A session hands in a Known, made anew or kept, and shows
the Completions; nothing here reads a file, a clock or a terminal.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from auditql.catalog.forms import form
from auditql.plan.capability import Capability
from auditql.shell.completion.seen import Seen

MOST_ITEMS = 200
"""Items that one completion gives at most."""


class ItemKind(Enum):
    """What an item is, for its colour and for tests."""

    FIELD = "field"
    FUNCTION = "function"
    OPERATOR = "operator"
    VALUE = "value"
    TIME = "time"
    KEYWORD = "keyword"
    STAGE = "stage"
    SIGN = "sign"
    NAME = "@name"
    PARAMETER = ":parameter"
    COMMAND = "command"
    ARGUMENT = "argument"


@form
class Item:
    """One thing that may stand at the cursor.

    Attributes:
        text: what is put in the place of `Completions.start` to `.end`.
        shown: how it is listed; no character of it acts on a terminal.
        margin: what is said beside it, as `api · word · login`; may be empty.
        kind: what it is.
    """

    text: str
    shown: str
    margin: str
    kind: ItemKind


@form
class Completions:
    """What may stand at the cursor, best first.

    Attributes:
        start: offset of the text that an item replaces.
        end: its end: the cursor, or behind it in the middle of a word.
        items: at most 200, no two with the same text.
    """

    start: int
    end: int
    items: tuple[Item, ...]


class Takes(Enum):
    """What stands behind a command."""

    NOTHING = "nothing"
    WORDS = "one of its words"
    FIELDS = "names of fields, with commas between them"
    QUERY = "a query"
    SAVED = "the name of a saved query, then its parameters as name=value"
    ZONE = "the name of a zone"


@form
class Choice:
    """A word that may stand behind a command: a format, a profile, a setting."""

    text: str
    help: str = ""


@form
class Command:
    """A command of the shell.

    Attributes:
        name: without its backslash.
        usage: its arguments as its help writes them; may be empty.
        help: what it does, in one line.
        takes: what stands behind it.
        words: what may stand there, for `Takes.WORDS`.
    """

    name: str
    usage: str = ""
    help: str = ""
    takes: Takes = Takes.NOTHING
    words: tuple[Choice, ...] = ()


@form
class SavedName:
    """A saved query: its name, what it is for, its parameters and their defaults.

    A parameter whose default is None must be given.
    """

    name: str
    description: str = ""
    parameters: Mapping[str, str | None] = field(default_factory=dict)


@form
class Known:
    """What the session knows that no text tells.

    Attributes:
        now_s: the time that relative times are shown for, in seconds since 1970.
        zone: the zone that days are read in.
        seen: the values met in answers, with how often.
        names: filters named with `let`, without `@`, and how they read.
        parameters: parameters, without `:`, and their values as written; None
            for one that has none yet.
        queries: the saved queries, in the order in which they are listed.
        commands: the commands, in the order in which they are listed.
        capabilities: what the source of records filters, by field.
    """

    now_s: int
    zone: str = "UTC"
    seen: Seen = field(default_factory=Seen)
    names: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str | None] = field(default_factory=dict)
    queries: tuple[SavedName, ...] = ()
    commands: tuple[Command, ...] = ()
    capabilities: Mapping[str, Capability] = field(default_factory=dict)
