r"""Texts of a statement, written so that no setting of a session changes them.

In: a statement, put together. Out: the same one. Whether a backslash in `'…'` is a
letter or escapes the next one, a session of PostgreSQL says itself; in `E'…'` it
always escapes.
"""

from sqlglot import exp

from auditql.providers.warehouse.nodes import Node
from auditql.providers.warehouse.statement import Dialect

_ESCAPED = str.maketrans({"\\": "\\\\", "'": "''", "\n": "\\n"})
r"""As `E'…'` has it. A line break would be indented where a statement is laid out."""


def fixed(statement: Node, dialect: Dialect) -> Node:
    """The statement, which means the same in every session."""
    if dialect is not Dialect.POSTGRES:
        return statement
    return statement.transform(_fixed)


def _fixed(node: Node) -> Node:
    if isinstance(node, exp.Literal) and node.is_string and "\\" in node.this:
        return exp.Var(this=f"E'{node.this.translate(_ESCAPED)}'")
    return node
