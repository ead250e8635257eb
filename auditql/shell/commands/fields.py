"""`auditql fields`: the fields that a query can name, and who filters them."""

import json
from collections.abc import Sequence

from auditql.catalog.fields import FIELDS, Field
from auditql.providers.zendesk.capability import CAPABILITIES
from auditql.shell.arguments import CommonOptions, VerbParser
from auditql.shell.exits import Exit
from auditql.shell.output import Output


class Options(CommonOptions):
    """What `fields` takes."""

    format: str


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print the catalog of fields."""
    parser = VerbParser(
        "fields",
        "List the fields of a record: `api` fields can be filtered by the API,"
        " `here` fields are checked on what it sends.",
    )
    parser.add_argument(
        "-f",
        "--format",
        choices=["table", "json"],
        default="table",
        help="how they are written (default: %(default)s)",
    )
    CommonOptions.add(parser)
    options = parser.read(arguments, Options())
    output.obey(options)
    rows = [row_of(f) for f in FIELDS]
    if options.format == "json":
        output.data(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
    else:
        output.data(table_of(rows))
    return Exit.OK


def row_of(field: Field) -> dict[str, str]:
    """One field, by the headings of the table."""
    filtered = field.name in CAPABILITIES
    return {
        "field": field.name,
        "kind": field.kind.value,
        "filtered": "api" if filtered else "here",
        "example": field.example,
        "help": field.help,
    }


def table_of(rows: Sequence[dict[str, str]]) -> str:
    """The rows under their headings, values as they are written in a query."""
    from tabulate import tabulate

    return tabulate(rows, headers="keys", disable_numparse=True) + "\n"
