"""A checked query as one statement of SQL.

In: a checked query, a dialect, the columns of a table. Out: the statement, or
every reason why the engine cannot answer it exactly. Nothing is run here.
"""

from auditql.errors import ConfigurationError
from auditql.language.query import Query
from auditql.providers.warehouse.columns import Columns, checked
from auditql.providers.warehouse.refusals import READ_HERE, Refusals, Refused
from auditql.providers.warehouse.statement import Dialect, Statement

_FLATTER = f"write it with fewer groups in groups, or {READ_HERE}"


def compiled(
    query: Query, dialect: Dialect, columns: Columns, *, params: bool = False
) -> Statement:
    """The statement whose rows are the query's answer, in its order.

    Args:
        query: checked.
        dialect: of the engine.
        columns: of the table of records.
        params: texts and numbers of the query are parameters; else they stand in
            the text, quoted.

    Raises:
        QueryError: the engine cannot say it exactly; it names what, and what to do.
        ConfigurationError: the columns do not fit, or sqlglot is not installed.
    """
    try:
        from auditql.providers.warehouse.making import made
    except ModuleNotFoundError as error:
        if error.name != "sqlglot":
            raise
        raise ConfigurationError(
            "SQL is written with sqlglot: pip install 'auditql[warehouse]'"
        ) from error
    fitting = checked(columns)
    try:
        return made(query, dialect, fitting, params=params)
    except RecursionError:
        refusals = Refusals(dialect, query.text)
        refusals.add(Refused("a query that is nested so deeply", _FLATTER), None)
        refusals.check()
        raise
