"""`csv`: cells separated by commas, guarded against formulas."""

from auditql.results.formats import Layout
from auditql.results.formats.separated import Separated


def make(layout: Layout) -> Separated:
    """A writer of csv."""
    return Separated(layout, ",")
