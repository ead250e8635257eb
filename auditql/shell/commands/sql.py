"""`auditql sql`: a query as the SQL of an engine; nothing is sent."""

import json
from collections.abc import Sequence
from dataclasses import replace

from auditql.catalog.fields import STORED
from auditql.errors import QueryError
from auditql.providers.warehouse.columns import Columns, Stored, column_of
from auditql.providers.warehouse.compile import compiled
from auditql.providers.warehouse.running.mapped import (
    TABLE,
    Found,
    Mapped,
    TableMap,
    columns_of,
)
from auditql.providers.warehouse.statement import Dialect
from auditql.runtime.warehouse import table_of
from auditql.shell.arguments import CompileOptions, VerbParser
from auditql.shell.compiling import compile_one, refuse
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.profiles import (
    ProfileOptions,
    fill,
    profile_for_settings,
    said_table,
)
from auditql.shell.texts import query_source

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
        help="the table of records, perhaps SCHEMA.T (default: the profile's, or"
        f" {TABLE})",
    )
    parser.add_argument(
        "--created-at",
        choices=[s.value for s in Stored],
        help="what that column holds (default: the profile's, or timestamp; of sqlite"
        " text)",
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
    profile = profile_for_settings(options.profile)
    fill(options, profile, output)
    said = said_table(profile)
    table = said.table or (TABLE,)
    if options.table is not None:
        table = table_of(options.table)
    options.files = [".".join(table)]  # a table is as files are: all is checked there
    source = query_source(options.text, parser.prog)
    plan = compile_one(source, options, output)
    dialect = Dialect(options.dialect)
    held = None if options.created_at is None else Stored(options.created_at)
    columns = _columns(table, said, held, _TIMES[dialect])
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


def _columns(
    table: tuple[str, ...], said: TableMap, held: Stored | None, usual: Stored
) -> Columns:
    """The columns of a table that nobody has seen, as they are said to be.

    Args:
        table: its name in parts.
        said: what the profile says of it.
        held: what the column of `created_at` holds; None for what the profile says.
        usual: what it holds where nobody says.

    Raises:
        ConfigurationError: a column cannot be what it is said to be.
    """
    time = said.fields.get("created_at", Mapped("created_at"))
    if held is not None and time is not None:
        fields = {**said.fields, "created_at": replace(time, holds=held)}
        said = replace(said, fields=fields)
    found = []
    for stored in STORED:
        mapped = said.fields.get(stored.name, Mapped(stored.name))
        if mapped is not None:
            holds = (
                usual if stored.name == "created_at" else column_of(stored.name).holds
            )
            found.append(Found(mapped.column, mapped.holds or holds, "as it is said"))
    return columns_of(table, said, found)
