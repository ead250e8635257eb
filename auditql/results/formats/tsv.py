"""`tsv`: cells separated by tabs, quoted and guarded as csv is."""

from auditql.results.formats import Layout
from auditql.results.formats.separated import Separated


def make(layout: Layout) -> Separated:
    """A writer of tsv."""
    return Separated(layout, "\t")
