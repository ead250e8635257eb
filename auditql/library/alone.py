"""Each query of a file by itself: the others are blanked, places stay the same.

In: a text and its tree. Out: for each of its queries the text that holds it and
the definitions, and the names of the parameters that this text has. Lines and
columns are those of the whole text, so that whatever is said of a part can be
looked up in the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import field
from typing import TYPE_CHECKING

from auditql.catalog.forms import form

if TYPE_CHECKING:
    from auditql.language.syntax import Script

_NO_LINE_END = re.compile(r"[^\r\n]")


Part = tuple[int, int]
"""From where to where a statement goes, blanks and comments around it included."""


@form
class Alone:
    """One query of a text.

    Attributes:
        line: on which the query begins, from 1.
        parameters: names of the parameters that its text declares or uses.
        whole: the text of all queries.
        parts: where its queries are.
        place: which of these it is.
    """

    line: int
    parameters: frozenset[str]
    whole: str = field(repr=False)
    parts: tuple[Part, ...] = field(repr=False)
    place: int

    def text(self) -> str:
        """This query and the definitions, as long as the whole text."""
        made: list[str] = []
        done = 0
        for place, (start, end) in enumerate(self.parts):
            if place != self.place:
                made += self.whole[done:start], _blanked(self.whole[start:end])
                done = end
        return "".join(made) + self.whole[done:]


def alone(script: Script, text: str) -> tuple[Alone, ...]:
    """The queries of a text in the order written; none for definitions only.

    Args:
        script: the tree of `text`.
        text: what the spans of the tree point into.
    """
    from auditql.diagnostics.render import Lines
    from auditql.language.comments import ends
    from auditql.language.mentions import parameters_in
    from auditql.language.syntax import Query

    if not script.statements:
        return (Alone(1, frozenset(), text, ((0, len(text)),), 0),)
    places = ends(text)
    lines = Lines(text)
    queries = [s for s in script.statements if isinstance(s, Query)]
    parts = tuple(_part(query.span.start, places, text) for query in queries)
    definitions = parameters_in(
        tuple(s for s in script.statements if not isinstance(s, Query))
    )
    return tuple(
        Alone(
            lines.at(query.span.start)[0],
            definitions | parameters_in(query),
            text,
            parts,
            place,
        )
        for place, query in enumerate(queries)
    )


def _part(place: int, places: list[int], text: str) -> Part:
    """The statement that holds a place, without its `;`."""
    index = bisect_right(places, place)
    start = places[index - 1] + 1 if index else 0
    return start, places[index] if index < len(places) else len(text)


def _blanked(text: str) -> str:
    """As many blanks; lines stay."""
    return _NO_LINE_END.sub(" ", text)
