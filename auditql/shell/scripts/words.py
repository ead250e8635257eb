"""The command line as completion scripts need it: words, options, what they take.

In: the table of verbs and their parsers. Out: the same as plain values. Nothing
is listed here that a parser lists: only what a person may write in a place is
told from what the place is called.
"""

import argparse
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from importlib import import_module

from auditql.catalog.forms import form
from auditql.shell.arguments import VerbParser
from auditql.shell.exits import HelpAsked
from auditql.shell.output import Output
from auditql.shell.verbs import DEMO_SHELL, HELP, QUERY, VERBS, VERSION, Verb


class Takes(Enum):
    """What a person may write in a place, and so what is offered there."""

    TEXT = "text"  # nobody knows
    CHOICE = "choice"
    FILE = "file"
    QUERY = "query"  # the name of a saved query
    QUERY_OR_FILE = "query_or_file"
    PROFILE = "profile"


_BY_METAVAR = {
    "FILE": Takes.FILE,
    "FILE|FOLDER": Takes.FILE,
    "NAME|FILE": Takes.QUERY_OR_FILE,
    "FILE|FOLDER|NAME": Takes.QUERY_OR_FILE,
}
_BY_VERB_AND_DEST = {("queries", "name"): Takes.QUERY}
_BY_DEST = {"profile": Takes.PROFILE}

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_OPTION = re.compile(r"--?[A-Za-z0-9][A-Za-z0-9-]*")
_SENTENCE = re.compile(r"(?s)(.*?)[.:;](?:\s|$)")


@form
class Place:
    """One argument, or the value of an option.

    Attributes:
        takes: what may stand there.
        label: what help calls it.
        choices: all that may stand there, where that is known.
        repeats: whether more of the kind may follow.
    """

    takes: Takes
    label: str
    choices: tuple[str, ...] = ()
    repeats: bool = False


@form
class Option:
    """One option.

    Attributes:
        names: as they are written, the dashes included.
        help: one line.
        value: what stands behind it; None where nothing does.
        repeats: whether it may be given again.
    """

    names: tuple[str, ...]
    help: str
    value: Place | None
    repeats: bool


@form
class Words:
    """What may stand behind one verb.

    Attributes:
        verb: its name, one word or two; empty for what stands without a verb.
        help: one sentence, without its full stop.
        options: in the order of the help.
        places: its arguments.
    """

    verb: str
    help: str
    options: tuple[Option, ...]
    places: tuple[Place, ...] = ()


def command_line(output: Output) -> tuple[Words, ...]:
    """What may stand behind `auditql`: without a verb first, then verb by verb.

    Args:
        output: handed to the verbs, which print nothing.
    """
    bare = _words(QUERY, output)
    common = [Option(HELP[:2], "show this help message and exit", None, False)]
    rest = [o for o in bare.options if o.names != common[0].names]
    version = Option(VERSION, "print the version and exit", None, False)
    verbs = [_words(verb, output) for verb in (*VERBS, DEMO_SHELL)]
    first = tuple(dict.fromkeys(w.verb.split()[0] for w in verbs))
    return (
        Words("", "", (*common, version, *rest)),
        *verbs,
        Words(HELP[2], "Say more of a verb", (), (_choice("VERB", first),)),
    )


def below(words: Sequence[Words], verb: str) -> Iterator[tuple[str, str]]:
    """The words that make a verb of that one, or of none, each with its help."""
    for one in words:
        *before, last = one.verb.split() or ("",)
        if last and " ".join(before) == verb:
            yield last, one.help


def is_script_word(text: str) -> bool:
    """Whether a text means itself in every shell, without quotes."""
    return _PLAIN.fullmatch(text) is not None


def _words(verb: Verb, output: Output) -> Words:
    """What may stand behind a verb, as its own parser says."""
    parser = _parser(verb, output)
    found = [a for a in parser.actions if a.help != argparse.SUPPRESS]
    options = tuple(_option(a, parser, verb) for a in found if a.option_strings)
    places = tuple(_place(a, verb) for a in found if not a.option_strings)
    for word in verb.name.split():
        assert is_script_word(word), word
    about = parser.description or ""
    help_ = _sentence(about) if about[:1].isupper() else verb.help
    return Words(verb.name, help_, options, places)


def _parser(verb: Verb, output: Output) -> VerbParser:
    """The parser of a verb: it is made where the verb is run."""
    module = import_module(f"auditql.shell.commands.{verb.module}")
    try:
        module.run(["--help"], output)
    except HelpAsked as asked:
        return asked.parser
    raise AssertionError(f"`{verb.name} --help` is no call for help")


def _option(action: argparse.Action, parser: VerbParser, verb: Verb) -> Option:
    names = tuple(action.option_strings)
    assert all(_OPTION.fullmatch(name) for name in names), names
    said = (action.help or "") % (vars(action) | {"prog": parser.prog})
    value = None if action.nargs == 0 else _place(action, verb)
    return Option(names, " ".join(said.split()), value, _appends(action))


def _appends(action: argparse.Action) -> bool:
    """Whether each use of an option adds to the ones before."""
    return type(action).__name__ == "_AppendAction"


def _place(action: argparse.Action, verb: Verb) -> Place:
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest
    if action.choices is not None:
        return _choice(metavar, tuple(map(str, action.choices)))
    words = tuple(word for word in metavar.split("|") if word.islower())
    if words:  # `auto|api|URL`: these words, or what the others stand for
        return _choice(metavar, words)
    takes = _BY_VERB_AND_DEST.get((verb.name, action.dest))
    takes = takes or _BY_DEST.get(action.dest)
    takes = takes or _BY_METAVAR.get(metavar, Takes.TEXT)
    return Place(takes, metavar, (), action.nargs in ("+", "*"))


def _choice(label: str, choices: tuple[str, ...]) -> Place:
    assert all(map(is_script_word, choices)), choices
    return Place(Takes.CHOICE, label, choices)


def _sentence(text: str) -> str:
    """The first sentence of a text, on one line, without what ends it."""
    line = " ".join(text.split())
    found = _SENTENCE.match(line)
    return line if found is None else found[1]
