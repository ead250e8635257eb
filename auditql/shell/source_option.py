"""`--source`: whether the mirror, the account, or an engine elsewhere is read.

In: a verb's parser, its options. Out: what is read, typed. Nothing is opened here.
"""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from auditql.shell.exits import UsageError

if TYPE_CHECKING:
    from auditql.providers.warehouse.running.address import Address
    from auditql.runtime.client_settings import MirrorUse
    from auditql.shell.arguments import CompileOptions, VerbParser

AUTO: MirrorUse = "auto"
USES: tuple[MirrorUse, ...] = ("auto", "api", "mirror")
"""What may stand behind it beside the URL of an engine; the first is the default."""

_BEGUN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://?")
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
        " engine that holds the records: postgresql, sqlite, trino, snowflake,"
        " bigquery, clickhouse, databricks, sc (Spark Connect) or spark://local",
    )
    group.add_argument(
        "--table",
        metavar="TABLE",
        help="beside a URL: SCHEMA.NAME (default: audit_logs, or the profile's); beside"
        " spark://local also a FOLDER of Parquet",
    )


def mirror_use(options: CompileOptions) -> MirrorUse:
    """How the mirror is used; AUTO where an engine is asked, which has none."""
    return next((use for use in USES if use == options.source), AUTO)


def engine_url(options: CompileOptions) -> str | None:
    """The URL of the engine that is asked; None where there is none."""
    found = options.source
    return found if found is not None and _URL.fullmatch(found) else None


def address(options: CompileOptions) -> Address | None:
    """The address of the engine that is asked; None where there is none.

    Raises:
        ConfigurationError: it is of no engine, or holds a secret.
    """
    url = engine_url(options)
    if url is None:
        return None
    from auditql.providers.warehouse.running.address import address_of

    return address_of(url)


def check_source(
    options: CompileOptions,
    command: str,
    *,
    resumes: bool = False,
    asks_engines: bool = False,
) -> None:
    """Refuse what does not go with where records come from, before anything is read.

    Args:
        options: of the verb.
        command: the verb, for messages.
        resumes: an answer is gone on with.
        asks_engines: the verb can ask an engine.

    Raises:
        UsageError: something does not.
    """
    url = engine_url(options)
    if options.table is not None and url is None:
        raise UsageError("--table is of an engine: add --source URL", command)
    if options.source is None:
        return
    if options.files:
        raise UsageError("--source and --from both say what is read", command)
    if resumes:
        raise UsageError(
            "--source beside --resume: an answer goes on as it began", command
        )
    if url is not None:
        if not asks_engines:
            raise UsageError(
                "this verb asks no engine; `auditql sql` shows the statement",
                command,
            )
        for name in ("exact", "max_requests", "concurrency"):
            if getattr(options, name, None):
                shown = "--" + name.replace("_", "-")
                raise UsageError(
                    f"{shown} is of an account's requests: an engine gets none",
                    command,
                )


def _source(text: str) -> str:
    """What stands behind the option, if it may."""
    if text in USES or _URL.fullmatch(text):
        return text
    from auditql.diagnostics.nearest import nearest

    near = nearest(text, USES, most=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    shown = text if len(text) <= 60 else text[:59] + "…"
    if ":/" in text or "@" in text:  # no URL, but meant as one: it may hold a password
        begun = _BEGUN.match(text)
        shown = f"{begun[0] if begun else ''}…"
    raise argparse.ArgumentTypeError(
        f"`{shown}` is not auto, api, mirror or a URL{hint}"
    )
