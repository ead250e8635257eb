"""The statement of a query, put together.

In: a checked query, a dialect, columns that were checked. Out: the statement. This
is where sqlglot is loaded.
"""

from collections.abc import Sequence

from sqlglot import ErrorLevel, exp

from auditql.catalog.kinds import Kind
from auditql.language.query import Column, LimitTo, OrderBy, Query, Stage, Where
from auditql.plan.span import bounds_of, span_of
from auditql.providers.warehouse.bindings import Bindings
from auditql.providers.warehouse.cells import TABLE, Fields
from auditql.providers.warehouse.columns import MOST_PARTS, Columns
from auditql.providers.warehouse.engines import Functions
from auditql.providers.warehouse.filters import Filters
from auditql.providers.warehouse.literals import fixed
from auditql.providers.warehouse.nodes import is_null, name, some
from auditql.providers.warehouse.operands import Operands
from auditql.providers.warehouse.refusals import Refusals, Refused
from auditql.providers.warehouse.reserved import identifier
from auditql.providers.warehouse.rows import Key, Rows
from auditql.providers.warehouse.stages import Stages
from auditql.providers.warehouse.statement import Dialect, Statement
from auditql.providers.warehouse.zone_range import range_of

_MARK = "__SQLGLOT"
"""What stands for a line break while sqlglot lays a statement out."""


def made(
    query: Query, dialect: Dialect, columns: Columns, *, params: bool
) -> Statement:
    """The statement of a query.

    Raises:
        QueryError: the engine cannot say it exactly.
    """
    functions = Functions(dialect)
    refusals = Refusals(dialect, query.text)
    bindings = Bindings(functions, params=params)
    span = span_of(query)
    operands = Operands(functions, bindings, query.zone, range_of(bounds_of(query)))
    stages = Stages(operands, Filters(operands, refusals), refusals, span)
    _refuse_pages(query, refusals)
    rows = stages.records(query, _all_records(columns, functions))
    for stage in query.stages:
        try:
            rows = stages.apply(stage, rows)
        except Refused as refused:
            refusals.add(refused, stage.span)
            break  # what comes after would be blamed for this
    refusals.check()
    cells = rows.every_cell()
    picked = [(column, stages.written(cell)) for column, cell in cells.items()]
    answer = rows.ordered(rows.select(picked), functions.engine)
    for word, relation in stages.relations.made:
        # PostgreSQL would put what a relation computes into every place that names it.
        held = True if dialect is Dialect.POSTGRES else None
        answer = answer.with_(name(word), as_=relation, materialized=held, copy=False)
    return Statement(
        _text(answer, dialect),
        bindings.parameters,
        tuple(cells),
        not any(_makes_rows(stage) for stage in query.stages),
    )


def without(fields: Sequence[str], dialect: Dialect, columns: Columns) -> str:
    """The statement that gives a row where one of the table lacks a field.

    Args:
        fields: any of them; the table has columns for them.
        dialect: of the engine.
        columns: of the table.
    """
    of = Fields(columns, Functions(dialect))
    lacks = some([is_null(of.held(columns.fields[field])) for field in fields])
    absent = exp.select("1").from_(_table(columns, dialect))
    return _text(absent.where(lacks).limit(1), dialect)


def _table(columns: Columns, dialect: Dialect) -> exp.Table:
    assert len(columns.table) <= MOST_PARTS, "no part is left out"
    *above, last = (identifier(word, dialect) for word in columns.table)
    parts = dict(zip(("db", "catalog"), reversed(above), strict=False))
    return exp.Table(this=last, alias=exp.TableAlias(this=name(TABLE)), **parts)


def _all_records(columns: Columns, functions: Functions) -> Rows:
    """The whole table, newest first."""
    fields = Fields(columns, functions)
    source = _table(columns, functions.dialect)
    time = fields.cell(Column("created_at", Kind.TIME))
    number = fields.cell(Column("id", Kind.INTEGER))
    order = (Key(time.node, False, True), Key(number.node, False))
    return Rows(source, fields, None, (), order, (time.node, number.node))


def _makes_rows(stage: Stage) -> bool:
    """Whether what the stage gives are no records any more."""
    return not isinstance(stage, Where | OrderBy | LimitTo)


def _refuse_pages(query: Query, refusals: Refusals) -> None:
    """Pages are the API's: a table has none."""
    if query.page is None:
        return
    words = Refused("a page of the API", "write `limit` and `offset`")
    refusals.add(words, query.page.span)


def _text(answer: exp.Query, dialect: Dialect) -> str:
    """The statement written out."""
    said = fixed(answer, dialect)
    text = said.sql(dialect.value, unsupported_level=ErrorLevel.RAISE)
    if _MARK in text:  # of a value: it would be taken for a line break
        return text
    return said.sql(dialect.value, pretty=True, max_text_width=100)
