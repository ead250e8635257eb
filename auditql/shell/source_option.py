"""`--source`: whether the mirror, the account, or an engine elsewhere is read.

In: a verb's parser, its options. Out: what is read, typed. Nothing is opened here.
"""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from auditql.shell.exits import UsageError

if TYPE_CHECKING:
    from auditql.runtime.client_settings import MirrorUse
    from auditql.shell.arguments import CompileOptions, VerbParser

AUTO: MirrorUse = "auto"
USES: tuple[MirrorUse, ...] = ("auto", "api", "mirror")
"""What may stand behind it beside the URL of an engine; the first is the default."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*")


def add_source(parser: VerbParser) -> None:
    """Let the parser take the option."""
    group = parser.add_argument_group("where records come from")
    group.add_argument(
        "--source",
        type=_source,
        metavar="auto|api|mirror|URL",
        help="auto: the local mirror where it holds the time that is asked for, the"
        " API for the rest (default); api or mirror: that alone; or the URL of an"
        " engine that holds the records",
    )


def mirror_use(options: CompileOptions) -> MirrorUse:
    """How the mirror is used; AUTO where an engine is asked, which has none."""
    return next((use for use in USES if use == options.source), AUTO)


def engine_url(options: CompileOptions) -> str | None:
    """The URL of the engine that is asked; None where there is none."""
    found = options.source
    return found if found is not None and _URL.fullmatch(found) else None


def check_source(
    options: CompileOptions, command: str, *, resumes: bool = False
) -> None:
    """Refuse what does not go with where records come from, before anything is read.

    Raises:
        UsageError: something does not.
    """
    if options.source is None:
        return
    if options.files:
        raise UsageError("--source and --from both say what is read", command)
    if resumes:
        raise UsageError(
            "--source beside --resume: an answer goes on as it began", command
        )
    if engine_url(options) is not None:
        raise UsageError("no engine can be asked by this verb", command)
    if options.source == "mirror":
        raise UsageError("no mirror can be read by this verb", command)


def _source(text: str) -> str:
    """What stands behind the option, if it may."""
    if text in USES or _URL.fullmatch(text):
        return text
    from auditql.diagnostics.nearest import nearest

    near = nearest(text, USES, most=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    shown = text if len(text) <= 60 else text[:59] + "…"
    raise argparse.ArgumentTypeError(
        f"`{shown}` is not auto, api, mirror or a URL{hint}"
    )
