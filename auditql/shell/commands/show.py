"""`auditql show`: one record, by its id."""

from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING

from auditql.catalog.limits import INT64_MAX, INT64_MIN
from auditql.catalog.record import Record
from auditql.errors import ApiError
from auditql.shell.arguments import AnswerOptions, VerbParser
from auditql.shell.columns import chosen_columns
from auditql.shell.exits import Exit, UsageError
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions, in_force

if TYPE_CHECKING:
    from auditql.runtime.client import AsyncClient


class Options(AnswerOptions, ProfileOptions):
    """What `show` takes."""

    id: str


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print the record; one that is not there is an error.

    Raises:
        UsageError: the id is none.
        ConfigurationError: there is no account that can be asked.
        OutputError: the answer cannot be written.
    """
    parser = VerbParser("show", "Show one record of the account, every field of it.")
    parser.add_argument("id", metavar="ID", help="the record's id, a number")
    ProfileOptions.add_profile(parser)
    AnswerOptions.add(parser, default_format="vertical")
    options = parser.read(arguments, Options())
    output.obey(options)
    number = _number(options.id, parser.prog)
    chosen_columns(options.columns, parser.prog)

    from auditql.runtime.client import AsyncClient
    from auditql.shell.job import Job
    from auditql.shell.running import run_job

    client = AsyncClient(
        connection=in_force(options.profile).connection(),
        max_requests=options.max_requests,
    )
    job = Job(client, _rows(client, number), None, [])
    return run_job(job, options, output, parser.prog)


async def _rows(
    client: "AsyncClient", number: int
) -> "AsyncGenerator[Sequence[Record], None]":
    """The one row.

    Raises:
        ApiError: there is none.
    """
    row = await client.show(number)
    if row is None:
        raise ApiError(f"the account has no record {number}", status=404)
    yield (Record.from_json(row),)


def _number(text: str, command: str) -> int:
    """The id that a text is.

    Raises:
        UsageError: it is none.
    """
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < 20:
        number = int(text)
        if INT64_MIN <= number <= INT64_MAX:
            return number
    raise UsageError(f"`{text}` is no id: a whole number of 64 bits", command)
