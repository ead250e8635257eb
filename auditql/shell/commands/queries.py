"""`auditql queries`: the saved queries that `auditql run` finds by name."""

import json
from collections.abc import Sequence

from auditql.diagnostics.model import Diagnostic
from auditql.diagnostics.render import render_line
from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError, QueryError
from auditql.library.files import Parameter, SavedQuery
from auditql.library.shelves import Entry, entries
from auditql.runtime.checking import check_text
from auditql.runtime.shelves import shelves
from auditql.shell.arguments import CommonOptions, VerbParser
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.texts import saved_source

Found = SavedQuery | str
"""A saved query, or why it is none."""


class Options(CommonOptions):
    """What `queries` takes."""

    name: str | None
    json: bool


def run(arguments: Sequence[str], output: Output) -> Exit:
    """List the saved queries; of one that is named, print the text.

    Raises:
        UsageError: there is none of that name.
        ConfigurationError: a shelf, or the one that is named, cannot be read.
    """
    parser = VerbParser(
        "queries",
        "List the saved queries that `auditql run NAME` finds: in ./queries, among"
        " your own, and those that auditql comes with. With a NAME, print its text.",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="print this one")
    parser.add_argument("--json", action="store_true", help="write the list as JSON")
    CommonOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    if options.name is not None:
        text = saved_source(options.name, parser.prog).text
        if output.width is not None:  # nothing in it may act on a terminal
            text = safe_text(text, keep_newlines=True)
        output.data(text if text.endswith("\n") else text + "\n")
        return Exit.OK
    found = all_found()
    if options.json:
        rows = [_row(entry, saved) for entry, saved in found]
        output.data(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
    else:
        output.data(safe_text(listing(found), keep_newlines=True))
    return Exit.OK


def all_found() -> list[tuple[Entry, Found]]:
    """Every saved query by name, or why it is none.

    Raises:
        ConfigurationError: a shelf cannot be read.
    """
    return [(entry, _found(entry)) for entry in entries(shelves())]


def listing(found: Sequence[tuple[Entry, Found]]) -> str:
    """The saved queries for a person."""
    return "\n".join(_told(entry, saved) for entry, saved in found)


def _found(entry: Entry) -> Found:
    """The saved query; one that cannot be run does not keep the others back."""
    try:
        saved = entry.load()
        found = check_text(saved.text)
    except ConfigurationError as error:
        return str(error)
    except QueryError as error:
        return _first(error.diagnostics, error.text, entry)
    if any(d.is_error for d in found):
        return _first(found, saved.text, entry)
    return saved


def _first(found: Sequence[Diagnostic], text: str, entry: Entry) -> str:
    """The first error of a saved query, on a line."""
    error = next(d for d in found if d.is_error)
    return render_line(error, text, entry.path)


def _row(entry: Entry, found: Found) -> dict[str, object]:
    """One saved query as plain values."""
    saved = found if isinstance(found, SavedQuery) else None
    return {
        "name": entry.name,
        "description": None if saved is None else saved.description,
        "parameters": [] if saved is None else list(map(_plain, saved.parameters)),
        "shelf": entry.shelf,
        "path": entry.path,
        "hides": list(entry.hides),
        "error": found if isinstance(found, str) else None,
    }


def _plain(parameter: Parameter) -> dict[str, object]:
    """One parameter as plain values."""
    return {
        "name": parameter.name,
        "kind": parameter.kind,
        "list": parameter.takes_list,
        "default": parameter.default,
        "required": parameter.default is None,
    }


def _told(entry: Entry, found: Found) -> str:
    """One saved query for a person: where it lies, what it is for, what it takes."""
    hides = f", instead of {' and '.join(entry.hides)}" if entry.hides else ""
    where = entry.shelf if isinstance(found, SavedQuery) else entry.path
    lines = [f"{entry.name}  ({where}{hides})"]
    match found:
        case SavedQuery(description=description, parameters=parameters):
            lines += [f"    {line}" for line in (description or "").splitlines()]
            lines += [f"    -p {_taken(p)}" for p in parameters]
        case why:
            lines += [f"    {line}" for line in f"error: {why}".splitlines()]
    return "".join(line + "\n" for line in lines)


def _taken(parameter: Parameter) -> str:
    """One parameter: how it is given, of which kind, what it is if it is not."""
    kind = parameter.kind + (", or a list" if parameter.takes_list else "")
    default = (
        "required" if parameter.default is None else f"if not: {parameter.default}"
    )
    return f"{parameter.name}=…  {kind}; {default}"
