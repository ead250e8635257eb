"""What is run, and why it may end before its time.

In: a query that may be run, a client. Out: the job, its rows not asked for yet:
records, or what stages make of them; those of an answer that goes on are the rest
of it.
"""

from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING

from auditql import __version__
from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.plan.cut import is_in_time
from auditql.plan.plan import Plan
from auditql.results import completeness
from auditql.results.formats import RESUMABLE, Row
from auditql.results.position import rest_of, without_those_out
from auditql.runtime.checkpoint import Asking, plan_hash
from auditql.runtime.client import AsyncClient
from auditql.runtime.connection import Connection
from auditql.runtime.offline import OfflineClient
from auditql.shell.exits import Exit
from auditql.shell.keeping import Resumed
from auditql.shell.mirror_use import begin, taken
from auditql.shell.progress import Waits
from auditql.shell.staged import Staged, staged

if TYPE_CHECKING:
    from auditql.runtime.manifest import Manifest
    from auditql.shell.querying import Asked, Options

Rows = AsyncGenerator[Sequence[Record], None] | AsyncGenerator[Sequence[Row], None]
"""The rows of an answer, some at a time."""

_DEMO = "the demo account"


@form
class Job:
    """What is run.

    Attributes:
        client: gives the rows.
        rows: the rows, not asked for yet.
        plan: of the query; None for one record that is looked up.
        warned: what running it gave reason to warn of, as it comes.
        strict: a warning ends in an error.
        asking: what a checkpoint of the answer says; None where it cannot go on.
        resumed: where it goes on from; None where it begins.
        manifest: what a manifest beside the file says; None for none.
        reading: the plan that is read: of the rest, where the answer goes on.
        parted: the whole plan, parted by what the mirror covers; None where no
            account is asked.
        waits: of the client; None where nobody watches them.
        chart: whether bars are drawn; None where a person looks at them.
        fail_empty: an answer to which nothing matches has an exit code of its own.
    """

    client: AsyncClient | OfflineClient
    rows: Rows
    plan: Plan | None
    warned: list[Diagnostic]
    strict: bool = False
    asking: Asking | None = None
    resumed: Resumed | None = None
    manifest: "Manifest | None" = None
    reading: Plan | None = None
    waits: Waits | None = None
    chart: bool | None = None
    fail_empty: bool = False
    parted: Plan | None = None

    @property
    def connection(self) -> Connection | None:
        """To the account that is asked; None where files are read."""
        client = self.client
        return client.connection if isinstance(client, AsyncClient) else None

    @property
    def staged(self) -> Staged:
        """What is known of the answer before its first row."""
        return staged(self.plan)


@form
class Problem:
    """Why an answer is not complete, and the exit code for it.

    Attributes:
        words: why.
        code: the exit code.
        is_stop: the rest may be had by going on.
    """

    words: str
    code: Exit
    is_stop: bool = True


def doubt(job: Job) -> Problem | None:
    """Why an answer that was read to its end is no answer all the same."""
    if job.strict and job.warned:
        words = "--strict: the run gave a warning"
        return Problem(words, Exit.FAILED, is_stop=False)
    if any(warning.code is Code.OUT_OF_ORDER for warning in job.warned):
        return Problem(completeness.OUT_OF_ORDER, Exit.PARTIAL, is_stop=False)
    client = job.client
    lacking = client.mirrored.lacking() if isinstance(client, AsyncClient) else None
    return None if lacking is None else Problem(lacking, Exit.PARTIAL, is_stop=False)


def job_of(
    asked: "Asked",
    client: AsyncClient | OfflineClient,
    warned: list[Diagnostic],
    waits: Waits | None = None,
) -> Job:
    """The job of a query.

    Args:
        asked: the query.
        client: asks the account, or another place.
        warned: what running it gives reason to warn of, as it comes.
        waits: of the client.

    Raises:
        ConfigurationError: it goes on with an answer, and the account or the plan
            is another.
    """
    plan, resumed, options = asked.plan, asked.resumed, asked.options
    parted = begin(asked, client) if isinstance(client, AsyncClient) else None
    asking = _asking(asked, client, parted)
    rest = plan
    if resumed is None:
        rows: Rows = client.rows(plan) if plan.stages else client.batches(plan)
    else:
        from auditql.shell.resuming import check_account, check_plan

        begun = resumed.checkpoint
        check_account(asking.account, begun.asking)
        check_plan(plan, begun.asking)
        rest = rest_of(plan, begun.position)
        rows = without_those_out(client.batches(rest), rest, begun.position)
    is_asked = isinstance(client, AsyncClient)  # files are read anew instead
    goes_on = is_asked and is_in_time(plan) and options.format in RESUMABLE
    return Job(
        client,
        rows,
        plan,
        warned,
        options.strict,
        asking if goes_on else None,
        resumed,
        _manifest(asking, parted or plan, options) if options.manifest else None,
        _read(rest, client),
        waits,
        options.chart,
        options.fail_empty,
        parted,
    )


def _read(plan: Plan, client: AsyncClient | OfflineClient) -> Plan:
    """The plan as the client reads it."""
    if not isinstance(client, AsyncClient):
        return plan
    access = client.mirrored.access
    return access.parted(plan, access.held or ())


def _asking(
    asked: "Asked", client: AsyncClient | OfflineClient, parted: Plan | None
) -> Asking:
    """All that decides the answer."""
    use = client.mirrored.access.use if isinstance(client, AsyncClient) else None
    options, query = asked.options, asked.plan.query
    return Asking(
        asked.source.text,
        tuple(options.param),
        query.now_s,
        options.tz,
        options.limit,
        options.format,
        options.columns,
        options.csv_exact,
        _account(asked, client),
        plan_hash(asked.plan),
        __version__,
        use,
        () if parted is None else taken(parted),
    )


def _account(asked: "Asked", client: AsyncClient | OfflineClient) -> str:
    """Whose records are read, for a checkpoint and a manifest."""
    if not isinstance(client, AsyncClient):
        return client.place
    return _DEMO if asked.force is None else client.connection.origin.base


def _manifest(asking: Asking, plan: Plan, options: "Options") -> "Manifest":
    from auditql.runtime.manifest import Manifest

    return Manifest(asking, plan, options.exact)
