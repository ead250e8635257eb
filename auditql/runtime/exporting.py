"""An answer on its way into a lake.

In: records as they arrive. Out: the same records, once each batch is written down;
behind the last of them every month's file is made, and nothing of it is under its
name before `commit` says so.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing

from auditql.catalog.record import Record
from auditql.language.clock import text_of
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.files.reader import WasRead
from auditql.providers.lake.months import FILE
from auditql.providers.lake.writer import LakeWriter, Written
from auditql.results.completeness import Completeness
from auditql.runtime.compile import format_text
from auditql.runtime.manifest import Manifest, text_of_manifest

FORMATS = ("parquet",)
"""What answers are exported to."""


class Export:
    """One export; used as `with Export(…) as export:`."""

    def __init__(self, folder: str, plan: Plan) -> None:
        """Open the folder; raises as LakeWriter.

        Args:
            folder: of the lake.
            plan: of the answer, without stages.
        """
        self._lake = LakeWriter(folder, _about(plan), in_order=not plan.sort)
        self._written: Written | None = None

    def __enter__(self) -> "Export":
        """The export itself."""
        self._lake.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        """Remove what is not under its name."""
        self._lake.__exit__(*error)

    async def through(
        self, batches: AsyncGenerator[Sequence[Record], None]
    ) -> AsyncGenerator[Sequence[Record], None]:
        """The batches, each once it is written down.

        Raises:
            OutputError: it cannot be.
        """
        async with aclosing(batches):
            async for batch in batches:
                await self._lake.add(batch)
                yield batch
        self._written = await self._lake.finish()

    def commit(
        self,
        manifest: Manifest | None,
        claim: Completeness,
        counts: Statistics,
        files: Sequence[WasRead],
    ) -> Written:
        """Put all files under their names, each with its manifest where it has one.

        Args:
            manifest: of the answer; None for none.
            claim: what may be claimed of it.
            counts: the work of the run.
            files: that it was read from, where no account was asked.

        Raises:
            OutputError: it cannot be.
        """
        assert self._written is not None, "the answer was not read to its end"
        for made in self._written.files if manifest is not None else ():
            assert manifest is not None
            one = WasRead(FILE, made.bytes, made.sha256)
            text = text_of_manifest(manifest, one, made.rows, claim, counts, files)
            made.describe(text)
        self._lake.commit()
        return self._written


def _about(plan: Plan) -> Mapping[str, str]:
    """What each file says of itself."""
    return {
        "auditql_query": format_text(plan.text),
        "auditql_now": text_of(plan.query.now_s),
        "auditql_zone": plan.query.zone,
    }
