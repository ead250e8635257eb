"""`auditql verify`: whether a file is the answer that its manifest speaks of.

Or whether a mirror holds what was put into it; a damaged one can be repaired.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError, MirrorDamaged
from auditql.runtime.verifying import Claimed, Verdict, rows_of, verify
from auditql.shell.arguments import CommonOptions, VerbParser
from auditql.shell.exits import Exit, UsageError
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions, in_force

if TYPE_CHECKING:
    from auditql.runtime.connection import Connection

_SHOWN_LINES = 12


class Options(CommonOptions, ProfileOptions):
    """What `verify` takes."""

    files: list[str]
    manifest_file: str | None
    mirror: bool
    repair: bool


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Say of each file whether it is as its manifest says, and what that claims.

    Raises:
        UsageError: one manifest is to speak of several files.
    """
    parser = VerbParser(
        "verify",
        "Check answers that were written with --manifest: whether FILE has the"
        " SHA-256, the size and the rows that FILE.manifest.json says, and what it"
        " says of how they were had. Exit 0 where all are equal, 1 where one"
        " differs, 2 where one has no manifest that can be read. Of a mirror each slice"
        " is checked; with --repair what is damaged is read from the account again.",
    )
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument(
        "--manifest-file",
        metavar="M",
        help="the manifest (default: FILE.manifest.json, of an export _manifest.json)",
    )
    parser.add_argument(
        "--mirror", action="store_true", help="check the mirror of the account too"
    )
    parser.add_argument(
        "--repair", action="store_true", help="read damaged time of a mirror again"
    )
    ProfileOptions.add_profile(parser)
    CommonOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    if not options.files and not options.mirror:
        raise UsageError("name a FILE, or --mirror", parser.prog)
    if options.manifest_file is not None and len(options.files) > 1:
        raise UsageError("--manifest-file speaks of one FILE", parser.prog)
    worst = _mirror(None, options, output) if options.mirror else Exit.OK
    for path in options.files:
        try:
            if _is_mirror(path):
                worst = max(worst, _mirror(path, options, output))
                continue
            verdict = verify(path, options.manifest_file)
        except ConfigurationError as error:
            output.error(str(error))
            worst = Exit.REFUSED
            continue
        output.data("".join(safe_text(line) + "\n" for line in _lines(path, verdict)))
        if verdict.differences:
            worst = max(worst, Exit.FAILED)
    return worst


def _is_mirror(path: str) -> bool:
    """Whether a file is a mirror and no answer."""
    from auditql.runtime.mirrors import is_mirror

    return is_mirror(Path(path))


def _mirror(path: str | None, options: Options, output: Output) -> Exit:
    """Check a mirror: the file, or that of the account in force.

    Raises:
        ConfigurationError: it cannot be read, or there is no account.
    """
    from auditql.runtime.mirrors import place_at
    from auditql.shell import mirroring

    def connect() -> "Connection":
        return in_force(options.profile).connection()

    if path is None:
        place = mirroring.place_in_force(in_force(options.profile))
    else:
        try:
            place = place_at(Path(path))
        except MirrorDamaged as error:
            output.error(str(error))
            return Exit.FAILED
    return mirroring.verify(place, output, connect if options.repair else None)


def _lines(path: str, verdict: Verdict) -> Iterator[str]:
    """What is said of one file."""
    claimed = verdict.claimed
    if verdict.differences:
        yield f"{path}: differs from its manifest"
        yield from (f"  differs  {words}" for words in verdict.differences)
    else:
        rows = rows_of(claimed.rows) + ("" if verdict.counted else " (not counted)")
        yield f"{path}: as its manifest says"
        yield f"  equal    SHA-256, {claimed.bytes:,} bytes, {rows}"
    yield from _claims(claimed)


def _claims(claimed: Claimed) -> Iterator[str]:
    """What the manifest says of how the answer was had."""
    first, *others = claimed.query.splitlines() or ["every record"]
    shown = others[: _SHOWN_LINES - 1]
    yield f"  query    {first}"
    yield from (f"           {line}" for line in shown)
    if len(others) > len(shown):
        yield f"           … and {len(others) - len(shown):,} lines more"
    for name, value in claimed.parameters:
        yield f"  with     {name} = {value}"
    if claimed.limit is not None:
        yield f"  limit    {rows_of(claimed.limit)}"
    yield f"  now      {claimed.now}, zone {claimed.zone or 'UTC'}"
    of = ", ".join(claimed.files) if claimed.files else claimed.account
    yield f"  records  of {of}"
    yield f"  answer   {_answer(claimed)}"
    grammar = "" if claimed.grammar is None else f", grammar {claimed.grammar[:12]}"
    yield f"  written  by auditql {claimed.version}{grammar}, as {claimed.format}"


def _answer(claimed: Claimed) -> str:
    if not claimed.complete:
        return f"partial: {claimed.reason or 'no reason is said'}"
    return "complete" + ("" if claimed.until is None else f" up to {claimed.until}")
