"""What is typed or pasted, drawn so that no character of it acts or hides.

In: a line in pieces. Out: the same, its hidden characters written out; the cursor
stands where it stands in the text. The text itself is not changed.
"""

from bisect import bisect_right

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout.processors import (
    Processor,
    Transformation,
    TransformationInput,
)

from auditql.diagnostics.safe_text import is_plain, safe_text


class Harmless(Processor):
    """Writes out what cannot be seen."""

    def apply_transformation(
        self, transformation_input: TransformationInput
    ) -> Transformation:
        """The line as it is drawn, and where each of its characters went."""
        fragments = transformation_input.fragments
        if all(is_plain(fragment[1]) for fragment in fragments):
            return Transformation(fragments)
        drawn: StyleAndTextTuples = []
        starts = [0]
        for style, text, *_ in fragments:
            shown = [safe_text(character) for character in text]
            for piece in shown:
                starts.append(starts[-1] + len(piece))
            drawn.append((style, "".join(shown)))
        last = len(starts) - 1

        def there(index: int) -> int:
            return starts[min(index, last)] + max(0, index - last)

        def back(index: int) -> int:
            if index >= starts[-1]:
                return last + index - starts[-1]
            return bisect_right(starts, index) - 1

        return Transformation(drawn, there, back)
