"""`auditql sql`: a query as the SQL of an engine; nothing is sent."""

import json
from collections.abc import Sequence

from auditql.errors import QueryError
from auditql.providers.warehouse.columns import Stored, usual_columns
from auditql.providers.warehouse.compile import compiled
from auditql.providers.warehouse.statement import Dialect
from auditql.runtime.warehouse import table_of
from auditql.shell.arguments import CompileOptions, VerbParser
from auditql.shell.compiling import compile_one, refuse
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.profiles import ProfileOptions, fill, profile_for_settings
from auditql.shell.texts import query_source

_TABLE = "audit_logs"
_TIMES = dict.fromkeys(Dialect, Stored.TIMESTAMP) | {Dialect.SQLITE: Stored.TEXT}
"""What a column of times holds where nobody says."""


class Options(CompileOptions, ProfileOptions):
    """What `sql` takes."""

    text: str | None
    dialect: str
    table: str | None
    created_at: str | None
    params: bool


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print the statement that answers a query, or why the engine cannot.

    Raises:
        ConfigurationError: sqlglot is not installed, or `--table` names no table.
    """
    parser = VerbParser("sql", "Say a query in the SQL of an engine.")
    parser.add_argument("text", nargs="?", metavar="TEXT", help="- is standard input")
    parser.add_argument(
        "--dialect",
        choices=[d.value for d in Dialect],
        required=True,
        help="whose SQL: %(choices)s (trino, bigquery, snowflake: experimental)",
        metavar="D",
    )
    parser.add_argument(
        "--table",
        metavar="T",
        help=f"the table of records, perhaps SCHEMA.T (default: {_TABLE})",
    )
    parser.add_argument(
        "--created-at",
        choices=[s.value for s in Stored],
        help="what that column holds (default: timestamp; of sqlite text)",
    )
    parser.add_argument(
        "--params",
        action="store_true",
        help="values of the query as parameters, which follow as a line of JSON",
    )
    ProfileOptions.add_profile(parser)
    CompileOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    fill(options, profile_for_settings(options.profile), output)
    table = options.table or _TABLE
    options.files = [table]  # a table is as files are: all is checked there
    source = query_source(options.text, parser.prog)
    plan = compile_one(source, options, output)
    dialect = Dialect(options.dialect)
    held = options.created_at
    columns = usual_columns(
        table_of(table),
        created_at=_TIMES[dialect] if held is None else Stored(held),
    )
    try:
        made = compiled(plan.query, dialect, columns, params=options.params)
    except QueryError as error:
        refuse(error.diagnostics, source, output)
    if dialect.is_experimental:
        output.note(f"note: SQL of {dialect.value} is experimental: it was never run")
    output.data(f"{made.text};\n")
    if options.params:
        output.data(json.dumps(dict(made.parameters), ensure_ascii=False) + "\n")
    return Exit.OK
