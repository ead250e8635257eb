"""One test of one value, as a function of that value.

In: a test of a checked filter. Out: the function that the matcher of records would call
for it, written by the same writer, without the record around it.
"""

from collections.abc import Callable

from auditql.catalog.changes import READERS
from auditql.catalog.fields import BY_NAME
from auditql.catalog.operators import TextOperator
from auditql.catalog.patterns import compile_pattern
from auditql.language import query
from auditql.plan.codegen import Source
from auditql.plan.codegen_tests import Writer
from auditql.plan.matcher import defined

Test = Callable[[object], bool]

_PATTERNS = (TextOperator.MATCHES, TextOperator.IMATCHES)


def test_of(node: query.Test, name: str, zone: str) -> Test:
    """The test of a field's value that is there.

    Args:
        node: of the field, of what is derived from it, or a text alone.
        name: of the stored field.
        zone: that hours and days are read in.
    """
    if isinstance(node, query.TextMatch) and node.op in _PATTERNS:
        operand = node.operand
        if isinstance(operand, query.Column) and not operand.many:
            ignores_case = node.op is TextOperator.IMATCHES
            found: Test = compile_pattern(node.value, ignores_case)  # type: ignore[assignment] # of a text
            return found  # a step less, where each is dear
    column = _column(node, name)
    writer = Writer(zone, (column,))
    code = writer.test(node)
    text = f"{''.join(writer.functions)}def run(a):\n r = (a,)\n return {code.text}\n"
    test = defined(Source(text, writer.names))
    if column.name == name:
        return test
    read = READERS[column.name]

    def of_derived(value: object) -> bool:
        assert isinstance(value, str)
        passes: bool = test(read(value) or None)
        return passes

    return of_derived


def _column(node: query.Test, name: str) -> query.Column:
    if isinstance(node, query.Search):
        return query.Column(name, BY_NAME[name].kind)
    operand = node.operand
    return operand.column if isinstance(operand, query.Apply) else operand
