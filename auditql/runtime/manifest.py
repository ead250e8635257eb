"""The manifest of an answer in a file: what says how it was had (promise P11).

In: what was asked, what came of it. Out: `FILE.manifest.json`, there before
FILE is. Query, frozen now, zone and parameters ask the same again; the SHA-256
says that the file is the one that was written. No secret is in it.
"""

import json
from collections.abc import Sequence
from dataclasses import field

from auditql.catalog.forms import form
from auditql.language.clock import text_of
from auditql.language.grammar import fingerprint
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.files.reader import WasRead
from auditql.results.completeness import Completeness
from auditql.runtime.checkpoint import Asking
from auditql.runtime.compile import format_text
from auditql.runtime.writer import FileWriter, replace_text

SUFFIX = ".manifest.json"
SCHEMA = 1


@form
class Manifest:
    """What is known of an answer before it is there.

    Attributes:
        asking: what was asked.
        plan: of the whole answer.
        exact: a count by the source was ruled out.
    """

    asking: Asking
    plan: Plan = field(repr=False)
    exact: bool = False


def write(
    manifest: Manifest,
    file: FileWriter,
    rows: int,
    claim: Completeness,
    counts: Statistics,
    files: Sequence[WasRead] = (),
) -> None:
    """Write the manifest of a file that is about to be there.

    Args:
        manifest: of the answer.
        file: holds all of it.
        rows: how many it has.
        claim: what may be claimed of it.
        counts: the work of the run that finished it.
        files: that it was read from, where no account was asked.

    Raises:
        OutputError: it cannot be written.
    """
    file.sync()
    written, name = file.written, file.part.name.removesuffix(".part")
    one = WasRead(name, written.bytes, written.sha256)
    text = text_of_manifest(manifest, one, rows, claim, counts, files)
    replace_text(file.path + SUFFIX, text)


def text_of_manifest(
    manifest: Manifest,
    file: WasRead,
    rows: int,
    claim: Completeness,
    counts: Statistics,
    files: Sequence[WasRead] = (),
) -> str:
    """The text of a manifest; the arguments are those of `write`.

    Args:
        manifest: of the answer.
        file: the file that the manifest is beside, with its name alone.
        rows: how many the file has.
        claim: what may be claimed of the answer.
        counts: the work of the run that finished it.
        files: that it was read from, where no account was asked.
    """
    content = described(manifest, rows, claim) | {
        "last_run": {
            "requests": counts.requests,
            "records": counts.rows_fetched,
            "server_time": _time(counts.server_s),
            "local_time": _time(counts.local_s),
        },
        "file": _listed(file),
    }
    if files:
        content["files"] = list(map(_listed, files))
    return json.dumps(content, indent=2, ensure_ascii=True) + "\n"


def _listed(file: WasRead) -> dict[str, object]:
    return {"name": file.name, "bytes": file.bytes, "sha256": file.sha256}


def described(manifest: Manifest, rows: int, claim: Completeness) -> dict[str, object]:
    """All that a manifest says but of the file itself; the keys are an interface."""
    asking, plan = manifest.asking, manifest.plan
    return {
        "auditql_manifest": SCHEMA,
        "auditql": asking.version,
        "grammar": fingerprint(),
        "account": asking.account,
        "query": format_text(asking.text),
        "text": asking.text,
        "parameters": dict(asking.parameters),
        "now": text_of(asking.now_s),
        "tz": plan.query.zone,
        # Behind stages the limit that was given is one more of them, not the query's.
        "limit": asking.limit if plan.stages else plan.limit,
        "offset": plan.offset,
        "format": asking.format,
        "columns": asking.columns,
        "csv_exact": asking.csv_exact,
        "exact": manifest.exact,
        # A file is read, not requested.
        "requests": [request.url("") for request in plan.requests if request.path],
        "source": asking.source,
        "mirror": [[_time(start), _time(end)] for start, end in asking.mirror],
        "residual": plan.residual,
        "rows": rows,
        "complete": claim.complete,
        "complete_until": _time(claim.until_s),
        "reason": claim.reason,
        "server_count": claim.server_count,
    }


def _time(second: int | None) -> str | None:
    return None if second is None else text_of(second)
